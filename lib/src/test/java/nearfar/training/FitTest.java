package nearfar.training;

import static nearfar.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import nearfar.data.Augmentation;
import nearfar.data.Batches;
import nearfar.data.ClassBatches;
import nearfar.data.ImageSet;
import nearfar.data.ShuffledBatches;
import nearfar.evaluation.Retrieval;
import nearfar.loss.AdaFaceLoss;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.CenterVarianceLoss;
import nearfar.loss.CombinedMarginLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.EmbeddingNormLoss;
import nearfar.loss.MagFaceLoss;
import nearfar.loss.ProxyAnchorLoss;
import nearfar.loss.ProxyNcaLoss;
import nearfar.loss.SoftTripleLoss;
import nearfar.loss.SoftmaxLoss;
import nearfar.loss.SphereFaceLoss;
import nearfar.loss.SubCenterArcFaceLoss;
import nearfar.loss.TripletLoss;
import nearfar.nn.SmallConv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FitTest {

  private static final ImageSet BARS = TestImages.bars(4, 12, 12, 3);

  private static Block small() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(8).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  private static Fit fit() {
    return Fit.backbone(FitTest::small)
        .loss(SoftmaxLoss.of())
        .batches(ClassBatches.of(4, 4, 5))
        .epochs(2)
        .progress(Progress.silent());
  }

  private static List<float[]> weights(Run run) {
    List<float[]> weights = new ArrayList<>();
    for (Parameter parameter : run.model().getBlock().getParameters().values()) {
      weights.add(parameter.getArray().toFloatArray());
    }
    return weights;
  }

  private static void assertSameBits(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), 0f, "parameter " + i);
    }
  }

  private static <T extends Throwable> String refusal(Class<T> type, Runnable action) {
    String message = assertThrows(type, action::run).getMessage();
    return message == null ? "" : message;
  }

  // Learning

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void learnsWhatIsEasyAlsoInTwoDimensions(int dimension) {
    ImageSet train = TestImages.bars(6, 16, 16, 1);
    ImageSet test = TestImages.bars(6, 16, 16, 2);
    try (Run run =
        Fit.backbone(SmallConv.of(dimension))
            .loss(SoftmaxLoss.of())
            .batches(ShuffledBatches.of(32, 5))
            .epochs(dimension == 2 ? 30 : 6)
            .learningRate(5e-3)
            .progress(Progress.silent())
            .run(train)) {
      assertTrue(run.history().finalLoss() < run.history().epochs().get(0).loss());
      assertTrue(run.accuracy(test) > 0.95, run.history() + ", test " + run.accuracy(test));
      assertEquals(dimension, run.embed(test).dimension());
      assertEquals(6, run.classVectors().length);
      assertEquals(dimension, run.classVectors()[0].length);
      assertEquals(6, run.bias().length);
    }
  }

  static List<EmbeddingLoss> losses() {
    return List.of(
        SoftmaxLoss.of(),
        SoftmaxLoss.of().plus(0.1, CenterLoss.mean()),
        ArcFaceLoss.of(0.3, 10),
        TripletLoss.batchAll(0.2),
        TripletLoss.batchHard(0.2),
        TripletLoss.batchHardSoft(),
        TripletLoss.semiHard(0.2));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossTrainsAndPutsNearestWhatBelongsTogether(EmbeddingLoss loss) {
    Fit fit = fit().loss(loss).epochs(15).learningRate(3e-3);
    try (Run run = fit.run(BARS);
        Run again = fit.run(BARS)) {
      assertSameBits(weights(run), weights(again));
      assertEquals(loss.describe(), run.provenance().settings().get("loss"));
      assertTrue(run.history().finalLoss() < run.history().epochs().get(0).loss());
      assertTrue(
          Retrieval.of(run.embed(TestImages.bars(4, 12, 12, 8))).recallAt(1) > 0.9,
          run.history().toString());
      assertEquals(!loss.needs().isEmpty(), run.history().hasAccuracy());
      if (loss.needs().contains(EmbeddingLoss.CENTERS)) {
        double[][] centers = run.centers();
        assertEquals(4, centers.length);
        assertTrue(Math.abs(centers[0][0]) > 0, "centers have moved from zero");
      }
    }
  }

  static List<EmbeddingLoss> classVectorLosses() {
    return List.of(
        CombinedMarginLoss.of(1.2, 0.2, 0.1, 10),
        SphereFaceLoss.of(2),
        SubCenterArcFaceLoss.of(0.3, 10, 3),
        SubCenterArcFaceLoss.of(0.3, 10, 2)
            .plus(0.1, CenterLoss.mean())
            .plus(0.01, CenterVarianceLoss.of(2)),
        MagFaceLoss.of(10).lengths(0.5, 5).margins(0.1, 0.4).regularizer(1),
        AdaFaceLoss.of(0.3, 0.333, 10),
        ProxyNcaLoss.of(0.2),
        ProxyAnchorLoss.of(0.1, 16),
        SoftTripleLoss.of(3).margin(0.1),
        SoftmaxLoss.of().plus(0.1, CenterVarianceLoss.of()),
        ArcFaceLoss.of(0.3, 10).plus(0.01, EmbeddingNormLoss.of(1)));
  }

  /** Under a doctor that looks at every step, also where a class has several vectors. */
  @ParameterizedTest
  @MethodSource("classVectorLosses")
  void everyLossOverClassVectorsTrainsAndPredicts(EmbeddingLoss loss) {
    Fit fit = fit().loss(loss).epochs(25).learningRate(5e-3).watch(Doctor.every(1));
    try (Run run = fit.run(BARS)) {
      History history = run.history();
      assertTrue(history.finalLoss() < history.epochs().get(0).loss(), history.toString());
      assertTrue(run.accuracy(BARS) > 0.9, history + ", accuracy " + run.accuracy(BARS));
      assertTrue(history.epochs().get(24).accuracy() > 0.9, history.toString());
      double[][] vectors = run.classVectors();
      assertEquals(4 * loss.vectorsPerClass(), vectors.length);
      if (loss instanceof SubCenterArcFaceLoss || loss instanceof SoftTripleLoss) {
        double[][] x = run.embed(BARS).vectors();
        int[] chosen = run.predict(BARS);
        for (int i = 0; i < x.length; i++) {
          int best = 0;
          for (int j = 1; j < vectors.length; j++) {
            best = cosine(x[i], vectors[j]) > cosine(x[i], vectors[best]) ? j : best;
          }
          assertEquals(best / loss.vectorsPerClass(), chosen[i]);
        }
      }
    }
  }

  private static double cosine(double[] x, double[] w) {
    double dot = 0;
    double square = 0;
    for (int k = 0; k < w.length; k++) {
      dot += w[k] * x[k];
      square += w[k] * w[k];
    }
    return dot / Math.sqrt(square);
  }

  @Test
  void classesOfSeveralVectorsAreNotSampled() {
    EmbeddingLoss loss = SubCenterArcFaceLoss.of(0.3, 10, 3);
    assertTrue(
        refusal(IllegalArgumentException.class, () -> fit().loss(loss).sampleClasses(0.5).run(BARS))
            .contains(
                "one class vector for each, but " + loss.describe() + " has 3: make it with"));
  }

  @Test
  void momentumLearnsToo() {
    try (Run run = fit().sgd(0.9).learningRate(0.05).epochs(30).run(BARS)) {
      assertTrue(run.accuracy(BARS) > 0.95, run.history().toString());
      assertEquals("SGD, momentum 0.9", run.provenance().settings().get("optimiser"));
    }
  }

  // Sampled classes

  private static Fit sampling() {
    return fit().loss(ArcFaceLoss.of(0.3, 10)).epochs(10).learningRate(3e-3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sampledWithAllClassesItTrainsAsWithoutSampling(boolean adam) {
    Fit exact = adam ? sampling() : sampling().sgd(0.9).learningRate(0.05);
    try (Run plain = exact.run(BARS);
        Run sampled = exact.sampleClasses(1).run(BARS)) {
      assertNear(plain.classVectors(), sampled.classVectors(), 1e-3, () -> "class vectors");
      assertNear(
          plain.embed(BARS).vectors(), sampled.embed(BARS).vectors(), 1e-3, () -> "embeddings");
      double[] expected = plain.history().stepLosses();
      double[] losses = sampled.history().stepLosses();
      assertEquals(expected[0], losses[0], 1e-6);
      assertNear(new double[][] {expected}, new double[][] {losses}, 1e-3, () -> "losses");
      assertEquals(
          plain.history().epochs().get(0).accuracy(), sampled.history().epochs().get(0).accuracy());
      assertArrayEquals(plain.predict(BARS), sampled.predict(BARS));
    }
  }

  @Test
  void aShareOfTheClassesTrainsToo() {
    ImageSet many = TestImages.bars(8, 12, 16, 3);
    ImageSet test = TestImages.bars(8, 4, 16, 4);
    Fit fit =
        Fit.backbone(() -> SmallConv.of(8))
            .loss(ArcFaceLoss.of(0.2, 10))
            .batches(ClassBatches.of(3, 6, 5))
            .sampleClasses(0.5)
            .learningRate(5e-3)
            .epochs(12)
            .watch(Doctor.every(1))
            .progress(Progress.silent());
    try (Run run = fit.run(many);
        Run again = fit.run(many);
        Run other = fit.seed(8).run(many)) {
      assertSameBits(weights(run), weights(again));
      assertTrue(Arrays.deepEquals(run.classVectors(), again.classVectors()));
      assertEquals(run.history(), again.history());
      assertNotEquals(run.history(), other.history());
      assertTrue(run.history().hasAccuracy());
      assertTrue(run.accuracy(test) > 0.9, run.history() + ", test " + run.accuracy(test));
      assertEquals("sampled, 0.5 in a step", run.provenance().settings().get("classes"));
      assertEquals(List.of(), run.history().diagnoses());
    }
  }

  @Test
  void predictionAmongSampledVectorsIsTheLargestCosineOfAll() {
    try (Run run = sampling().epochs(2).sampleClasses(0.5).run(BARS)) {
      double[][] x = run.embed(BARS).vectors();
      double[][] w = run.classVectors();
      assertEquals(4, w.length);
      int[] chosen = run.predict(BARS);
      for (int i = 0; i < x.length; i++) {
        int best = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < w.length; c++) {
          double dot = 0;
          double square = 0;
          for (int k = 0; k < w[c].length; k++) {
            dot += w[c][k] * x[i][k];
            square += w[c][k] * w[c][k];
          }
          if (dot / Math.sqrt(square) > largest) {
            largest = dot / Math.sqrt(square);
            best = c;
          }
        }
        assertEquals(best, chosen[i]);
      }
    }
  }

  @Test
  void aClosedRunHasNoSampledVectorsEither() {
    Run run = sampling().epochs(1).sampleClasses(0.5).run(BARS);
    run.close();
    assertTrue(refusal(IllegalStateException.class, run::classVectors).contains("closed"));
    assertTrue(refusal(IllegalStateException.class, () -> run.predict(BARS)).contains("closed"));
  }

  @Test
  void classVectorsInAFileAreGoneOnFrom(@TempDir Path folder) {
    Path file = folder.resolve("vectors.npy");
    Fit fit = sampling().epochs(1).sampleClasses(0.5, file);
    double[][] reached;
    try (Run run = fit.run(BARS);
        Run inMemory = fit.sampleClasses(0.5).run(BARS)) {
      reached = run.classVectors();
      assertTrue(Arrays.deepEquals(inMemory.classVectors(), reached));
      assertEquals(
          "sampled, 0.5 in a step, in vectors.npy", run.provenance().settings().get("classes"));
    }
    // So small a step leaves them where they are: training goes on from there.
    try (Run further = fit.learningRate(1e-12).run(BARS)) {
      assertTrue(Arrays.deepEquals(further.classVectors(), reached));
    }
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> fit.batches(ClassBatches.of(2, 4, 5)).run(BARS.selectClasses(0, 1)))
            .contains("shape (2, 3), row after row, got numbers of type <f4, shape (4, 3)"));
  }

  @Test
  void onlyALossOfClassVectorsAloneSamplesClasses() {
    for (EmbeddingLoss loss :
        List.of(
            SoftmaxLoss.of(),
            TripletLoss.batchAll(0.2),
            ArcFaceLoss.of(0.3, 10).plus(0.1, CenterLoss.mean()))) {
      assertTrue(
          refusal(
                  IllegalArgumentException.class,
                  () -> fit().loss(loss).sampleClasses(0.5).run(BARS))
              .contains("class vectors alone, but " + loss.describe() + " needs"));
    }
    for (double share : new double[] {0, 1.5, Double.NaN}) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> fit().sampleClasses(share))
              .contains("got " + share));
    }
  }

  @Test
  void aVisitSeesSampledVectorsAndADivergedStepNamesTheirClass() {
    List<double[][]> seen = new ArrayList<>();
    Fit fit = sampling().epochs(2).sampleClasses(0.5);
    try (Run run = fit.visit((epoch, lent) -> seen.add(lent.classVectors())).run(BARS)) {
      assertEquals(3, seen.size());
      assertFalse(Arrays.deepEquals(seen.get(0), seen.get(2)));
      assertTrue(Arrays.deepEquals(run.classVectors(), seen.get(2)));
    }
    assertTrue(
        refusal(TrainingException.class, () -> fit.sgd(0).learningRate(1e38).epochs(20).run(BARS))
            .contains("learning rate 1.0E38"));
  }

  // Repeatability

  @ParameterizedTest
  @ValueSource(longs = {7, 12345678901L})
  void theSameSeedGivesTheSameBits(long seed) {
    Supplier<Block> withDropout =
        () ->
            new SequentialBlock().add(SmallConv.of(8)).add(Dropout.builder().optRate(0.2f).build());
    Fit fit = fit().seed(seed);
    Fit conv =
        Fit.backbone(withDropout)
            .loss(SoftmaxLoss.of())
            .batches(ClassBatches.of(4, 4, 5))
            .augment(Augmentation.of(3).rotation(10).translation(0.1))
            .epochs(2)
            .seed(seed)
            .progress(Progress.silent());
    for (Fit recipe : List.of(fit, conv)) {
      try (Run first = recipe.run(BARS);
          Run second = recipe.run(BARS);
          Run other = recipe.seed(seed + 1).run(BARS)) {
        assertSameBits(weights(first), weights(second));
        assertEquals(first.history(), second.history());
        assertEquals(first.history().hashCode(), second.history().hashCode());
        assertArrayEquals(first.embed(BARS).vectors(), second.embed(BARS).vectors());
        assertNotEquals(first.history(), other.history());
      }
    }
  }

  @Test
  void augmentationChangesWhatIsLearntAndIsOnRecord() {
    Augmentation turns = Augmentation.of(3).rotation(30);
    try (Run plain = fit().run(BARS);
        Run none = fit().augment(Augmentation.of(3)).run(BARS);
        Run turned = fit().augment(turns).run(BARS);
        Run otherwise = fit().augment(Augmentation.of(4).rotation(30)).run(BARS)) {
      assertEquals(plain.history(), none.history());
      assertNotEquals(plain.history(), turned.history());
      assertNotEquals(turned.history(), otherwise.history());
      assertEquals("none", plain.provenance().settings().get("augmentation"));
      assertEquals(turns.describe(), turned.provenance().settings().get("augmentation"));
    }
  }

  @Test
  void withManyClassesAccuracyIsCountedInFewerSteps() {
    int classes = (int) (Loop.CHEAP_LOGITS / 16); // k = 2
    ImageSet many = TestImages.bars(classes, 1, 2, 3);
    int[] first = new int[16]; // class 0, which all centers being equal is chosen for all
    int[] others = first.clone();
    Arrays.fill(others, 7);
    List<int[]> batches = new ArrayList<>(Collections.nCopies(12, others));
    batches.set(0, first);
    Fit still = fit().loss(CenterLoss.mean().alpha(0)).epochs(1).batches(always(batches)).seed(3);
    try (Run run = still.run(many)) {
      assertEquals(1 / 6., run.history().epochs().get(0).accuracy(), 1e-12, "one of steps 1, 3…");
    }
    batches.set(0, others);
    batches.set(5, first);
    try (Run run = still.run(many)) {
      assertEquals(0, run.history().epochs().get(0).accuracy(), "step 6 is not counted");
    }
    try (Run run = still.run(many.selectClasses(IntStream.range(0, 50).toArray()))) {
      assertEquals(1 / 12., run.history().epochs().get(0).accuracy(), 1e-12, "every step");
    }
  }

  // What the loss is told

  @Test
  void aLossIsEvaluatedOnceAStepAndUpdatesItsOwnMatrix() {
    TestLosses.Pull pull = new TestLosses.Pull();
    try (Run run = fit().loss(pull).run(BARS)) {
      int steps = run.history().steps();
      assertEquals(6, steps);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        expected.addAll(List.of("evaluate", "afterStep"));
      }
      assertEquals(expected, pull.calls);
      // From zero, plus one a step; Adam would have moved them otherwise.
      for (double[] center : run.centers()) {
        for (double value : center) {
          assertEquals(steps, value);
        }
      }
    }
  }

  @Test
  void stepsWithoutAGradientAreSkippedAndCounted() {
    try (Run run = fit().loss(new TestLosses.Scripted(0, 0, 1, 0, 1)).run(BARS)) {
      History.Epoch first = run.history().epochs().get(0);
      assertEquals(3, first.steps());
      assertEquals(2, first.skipped());
      assertEquals(3, run.history().skipped());
      assertTrue(first.toString().contains("2 of 3 steps without a gradient"), first.toString());
    }
  }

  @Test
  void aFirstEpochWithoutAnyGradientIsAnError() {
    for (EmbeddingLoss loss : List.of(new TestLosses.Scripted(0), new TestLosses.Flat())) {
      String message = refusal(TrainingException.class, () -> fit().loss(loss).run(BARS));
      assertTrue(message.contains("none of the 3 batches gave a gradient"), message);
      assertTrue(message.contains("ClassBatches"), message);
    }
  }

  // Stopping

  @Test
  void aDivergingLossIsAnErrorThatSaysWhereAndWhatHelps() {
    TrainingException e =
        assertThrows(
            TrainingException.class,
            () -> fit().loss(new TestLosses.Scripted(1, 1, 1, 1, Float.NaN)).run(BARS));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("the loss became NaN at step 2 of 3 in epoch 2 of 2"), message);
    assertTrue(message.contains("learning rate 0.001"), message);
    assertTrue(message.contains("ten times smaller"), message);
    assertEquals(5, e.reached().steps());
    assertEquals(1, e.reached().epochs().size());
    String first =
        refusal(
            TrainingException.class,
            () -> fit().loss(new TestLosses.Scripted(Float.NaN)).run(BARS));
    assertTrue(first.contains("NaN at step 1 of 3 in epoch 1 of 2, the first: look at"), first);
    double last = e.reached().stepLosses()[3];
    assertTrue(message.contains(String.format(java.util.Locale.ROOT, "%.4g", last)), message);

    assertTrue(
        refusal(TrainingException.class, () -> fit().sgd(0).learningRate(1e30).epochs(5).run(BARS))
            .contains("learning rate 1.0E30"));
  }

  /** Interrupts its own thread at a given step of the training. */
  private static final class Interrupter implements Progress {
    private final int at;
    private int steps;
    private final List<String> ends = new ArrayList<>();

    Interrupter(int at) {
      this.at = at;
    }

    @Override
    public void begin(int epochs) {}

    @Override
    public void step(int epoch, int step, int ofSteps, double loss) {
      if (++steps == at) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void epoch(History reached) {}

    @Override
    public void end(History reached, boolean finished) {
      ends.add(reached.steps() + " steps, finished " + finished);
    }
  }

  @Test
  void anInterruptStopsAtTheNextStepAndReleasesEverything() {
    fit().epochs(1).run(BARS).close(); // whatever the engine keeps for good is there now
    int before = managedArrays();
    Interrupter interrupter = new Interrupter(5);
    TrainingInterrupted e =
        assertThrows(
            TrainingInterrupted.class, () -> fit().epochs(100).progress(interrupter).run(BARS));
    assertEquals(List.of("5 steps, finished false"), interrupter.ends);
    assertEquals(5, e.reached().steps());
    assertTrue(
        String.valueOf(e.getMessage()).contains("step 3 of 3 in epoch 2 of 100; 1 of 100 epochs"),
        e.getMessage());
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(before, managedArrays());
    fit().run(BARS).close();
  }

  // Memory

  private static int managedArrays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return manager.getParentManager().getManagedArrays().size();
    }
  }

  /** How many arrays there are, or their numbers, in the second step of a training. */
  private static int heldInAStep(Fit fit) {
    List<Integer> held = new ArrayList<>();
    Progress counting =
        new Progress() {
          @Override
          public void begin(int epochs) {}

          @Override
          public void step(int epoch, int step, int steps, double loss) {
            held.add(managedArrays());
          }

          @Override
          public void epoch(History reached) {}

          @Override
          public void end(History reached, boolean finished) {}
        };
    fit.epochs(1).progress(counting).run(BARS).close();
    return held.get(1);
  }

  @Test
  void theOptimisersStateBelongsToTheTraining() {
    int parameters = 4 + 2; // weights and biases of two layers, class vectors and their bias
    int without = heldInAStep(fit().sgd(0));
    assertEquals(without + parameters, heldInAStep(fit().sgd(0.9)));
    assertEquals(without + 2 * parameters, heldInAStep(fit()));
  }

  static List<Fit> soaked() {
    return List.of(
        fit(),
        fit().loss(SoftmaxLoss.of().plus(0.1, CenterLoss.mean())).sgd(0.9),
        fit().loss(ArcFaceLoss.of(0.3, 10)).sampleClasses(0.5),
        fit().loss(TripletLoss.batchHard(0.2)).augment(Augmentation.of(3).rotation(10)));
  }

  @ParameterizedTest
  @MethodSource("soaked")
  void nativeMemoryDoesNotGrowWithTheSteps(Fit fit) {
    List<Integer> held = new ArrayList<>();
    Progress counting =
        new Progress() {
          @Override
          public void begin(int epochs) {}

          @Override
          public void step(int epoch, int step, int steps, double loss) {
            held.add(managedArrays());
          }

          @Override
          public void epoch(History reached) {}

          @Override
          public void end(History reached, boolean finished) {}
        };
    int before = managedArrays();
    Run run = fit.epochs(100).progress(counting).watch(Doctor.every(1)).run(BARS);
    int after = managedArrays();
    run.embed(BARS);
    if (run.history().hasAccuracy()) {
      run.accuracy(BARS);
    }
    assertEquals(after, managedArrays(), "embedding");
    run.close();
    run.close();
    assertEquals(before, managedArrays(), "closing");
    assertEquals(300, held.size());
    assertTrue(held.get(0) > before);
    // An optimiser's state is made with its first step.
    assertEquals(Collections.min(held.subList(1, 300)), Collections.max(held), held.toString());
  }

  // The run

  @Test
  void embeddingKeepsTheOrderAndDoesNotDependOnTheBatch() {
    ImageSet many = TestImages.bars(3, 100, 12, 9); // more than one batch of embedding
    try (Run run =
        Fit.backbone(SmallConv.of(4))
            .loss(SoftmaxLoss.of())
            .batches(ShuffledBatches.of(50, 1))
            .epochs(1)
            .progress(Progress.silent())
            .run(many)) {
      double[][] all = run.embed(many).vectors();
      assertEquals(300, all.length);
      assertArrayEquals(many.labels(), run.embed(many).labels());
      assertEquals(many.classNames(), run.embed(many).classNames());
      int[] some = {299, 7, 258};
      double[][] few = run.embed(many.select(some)).vectors();
      for (int i = 0; i < some.length; i++) {
        assertArrayEquals(all[some[i]], few[i], 1e-4);
      }
    }
  }

  @Test
  void predictionIsTheLargestLogit() {
    try (Run run = fit().run(BARS)) {
      double[][] x = run.embed(BARS).vectors();
      double[][] w = run.classVectors();
      double[] b = run.bias();
      int[] chosen = run.predict(BARS);
      int right = 0;
      for (int i = 0; i < x.length; i++) {
        int best = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < w.length; c++) {
          double logit = b[c];
          for (int k = 0; k < w[c].length; k++) {
            logit += w[c][k] * x[i][k];
          }
          if (logit > largest) {
            largest = logit;
            best = c;
          }
        }
        assertEquals(best, chosen[i]);
        right += best == BARS.label(i) ? 1 : 0;
      }
      assertEquals((double) right / x.length, run.accuracy(BARS));
    }
  }

  @Test
  void provenanceNamesDataSettingsAndVersions() {
    try (Run run = fit().seed(99).run(BARS)) {
      Provenance p = run.provenance();
      assertEquals(BARS.checksum(), p.fields().get("checksum"));
      assertEquals(BARS.toString(), p.fields().get("data"));
      assertEquals("99", p.fields().get("seed"));
      assertEquals(SoftmaxLoss.of().describe(), p.fields().get("loss"));
      assertEquals(ClassBatches.of(4, 4, 5).describe(), p.fields().get("batches"));
      assertEquals("Adam", p.fields().get("optimiser"));
      assertEquals("SequentialBlock, 1187 parameters", p.fields().get("backbone"));
      assertEquals(Knobs.device().toString(), p.fields().get("device"));
      assertTrue(String.valueOf(p.fields().get("engine")).startsWith("PyTorch 2."));
      assertTrue(p.duration().toNanos() > 0);
      assertEquals(List.copyOf(p.fields().keySet()).get(0), "data");
      assertTrue(p.toString().contains(BARS.checksum()));
      assertThrows(UnsupportedOperationException.class, () -> p.fields().put("seed", "1"));
    }
  }

  @Test
  void aClosedRunSaysSo() {
    Run run = fit().run(BARS);
    run.close();
    assertTrue(refusal(IllegalStateException.class, () -> run.embed(BARS)).contains("closed"));
    assertTrue(refusal(IllegalStateException.class, run::classVectors).contains("closed"));
    assertEquals(6, run.history().steps());
  }

  @Test
  void aRunWhoseBackboneWasReleasedByAnotherSaysSo() {
    Block block = small();
    Fit recipe =
        Fit.backbone(block)
            .loss(SoftmaxLoss.of())
            .batches(ClassBatches.of(4, 4, 5))
            .epochs(1)
            .progress(Progress.silent());
    try (Run first = recipe.run(BARS)) {
      Fit further = Fit.backbone(block).loss(new TestLosses.Scripted(Float.NaN));
      assertThrows(
          TrainingException.class,
          () -> further.batches(ClassBatches.of(4, 4, 5)).progress(Progress.silent()).run(BARS));
      assertTrue(
          refusal(IllegalStateException.class, () -> first.embed(BARS))
              .contains("handed to a later training"));
    }
  }

  @Test
  void aNetworkThatDivergedInItsLastStepPredictsNothing() {
    Fit wild = fit().sgd(0).learningRate(1e30).epochs(1).batches(ClassBatches.of(4, 12, 5));
    try (Run run = wild.run(BARS)) {
      assertTrue(
          refusal(IllegalStateException.class, () -> run.accuracy(BARS)).contains("diverged"));
      assertTrue(
          refusal(IllegalArgumentException.class, () -> run.embed(BARS)).contains("diverged"));
    }
  }

  @Test
  void twoRunsLiveSideBySide() {
    try (Run one = fit().run(BARS)) {
      double[][] before = one.embed(BARS).vectors();
      try (Run other = fit().seed(-1).run(BARS);
          Run zero = fit().seed(0).run(BARS)) {
        assertArrayEquals(before, one.embed(BARS).vectors());
        assertNotEquals(zero.history(), other.history(), "seeds -1 and 0");
      }
      assertArrayEquals(before, one.embed(BARS).vectors());
    }
  }

  @Test
  void oneThreadTrainsAtATime() throws Exception {
    List<String> refusals = new ArrayList<>();
    Thread second =
        new Thread(() -> refusals.add(refusal(IllegalStateException.class, () -> fit().run(BARS))));
    Progress starter =
        new Progress() {
          @Override
          public void begin(int epochs) {
            second.start();
            try {
              second.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void step(int epoch, int step, int steps, double loss) {}

          @Override
          public void epoch(History reached) {}

          @Override
          public void end(History reached, boolean finished) {}
        };
    fit().progress(starter).run(BARS).close();
    assertTrue(refusals.get(0).contains("another thread is training"), refusals.toString());
  }

  @Test
  void aTripletStyleRunHasNoHead() {
    try (Run run = fit().loss(new TestLosses.Scripted(1)).run(BARS)) {
      assertFalse(run.history().hasAccuracy());
      assertTrue(
          refusal(IllegalStateException.class, run::classVectors)
              .contains("scripted() has no vectors"));
      assertTrue(
          refusal(IllegalStateException.class, () -> run.predict(BARS)).contains("row per class"));
    }
  }

  @Test
  void otherImagesAndOtherClassesAreRefused() {
    try (Run run = fit().run(BARS)) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> run.embed(TestImages.bars(4, 2, 16, 1)))
              .contains("resize the images"));
      assertTrue(
          refusal(IllegalArgumentException.class, () -> run.accuracy(TestImages.bars(3, 2, 12, 1)))
              .contains("the 4 classes that were trained on"));
    }
  }

  // Blocks

  @Test
  void aGivenBlockIsTrainedOncePerRecipeAndFurtherByAnother() {
    Block block = small();
    Fit once =
        Fit.backbone(block)
            .loss(SoftmaxLoss.of())
            .batches(ClassBatches.of(4, 4, 5))
            .epochs(1)
            .progress(Progress.silent());
    Run first = once.run(BARS);
    assertTrue(
        refusal(IllegalStateException.class, () -> once.seed(3).run(BARS))
            .contains("Fit.backbone(() -> SmallConv.of(64))"));
    double[][] reached = first.embed(BARS).vectors();
    // So small a step leaves the weights where they are: training goes on from there.
    Run further =
        Fit.backbone(block)
            .loss(SoftmaxLoss.of())
            .batches(ClassBatches.of(4, 4, 5))
            .epochs(1)
            .learningRate(1e-9)
            .progress(Progress.silent())
            .run(BARS);
    first.close();
    double[][] now = further.embed(BARS).vectors();
    for (int i = 0; i < now.length; i++) {
      assertArrayEquals(reached[i], now[i], 1e-5);
    }
    further.close();
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () ->
                    Fit.backbone(block)
                        .loss(SoftmaxLoss.of())
                        .batches(ClassBatches.of(4, 4, 5))
                        .run(BARS))
            .contains("released"));
  }

  @Test
  void aBlockInitialisedElsewhereKeepsItsWeightsAndItsFrozenOnesStay() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block = small();
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 12, 12));
      Parameter first = block.getParameters().valueAt(0);
      first.freeze(true);
      float[] before = first.getArray().toFloatArray();
      float[] movedBefore = block.getParameters().valueAt(2).getArray().toFloatArray();
      try (Run run =
          Fit.backbone(block)
              .loss(SoftmaxLoss.of())
              .batches(ClassBatches.of(4, 4, 5))
              .epochs(1)
              .progress(Progress.silent())
              .run(BARS)) {
        assertArrayEquals(before, first.getArray().toFloatArray(), 0f);
        float[] moved = block.getParameters().valueAt(2).getArray().toFloatArray();
        double distance = 0;
        for (int i = 0; i < moved.length; i++) {
          distance += Math.abs(moved[i] - movedBefore[i]);
        }
        assertTrue(distance > 0);
        assertEquals(48, run.embed(BARS).size());
      }
    }
  }

  // Doors

  @Test
  void whatIsMissingIsNamed() {
    Fit bare = Fit.backbone(FitTest::small);
    assertTrue(
        refusal(IllegalArgumentException.class, () -> bare.run(BARS)).contains("call loss(...)"));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> bare.loss(SoftmaxLoss.of()).run(BARS))
            .contains("call batches(...)"));
  }

  @Test
  void settingsAreChecked() {
    assertTrue(refusal(IllegalArgumentException.class, () -> fit().epochs(0)).contains("got 0"));
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> fit().learningRate(bad))
              .contains("got " + bad));
    }
    for (double bad : new double[] {-0.1, 1, Double.NaN}) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> fit().sgd(bad)).contains("got " + bad));
    }
  }

  @Test
  void dataAndLossMustFit() {
    ImageSet one = BARS.selectClasses(0);
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> fit().batches(ShuffledBatches.of(4, 1)).run(one))
            .contains("but the set has 1"));
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> fit().batches(ClassBatches.of(4, 13, 1)).run(BARS))
            .contains("has 12 images"));
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> fit().loss(new TestLosses.Demanding("proxies")).run(BARS))
            .contains("needs [proxies]"));
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> fit().loss(new TestLosses.Demanding(EmbeddingLoss.BIAS)).run(BARS))
            .contains("needs [bias]"));
  }

  /** Good batches in the first epoch, then others. */
  private static Fit later(List<int[]> others) {
    return fit()
        .batches(
            new Batches() {
              @Override
              public List<int[]> epoch(int[] labels, int epoch) {
                return epoch == 0 ? List.of(new int[] {0, 1, 2, 3}) : others;
              }

              @Override
              public String describe() {
                return "wild";
              }
            });
  }

  @Test
  void batchesThatDoNotFitAreRefusedInAnyEpoch() {
    assertTrue(
        refusal(IllegalArgumentException.class, () -> later(List.of(new int[] {0, 48})).run(BARS))
            .contains("(wild) name image 48, but the set has 48"));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> later(List.of(new int[0])).run(BARS))
            .contains("no image in epoch 2"));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> later(List.of()).run(BARS))
            .contains("none in epoch 2"));
  }

  private static Batches always(List<int[]> batches) {
    return new Batches() {
      @Override
      public List<int[]> epoch(int[] labels, int epoch) {
        return batches;
      }

      @Override
      public String describe() {
        return "always";
      }
    };
  }

  @Test
  void aBatchWithoutATripletSaysWhichBatchesAreWanted() {
    for (int[] batch : new int[][] {{0, 12, 24}, {0, 1, 2}}) {
      Fit triplets = fit().batches(always(List.of(batch))).loss(TripletLoss.batchHard(0.2));
      assertTrue(
          refusal(TrainingException.class, () -> triplets.run(BARS)).contains("ClassBatches.of("));
    }
  }

  @Test
  void whatIsNotTrainedIsSaid() {
    Fit constant = fit().loss(new TestLosses.Constant());
    assertTrue(
        refusal(IllegalArgumentException.class, () -> constant.run(BARS))
            .contains("constant() depends on nothing that is trained"));
    try (NDManager manager = NDManager.newBaseManager()) {
      Block frozen = small();
      frozen.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 12, 12));
      frozen.freezeParameters(true);
      Fit nothing =
          Fit.backbone(frozen)
              .loss(TripletLoss.batchAll(0.2))
              .batches(ClassBatches.of(4, 4, 5))
              .progress(Progress.silent());
      assertTrue(
          refusal(IllegalArgumentException.class, () -> nothing.run(BARS)).contains("is frozen"));
    }
  }

  @Test
  void aBatchThatTheNetworkDoesNotTakeIsSaid() {
    Fit alone =
        Fit.backbone(SmallConv.of(3))
            .loss(SoftmaxLoss.of())
            .batches(always(List.of(new int[] {0})))
            .progress(Progress.silent());
    assertTrue(
        refusal(IllegalArgumentException.class, () -> alone.run(BARS))
            .contains("batch norm wants two images"));
    try (NDManager manager = NDManager.newBaseManager()) {
      Block smaller = small();
      smaller.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 10, 10));
      Fit other =
          Fit.backbone(smaller)
              .loss(SoftmaxLoss.of())
              .batches(ClassBatches.of(4, 4, 5))
              .progress(Progress.silent());
      assertTrue(
          refusal(IllegalArgumentException.class, () -> other.run(BARS))
              .contains("does not take a batch of images (16, 1, 12, 12) float32"));
    }
  }

  @Test
  void aBackboneMustTakeTheImagesAndGiveVectors() {
    Fit flat =
        Fit.backbone(() -> Linear.builder().setUnits(3).build())
            .loss(new TestLosses.Scripted(1))
            .batches(ClassBatches.of(4, 4, 5));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> flat.run(BARS))
            .contains("the backbone must give one array (N, D)"));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> flat.loss(SoftmaxLoss.of()).run(BARS))
            .contains("need embeddings of shape (N, D)"));
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> flat.loss(SoftmaxLoss.of()).run(BARS.resize(5, 5)))
            .contains("images of shape (1, 5, 5)"));
  }

  @Test
  void aVisitSeesTheNetworkBeforeTheFirstStepAndAfterEachEpochAndChangesNothing() {
    List<Integer> epochs = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    List<double[][]> seen = new ArrayList<>();
    Fit watched =
        fit()
            .visit(
                (epoch, run) -> {
                  epochs.add(epoch);
                  steps.add(run.history().steps());
                  seen.add(run.embed(BARS).vectors());
                });
    try (Run plain = fit().run(BARS);
        Run visited = watched.run(BARS)) {
      int perEpoch = plain.history().steps() / 2;
      assertEquals(List.of(0, 1, 2), epochs);
      assertEquals(List.of(0, perEpoch, 2 * perEpoch), steps);
      assertArrayEquals(plain.embed(BARS).vectors(), visited.embed(BARS).vectors());
      assertArrayEquals(visited.embed(BARS).vectors(), seen.get(2));
      assertFalse(Arrays.deepEquals(seen.get(0), seen.get(1)));
      assertFalse(Arrays.deepEquals(seen.get(1), seen.get(2)));
    }
  }

  @Test
  void aVisitCannotCloseTheRunAndWhatItThrowsEndsTheTraining() {
    IllegalStateException closed =
        assertThrows(
            IllegalStateException.class, () -> fit().visit((epoch, run) -> run.close()).run(BARS));
    assertTrue(closed.getMessage().contains("still training"), closed.getMessage());
    UnsupportedOperationException own =
        assertThrows(
            UnsupportedOperationException.class,
            () ->
                fit()
                    .visit(
                        (epoch, run) -> {
                          throw new UnsupportedOperationException("epoch " + epoch);
                        })
                    .run(BARS));
    assertEquals("epoch 0", own.getMessage());
  }

  @Test
  void manyClassesWhoseGradientIsTakenInPlaceTrainAsByTheDefinition() {
    int classes = 20_000;
    float[][] pixels = new float[classes][];
    for (int i = 0; i < classes; i++) {
      pixels[i] = new float[] {i % 7 / 7f, i % 11 / 11f, i % 13 / 13f, 1};
    }
    ImageSet many =
        ImageSet.of(
            "many",
            1,
            2,
            2,
            pixels,
            IntStream.range(0, classes).toArray(),
            IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    Batches three =
        new Batches() {
          @Override
          public List<int[]> epoch(int[] labels, int epoch) {
            return List.of(
                IntStream.range(0, 64).toArray(),
                IntStream.range(30, 94).toArray(),
                IntStream.range(0, 64).map(i -> i / 2 * 311).toArray());
          }

          @Override
          public String describe() {
            return "three";
          }
        };
    Supplier<Block> wide =
        () ->
            new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(64).build());
    EmbeddingLoss loss = ArcFaceLoss.of(0.5, 16).plus(0.5, SoftmaxLoss.of());
    List<List<float[]>> both = new ArrayList<>();
    for (EmbeddingLoss form : List.of(loss, loss.definition())) {
      try (Run run =
          Fit.backbone(wide)
              .loss(form)
              .batches(three)
              .epochs(1)
              .sgd(0.9)
              .learningRate(0.5)
              .progress(Progress.silent())
              .run(many)) {
        both.add(weights(run));
      }
    }
    for (int p = 0; p < both.get(0).size(); p++) {
      assertArrayEquals(both.get(1).get(p), both.get(0).get(p), 1e-5f, "parameter " + p);
    }
  }
}

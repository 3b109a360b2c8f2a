package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import nearfar.data.Batches;
import nearfar.data.ClassBatches;
import nearfar.data.Glyphs;
import nearfar.data.ImageSet;
import nearfar.data.ShuffledBatches;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.CosFaceLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.Inputs;
import nearfar.loss.NormalizedSoftmaxLoss;
import nearfar.loss.SoftmaxLoss;
import nearfar.loss.TripletLoss;
import nearfar.nn.SmallConv;
import nearfar.training.Diagnosis.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every diagnosis is provoked by a training, and none is made of a training that goes well. */
class DoctorTest {

  private static final ImageSet GLYPHS = Glyphs.generate(20, 16, 7);
  private static final ImageSet BARS = TestImages.bars(4, 12, 12, 3);

  private static Block small() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(8).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  private static Block linear() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  /** Three steps an epoch, each looked at. */
  private static Fit fit(EmbeddingLoss loss) {
    return Fit.backbone(DoctorTest::small)
        .loss(loss)
        .batches(ClassBatches.of(4, 4, 5))
        .epochs(20)
        .watch(Doctor.every(1))
        .progress(Progress.silent());
  }

  private static List<Diagnosis> diagnoses(Fit fit, ImageSet train) {
    try (Run run = fit.run(train)) {
      return run.history().diagnoses();
    }
  }

  private static Diagnosis only(Kind kind, List<Diagnosis> found) {
    assertEquals(List.of(kind), found.stream().map(Diagnosis::kind).toList(), found.toString());
    return found.get(0);
  }

  private static void assertSays(Diagnosis found, String... parts) {
    for (String part : parts) {
      assertTrue(found.toString().contains(part), part + " in: " + found);
    }
  }

  // Health

  static List<EmbeddingLoss> losses() {
    return List.of(
        SoftmaxLoss.of(),
        SoftmaxLoss.of().plus(0.003, CenterLoss.mean()),
        ArcFaceLoss.of(0.5, 30),
        CosFaceLoss.of(0.35, 30),
        NormalizedSoftmaxLoss.of(16),
        TripletLoss.batchAll(0.2),
        TripletLoss.batchHard(0.2),
        TripletLoss.batchHard(0.2).normalized(),
        TripletLoss.batchHardSoft(),
        TripletLoss.semiHard(0.2));
  }

  /** Looked at three times as often as by default, so that what lasts is seen to last. */
  @ParameterizedTest
  @MethodSource("losses")
  void nothingIsFoundInAHealthyTraining(EmbeddingLoss loss) {
    try (Run run =
        Fit.backbone(SmallConv.of(64))
            .loss(loss)
            .batches(ClassBatches.of(8, 4, 7))
            .epochs(6)
            .watch(Doctor.every(3))
            .progress(Progress.silent())
            .run(GLYPHS)) {
      assertEquals(List.of(), run.history().diagnoses(), run.history().toString());
      assertTrue(run.history().finalLoss() < run.history().epochs().get(0).loss());
    }
  }

  // Collapse

  /** The hardest triplets on a circle: too narrow a place to pass each other by. */
  private static List<Diagnosis> hardestOnACircle(TripletLoss hard) {
    return diagnoses(
        Fit.backbone(SmallConv.of(2))
            .loss(hard.normalized())
            .batches(ClassBatches.of(8, 4, 7))
            .epochs(4)
            .learningRate(3e-3)
            .watch(Doctor.every(1))
            .progress(Progress.silent()),
        GLYPHS);
  }

  @Test
  void collapseAtTheMargin() {
    assertSays(
        only(Kind.COLLAPSE, hardestOnACircle(TripletLoss.batchHard(0.2))),
        "loss 0.20",
        "the margin, 0.2000",
        "a learning rate ten times smaller",
        "semi-hard");
  }

  @Test
  void collapseAtLnTwo() {
    assertSays(
        only(Kind.COLLAPSE, hardestOnACircle(TripletLoss.batchHardSoft())),
        "loss 0.",
        "ln 2 = 0.6931");
  }

  @Test
  void centerLossAloneCollapses() {
    Diagnosis found =
        only(Kind.COLLAPSE, diagnoses(fit(CenterLoss.mean()).learningRate(0.01).epochs(80), BARS));
    assertSays(found, "center loss alone only pulls together");
  }

  // Triplets

  @Test
  void noTripletIsActiveOnceAllIsLearnt() {
    Diagnosis found =
        only(
            Kind.NO_ACTIVE_TRIPLETS,
            diagnoses(fit(TripletLoss.batchAll(0.2)).learningRate(0.01).epochs(40), BARS));
    assertSays(found, "576 valid, 0 active, 576 chosen", "is learnt: stop");
  }

  @Test
  void noTripletIsValidInBatchesOfDifferentClasses() {
    Batches one =
        new Batches() {
          @Override
          public List<int[]> epoch(int[] labels, int epoch) {
            return Collections.nCopies(12, new int[] {0, 1, 2, 3});
          }

          @Override
          public String describe() {
            return "the first image of every class";
          }
        };
    TrainingException e =
        assertThrows(
            TrainingException.class, () -> fit(TripletLoss.batchHard(0.2)).batches(one).run(BARS));
    assertSays(
        only(Kind.NO_ACTIVE_TRIPLETS, e.reached().diagnoses()),
        "0 valid, 0 active, 0 chosen",
        "at least two images of each");
  }

  @Test
  void allTripletsAreActiveWithAMarginOutOfReach() {
    Diagnosis found =
        only(
            Kind.ALL_TRIPLETS_ACTIVE, diagnoses(fit(TripletLoss.batchAll(4.5).normalized()), BARS));
    assertSays(found, "576 of 576", "margin 4.5", "at most 4");
    assertEquals(4, found.epoch());
    assertEquals(1, found.step());
  }

  // Class vectors

  @Test
  void aRareCopyOfAClassHasADeadVector() {
    // 2 images of class 3 among 40 of class 2, and they look the same.
    ImageSet bars = TestImages.bars(3, 40, 12, 3);
    float[][] pixels = new float[bars.size() + 2][];
    int[] labels = new int[pixels.length];
    for (int i = 0; i < bars.size(); i++) {
      pixels[i] = bars.pixels(i);
      labels[i] = bars.label(i);
    }
    for (int i = 0; i < 2; i++) {
      pixels[bars.size() + i] = bars.pixels(bars.indicesOfClass(2)[i]);
      labels[bars.size() + i] = 3;
    }
    ImageSet rare =
        ImageSet.of("rare", 1, 12, 12, pixels, labels, List.of("a", "b", "c", "copy of c"));
    Diagnosis found =
        only(
            Kind.DEAD_CLASS_VECTORS,
            diagnoses(
                fit(SoftmaxLoss.of())
                    .batches(ShuffledBatches.of(61, 5))
                    .learningRate(0.01)
                    .epochs(30),
                rare));
    assertSays(found, "class 3 (2", "the same number of images", "copies of another class");
  }

  /** Its own update takes all length from the vector of class 2. */
  private static final class Withering extends EmbeddingLoss {
    Withering() {
      super("withering");
    }

    @Override
    public Set<String> needs() {
      return Set.of(VECTORS);
    }

    @Override
    public String describe() {
      return "withering()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      NDArray own = in.perClass(VECTORS).get(in.labels());
      return in.embeddings().sub(own).square().mean();
    }

    @Override
    public void afterStep(NDArray labels, NDList predictions) {
      predictions.get(VECTORS).stopGradient().set(new NDIndex(2), 0);
    }
  }

  @Test
  void aVectorWithoutALengthIsDead() {
    Diagnosis found = only(Kind.DEAD_CLASS_VECTORS, diagnoses(fit(new Withering()), BARS));
    assertSays(found, "no length is left of the vectors of class 2 (length 0.0)");
    assertEquals(2, found.epoch()); // the looks at steps 2, 3 and 4
  }

  // Lengths

  @Test
  void normsExplode() {
    Diagnosis found =
        only(
            Kind.EXPLODING_NORMS,
            diagnoses(
                Fit.backbone(DoctorTest::linear)
                    .loss(SoftmaxLoss.of())
                    .batches(ClassBatches.of(4, 4, 5))
                    .epochs(20)
                    .learningRate(30)
                    .watch(Doctor.every(1))
                    .progress(Progress.silent()),
                BARS));
    assertSays(
        found, "the embeddings' mean length is", "at first", "a learning rate ten times smaller");
  }

  // Scale

  @Test
  void aScaleTooSmallIsKnownAtTheFirstStep() {
    List<Diagnosis> found =
        diagnoses(
            Fit.backbone(SmallConv.of(8))
                .loss(ArcFaceLoss.of(0, 1))
                .batches(ClassBatches.of(8, 4, 7))
                .epochs(1)
                .progress(Progress.silent()),
            GLYPHS);
    // log(1 + 19 e^(-20/19)) = 2.03: a probability of 0.13 at best.
    assertSays(
        only(Kind.SCALE_TOO_SMALL, found),
        "epoch 1, step 1",
        "s = 1.000 and 20 classes",
        "a loss of 2.03",
        "a probability of 0.13",
        "ln 20 = 3.00",
        "AdaCos");
  }

  @Test
  void aScaleTooLargeSaturatesTheSoftmax() {
    List<Diagnosis> found =
        diagnoses(
            Fit.backbone(SmallConv.of(64))
                .loss(ArcFaceLoss.of(0.5, 1000))
                .batches(ClassBatches.of(8, 4, 7))
                .epochs(1)
                .watch(Doctor.every(1))
                .progress(Progress.silent()),
            GLYPHS);
    assertSays(
        only(Kind.SCALE_TOO_LARGE, found), "s = 1000", "saturated", "ln 20 = 3.00", "AdaCos");
  }

  // NaN

  private static TrainingException failure(Fit fit) {
    return assertThrows(TrainingException.class, () -> fit.run(BARS));
  }

  @Test
  void theLossIsTheFirstSource() {
    TrainingException e = failure(fit(new TestLosses.Scripted(1, 1, 1, 1, Float.NaN)));
    assertSays(
        only(Kind.NOT_FINITE, e.reached().diagnoses()),
        "epoch 2, step 2",
        "the loss became NaN; its first source is the loss",
        "a learning rate ten times smaller");
    assertTrue(String.valueOf(e.getMessage()).contains("its first source is the loss"));
  }

  /** The trap of √0: the value is fine, the gradient infinite times zero. */
  private static final class Root extends EmbeddingLoss {
    Root() {
      super("root");
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return "root()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      NDArray x = in.embeddings();
      return x.sub(x.stopGradient()).square().sum().sqrt().add(1f);
    }
  }

  @Test
  void theWeightsAreTheFirstSourceWhereAGradientWasNotFinite() {
    assertSays(
        only(Kind.NOT_FINITE, failure(fit(new Root())).reached().diagnoses()),
        "epoch 1, step 2",
        "embeddings became NaN or infinite; its first source is the backbone's weights (",
        "since the step before");
  }

  @Test
  void anEmbeddingIsTheFirstSourceWhereWeightsAreHuge() {
    assertSays(
        only(
            Kind.NOT_FINITE,
            failure(fit(SoftmaxLoss.of()).sgd(0).learningRate(Float.MAX_VALUE))
                .reached()
                .diagnoses()),
        "epoch 1, step 2",
        "its first source is an embedding, that of image ",
        "images (up to 0.900)");
  }

  /** Its own update breaks the vector of class 1. */
  private static final class Breaking extends EmbeddingLoss {
    Breaking() {
      super("breaking");
    }

    @Override
    public Set<String> needs() {
      return Set.of(VECTORS);
    }

    @Override
    public String describe() {
      return "breaking()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return in.embeddings().sub(in.perClass(VECTORS).get(in.labels())).square().mean();
    }

    @Override
    public void afterStep(NDArray labels, NDList predictions) {
      predictions.get(VECTORS).stopGradient().set(new NDIndex(1), Float.NaN);
    }
  }

  @Test
  void aClassVectorIsTheFirstSource() {
    assertSays(
        only(Kind.NOT_FINITE, failure(fit(new Breaking())).reached().diagnoses()),
        "epoch 1, step 2",
        "its first source is row 1 of the class vectors");
  }

  @Test
  void anImageIsTheFirstSource() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.zeros(new Shape(3, 1, 2, 2));
      images.set(new NDIndex("1, 0, 1, 1"), Float.POSITIVE_INFINITY);
      Block network = new SequentialBlock().add(linear());
      NDList output = new NDList(manager.full(new Shape(3, 2), Float.NaN));
      FirstNotFinite first =
          FirstNotFinite.of(images, new int[] {40, 17, 5}, network, output, null);
      assertEquals("its first source is an input image, number 17 of the set", first.seen());
      assertTrue(first.helps().contains("finite pixels"), first.helps());
    }
  }

  @Test
  void ofDrawnClassVectorsTheClassIsNamed() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray vectors = manager.zeros(new Shape(3, 2));
      vectors.set(new NDIndex("1, 0"), Float.NaN);
      vectors.setName(EmbeddingLoss.VECTORS);
      FirstNotFinite first =
          FirstNotFinite.of(
              manager.zeros(new Shape(3, 1, 2, 2)),
              new int[] {40, 17, 5},
              new SequentialBlock().add(Blocks.batchFlattenBlock()),
              new NDList(manager.zeros(new Shape(3, 2)), vectors),
              new int[] {7, 700, 800});
      assertEquals("its first source is row 700 of the class vectors", first.seen());
    }
  }

  // What it costs and what it changes

  @Test
  void aDoctorChangesNoBit() {
    for (EmbeddingLoss loss : losses()) {
      try (Run with = fit(loss).epochs(3).run(BARS);
          Run without = fit(loss).epochs(3).watch(Doctor.none()).run(BARS)) {
        assertArrayEquals(with.history().stepLosses(), without.history().stepLosses(), 0.0);
        assertEquals(with.history().epochs(), without.history().epochs());
        List<float[]> expected = weights(without);
        List<float[]> actual = weights(with);
        for (int i = 0; i < expected.size(); i++) {
          assertArrayEquals(expected.get(i), actual.get(i), 0f, loss + ", parameter " + i);
        }
      }
    }
  }

  private static List<float[]> weights(Run run) {
    List<float[]> weights = new ArrayList<>();
    for (Parameter parameter : run.model().getBlock().getParameters().values()) {
      weights.add(parameter.getArray().toFloatArray());
    }
    return weights;
  }

  @Test
  void nobodyFindsNothing() {
    Fit fit = fit(TripletLoss.batchAll(4.5).normalized());
    assertEquals(List.of(), diagnoses(fit.watch(Doctor.none()), BARS));
    assertEquals(1, diagnoses(fit, BARS).size());
  }

  @Test
  void eachDiagnosisIsPrintedOnceAndTheSameEachTime() {
    Fit fit = fit(TripletLoss.batchAll(4.5).normalized()).epochs(8);
    String first = printed(fit);
    List<String> lines = first.lines().filter(line -> line.contains("What usually")).toList();
    assertEquals(1, lines.size(), first);
    assertTrue(lines.get(0).startsWith("epoch 4, step 1: all triplets active: "), first);
    assertEquals(8, first.lines().filter(line -> line.matches("epoch ./8: .*")).count(), first);
    assertEquals(first, printed(fit));
  }

  private static String printed(Fit fit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    diagnoses(fit.progress(Progress.lines(stream)), BARS);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aDoctorLooksAtEveryKthStep() {
    assertTrue(Doctor.byDefault().looksAt(0) && Doctor.byDefault().looksAt(20));
    assertTrue(!Doctor.byDefault().looksAt(5) && !Doctor.none().looksAt(0));
    assertEquals("doctor(every 10 steps)", Doctor.byDefault().toString());
    assertEquals("no doctor", Doctor.none().toString());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Doctor.every(0)).getMessage();
    assertTrue(String.valueOf(message).contains("at least 1, got 0: Doctor.none()"), message);
  }
}

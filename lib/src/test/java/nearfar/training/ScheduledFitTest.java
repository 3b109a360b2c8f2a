package nearfar.training;

import static nearfar.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import nearfar.data.ClassBatches;
import nearfar.data.ImageSet;
import nearfar.distance.Constant;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.Inputs;
import nearfar.loss.Schedule;
import nearfar.loss.SoftmaxLoss;
import nearfar.loss.TripletLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights, margins and learning rates that change over a training, and differ within it. */
class ScheduledFitTest {

  private static final ImageSet BARS = TestImages.bars(4, 12, 12, 3);

  private static Block small() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(8).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  private static Fit fit() {
    return Fit.backbone(ScheduledFitTest::small)
        .batches(ClassBatches.of(4, 4, 5)) // three steps an epoch
        .epochs(2)
        .progress(Progress.silent());
  }

  private static List<float[]> weights(Block block) {
    List<float[]> weights = new ArrayList<>();
    for (Parameter parameter : block.getParameters().values()) {
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

  /** The mean square, or the mean size, of the embeddings. */
  private static final class Size extends EmbeddingLoss {
    private final boolean squared;

    Size(boolean squared) {
      super("size");
      this.squared = squared;
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return squared ? "squares()" : "sizes()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return of(in, squared);
    }

    static NDArray of(Inputs in, boolean squared) {
      return squared ? in.embeddings().square().mean() : in.embeddings().abs().mean();
    }
  }

  /** squares + λ · sizes, with a weight for each call, by hand. */
  private static final class ByHand extends EmbeddingLoss {
    private final double[] weights;
    private int calls;

    ByHand(double... weights) {
      super("by hand");
      this.weights = weights;
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return "byHand()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      NDArray b = Size.of(in, false);
      return Size.of(in, true).add(b.mul(Constant.of(b, weights[calls++])));
    }
  }

  @Test
  void aWarmUpIsTheSameAsWeightsSwitchedByHand() {
    EmbeddingLoss warmed = new Size(true).plus(Schedule.linear(0, 6, 2), new Size(false));
    try (Run run = fit().loss(warmed).run(BARS);
        Run again = fit().loss(warmed).run(BARS);
        Run byHand = fit().loss(new ByHand(0, 1, 2, 3, 4, 5)).run(BARS);
        Run without = fit().loss(new Size(true).plus(6, new Size(false))).run(BARS)) {
      assertEquals(6, run.history().steps());
      assertArrayEquals(byHand.history().stepLosses(), run.history().stepLosses());
      assertSameBits(weights(byHand.backbone()), weights(run.backbone()));
      assertEquals(run.history(), again.history());
      assertSameBits(weights(run.backbone()), weights(again.backbone()));
      assertNotEquals(without.history(), run.history());
      assertEquals(
          "squares() + linear(0.0 to 6.0 in 2.0 epochs) * sizes()",
          run.provenance().settings().get("loss"));
    }
  }

  @Test
  void centersClassVectorsAndTheDoctorGoAlongWithASchedule() {
    EmbeddingLoss warmed =
        EmbeddingLoss.scheduled(Schedule.linear(0, 0.3, 1), m -> ArcFaceLoss.of(m, 10))
            .plus(Schedule.linear(0, 0.1, 2), CenterLoss.mean());
    Fit fit = fit().loss(warmed).epochs(15).learningRate(1e-2).watch(Doctor.every(1));
    try (Run run = fit.run(BARS);
        Run again = fit.run(BARS);
        Run constant = fit.loss(ArcFaceLoss.of(0.3, 10).plus(0.1, CenterLoss.mean())).run(BARS)) {
      assertEquals(run.history(), again.history());
      assertNotEquals(constant.history(), run.history());
      assertTrue(Math.abs(run.centers()[0][0]) > 0, "centers have moved");
      assertTrue(run.accuracy(BARS) > 0.9, run.history().toString());
    }
  }

  @Test
  void aLearningRateThatFallsIsThatOfTwoTrainings() {
    Fit fit = fit().loss(TripletLoss.batchAll(5)).sgd(0).batches(new EveryEpochTheSame());
    try (Run whole = fit.learningRate(Schedule.steps(0.02, 0.25, 1)).run(BARS);
        Run first = fit.epochs(1).learningRate(0.02).run(BARS)) {
      try (Run second =
          Fit.backbone(first.backbone())
              .loss(TripletLoss.batchAll(5))
              .sgd(0)
              .batches(new EveryEpochTheSame())
              .epochs(1)
              .learningRate(0.005)
              .progress(Progress.silent())
              .run(BARS)) {
        assertSameBits(weights(second.backbone()), weights(whole.backbone()));
        assertEquals(
            "steps(0.02, times 0.25 at [1.0])", whole.provenance().settings().get("learning rate"));
      }
    }
  }

  private static final class EveryEpochTheSame implements nearfar.data.Batches {
    @Override
    public List<int[]> epoch(int[] labels, int epoch) {
      return ClassBatches.of(4, 4, 5).epoch(labels, 0);
    }

    @Override
    public String describe() {
      return "the same";
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void classVectorsLearnAsMuchFaster(boolean sampled) {
    Fit one = fit().loss(ArcFaceLoss.of(0.3, 10)).sgd(0).learningRate(0.01).epochs(1);
    one = one.batches(ClassBatches.of(4, 12, 5)); // a single step
    one = sampled ? one.sampleClasses(1) : one;
    List<double[][]> before = new ArrayList<>();
    try (Run slow = one.visit((epoch, run) -> before.add(run.classVectors())).run(BARS);
        Run fast = one.classVectorRateFactor(100).run(BARS)) {
      assertEquals(1, slow.history().steps());
      double[][] start = before.get(0);
      double[][] small = slow.classVectors();
      double[][] expected = new double[start.length][start[0].length];
      for (int c = 0; c < start.length; c++) {
        for (int k = 0; k < start[c].length; k++) {
          expected[c][k] = start[c][k] + 100 * (small[c][k] - start[c][k]);
        }
      }
      assertNear(expected, fast.classVectors(), 1e-4, () -> "class vectors");
      assertTrue(Math.abs(expected[0][0] - start[0][0]) > 1e-3, "they moved");
      assertSameBits(weights(slow.backbone()), weights(fast.backbone()));
      assertEquals(
          "0.01, class vectors 100.0 times it", fast.provenance().settings().get("learning rate"));
      assertEquals("0.01", slow.provenance().settings().get("learning rate"));
    }
  }

  @Test
  void sampledOrNotTheFactorIsTheSameWithAdamAndASchedule() {
    Fit fit =
        fit()
            .loss(ArcFaceLoss.of(0.3, 10))
            .classVectorRateFactor(10)
            .learningRate(Schedule.linear(0, 3e-3, 1).then(1, Schedule.cosine(3e-3, 0, 4)))
            .epochs(5);
    try (Run plain = fit.run(BARS);
        Run sampled = fit.sampleClasses(1).run(BARS);
        Run same = fit.classVectorRateFactor(1).run(BARS)) {
      assertNear(plain.classVectors(), sampled.classVectors(), 1e-3, () -> "class vectors");
      assertTrue(!Arrays.deepEquals(plain.classVectors(), same.classVectors()));
    }
  }

  @Test
  void biasGoesWithTheClassVectors() {
    Fit fit = fit().loss(SoftmaxLoss.of()).sgd(0).epochs(1).batches(ClassBatches.of(4, 12, 5));
    try (Run slow = fit.run(BARS);
        Run fast = fit.classVectorRateFactor(50).run(BARS)) {
      for (int c = 0; c < 4; c++) {
        assertEquals(50 * slow.bias()[c], fast.bias()[c], 1e-6); // From zero.
      }
    }
  }

  @Test
  void ratesOutOfRangeAreRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> fit().classVectorRateFactor(bad));
    }
    assertThrows(IllegalArgumentException.class, () -> fit().learningRate(Schedule.constant(-1)));
    Fit falls = fit().loss(SoftmaxLoss.of()).learningRate(Schedule.linear(1e-3, -1e-3, 1));
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> falls.run(BARS)).getMessage())
            .contains("the learning rate must not be negative, but linear("));
    Fit headless = fit().loss(TripletLoss.batchAll(0.2)).classVectorRateFactor(10);
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> headless.run(BARS)).getMessage())
            .contains("has no class vectors that the optimiser trains"));
  }
}

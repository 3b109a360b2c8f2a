package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import nearfar.distance.DotProduct;
import nearfar.distance.Euclidean;
import nearfar.mining.Miner;
import nearfar.mining.PairMiner;
import nearfar.mining.Pairs;
import nearfar.mining.Triplets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input is met at the door, with a message that says what came; never a native crash. */
class DoorTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Every loss, so that each input of the door is somebody's. */
  static Stream<EmbeddingLoss> losses() {
    return LossContractTest.ALL.stream().map(LossContractTest.Pair::loss);
  }

  static Stream<EmbeddingLoss> lossesWithClasses() {
    return losses().filter(loss -> !loss.needs().isEmpty());
  }

  /** Six rows of four numbers and five classes, good; then changed. */
  private void refuses(
      EmbeddingLoss loss, Consumer<NDList> labels, Consumer<NDList> predictions, String... says) {
    Batch b = Batch.random(1, 6, 4, 5, loss);
    NDList y = b.labels(manager);
    NDList x = b.predictions(manager, DataType.FLOAT32);
    loss.evaluate(y, x);
    labels.accept(y);
    predictions.accept(x);
    int before = manager.getManagedArrays().size();
    String message =
        assertThrows(IllegalArgumentException.class, () -> loss.evaluate(y, x)).getMessage();
    for (String words : says) {
      assertTrue(message.contains(words), () -> "\"" + words + "\" is not in: " + message);
    }
    assertEquals(before, manager.getManagedArrays().size(), "arrays left behind by a refusal");
  }

  private void refusesLabels(EmbeddingLoss loss, NDArray labels, String... says) {
    refuses(loss, y -> y.set(0, labels), x -> {}, says);
  }

  private void refusesArray(EmbeddingLoss loss, String name, NDArray array, String... says) {
    array.setName(name);
    refuses(loss, y -> {}, x -> x.set(x.indexOf(x.get(name)), array), says);
  }

  @ParameterizedTest
  @MethodSource("lossesWithClasses")
  void aLabelPastTheLastClass(EmbeddingLoss loss) {
    refusesLabels(
        loss,
        manager.create(new long[] {0, 1, 2, 5, 4, 0}),
        "labels must be in [0, 5), got 5 at position 3: build the head with");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aNegativeLabel(EmbeddingLoss loss) {
    refusesLabels(
        loss,
        manager.create(new long[] {0, -1, 2, 3, 4, 0}),
        "labels must be",
        "got -1 at position 1");
  }

  @Test
  void aLabelThatIsNoJavaInteger() {
    refusesLabels(
        TripletLoss.batchHard(1),
        manager.create(new long[] {0, 1, 2, 3, 4, 1L << 40}),
        "got 1099511627776 at position 5");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void labelsThatAreNotIntegers(EmbeddingLoss loss) {
    refusesLabels(
        loss,
        manager.create(new float[] {0, 1, 2, 3, 4, 0}),
        "integer type, got float32",
        "toType(DataType.INT64");
    refusesLabels(loss, manager.create(new boolean[6]), "integer type, got boolean");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void labelsOfAnotherLength(EmbeddingLoss loss) {
    refusesLabels(loss, manager.create(new long[5]), "shape (6)", "6 embeddings", "got (5)");
    refusesLabels(loss, manager.create(new long[6]).reshape(6, 1), "got (6, 1)");
    refuses(loss, NDList::clear, x -> {}, "one array of class numbers, got 0 arrays");
    refuses(loss, y -> y.add(manager.create(new long[6])), x -> {}, "class numbers, got 2 arrays");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void embeddingsThatAreNotNumbers(EmbeddingLoss loss) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = new float[24];
      values[14] = bad;
      refusesArray(
          loss,
          EmbeddingLoss.EMBEDDINGS,
          manager.create(values, new Shape(6, 4)),
          "embeddings must be finite, got " + bad + " at row 3, column 2 of (6, 4)");
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void embeddingsOfAnotherShapeOrType(EmbeddingLoss loss) {
    String name = EmbeddingLoss.EMBEDDINGS;
    refusesArray(loss, name, manager.zeros(new Shape(6)), "must be (N, D)", "got (6)");
    refusesArray(loss, name, manager.zeros(new Shape(6, 4, 1, 1)), "got (6, 4, 1, 1)");
    refusesArray(loss, name, manager.create(new Shape(0, 4)), "N >= 1", "got (0, 4)");
    refusesArray(
        loss,
        name,
        manager.zeros(new Shape(6, 4), DataType.INT32),
        "float32 or float64, got int32");
    refuses(
        loss,
        y -> {},
        x -> x.remove(name),
        "needs an array named \"embeddings\" (N, D)",
        "got [vectors (%d, 4)".formatted(5 * loss.vectorsPerClass()),
        "setName");
  }

  @ParameterizedTest
  @MethodSource("lossesWithClasses")
  void arraysWithARowPerClass(EmbeddingLoss loss) {
    for (String name : loss.needs()) {
      refuses(
          loss,
          y -> {},
          x -> x.remove(name),
          "needs an array named \"" + name + "\" " + form(loss, name),
          "embeddings (6, 4)");
      refusesArray(loss, name, manager.zeros(new Shape(5, 4, 2)), name + " must be", "(5, 4, 2)");
      if (name.equals(EmbeddingLoss.BIAS)) {
        refusesArray(
            loss, name, manager.zeros(new Shape(5), DataType.FLOAT64), "bias must be float32");
      } else {
        refusesArray(
            loss, name, manager.zeros(new Shape(5, 3)), "columns as the embeddings, 4, got (5, 3)");
        refusesArray(
            loss,
            name,
            manager.zeros(new Shape(5, 4), DataType.FLOAT64),
            name + " must be float32 as the embeddings are, got float64");
      }
      if (loss.needs().size() > 1) {
        refusesArray(
            loss,
            name,
            manager.zeros(name.equals("bias") ? new Shape(12) : new Shape(12, 4)),
            "with as many rows as",
            "has classes, C = ",
            "got (");
      }
    }
  }

  private static String form(EmbeddingLoss loss, String name) {
    int perClass = name.equals(EmbeddingLoss.VECTORS) ? loss.vectorsPerClass() : 1;
    return name.equals("bias") ? "(C)" : perClass == 1 ? "(C, D)" : "(C * " + perClass + ", D)";
  }

  @Test
  void aNumberOfVectorsThatDoesNotDivideAmongTheClasses() {
    refusesArray(
        SubCenterArcFaceLoss.of(0.5, 16, 3),
        EmbeddingLoss.VECTORS,
        manager.zeros(new Shape(14, 4)),
        "vectors must be (C * 3, D), 3 rows for each class, got (14, 4)");
  }

  @Test
  void lossesOfASumHaveTheSameNumberOfVectorsForAClass() {
    refusesSetting(
        () -> SoftTripleLoss.of(3).plus(1, ArcFaceLoss.of(0.5, 16)),
        "soft-triple(centers=3",
        "has 3 for each class, and arcface",
        "1: give both the same number");
    EmbeddingLoss both = CenterLoss.mean().plus(1, SubCenterArcFaceLoss.of(0.5, 16, 3));
    assertEquals(3, both.vectorsPerClass());
    assertEquals(3, both.definition().vectorsPerClass());
  }

  @Test
  void afterStepHasTheSameDoor() {
    Batch b = Batch.random(1, 6, 4, 5).withLabels(0, 1, 2, 3, 4, 7);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Step.updated(b, CenterLoss.sum(), EmbeddingLoss.CENTERS, DataType.FLOAT32))
            .getMessage();
    assertTrue(message.contains("labels must be in [0, 5), got 7 at position 5"), message);
  }

  /** DJL's own blocks give one array without a name. */
  @Test
  void aSingleArrayWithoutANameIsTheEmbeddings() {
    Batch b = Batch.random(1, 6, 4, 2);
    NDArray x = b.predictions(manager, DataType.FLOAT64).head().add(0);
    assertEquals(null, x.getName());
    assertEquals(
        b.value(TripletLoss.batchAll(1)),
        TripletLoss.batchAll(1).evaluate(b.labels(manager), new NDList(x)).getDouble());
  }

  @Test
  void aMinerOfOnesOwnThatNamesNoRow() {
    for (int[] rows : new int[][] {{6, 1, 2}, {0, 6, 2}, {0, 1, -1}}) {
      Miner wrong =
          (distances, labels) ->
              Triplets.of(new int[] {rows[0]}, new int[] {rows[1]}, new int[] {rows[2]});
      TripletLoss loss = TripletLoss.of(wrong, new Euclidean(), Reducer.MEAN, 0.2);
      Batch b = Batch.random(1, 6, 4, 5);
      refusesSetting(
          () -> loss.evaluate(b.labels(manager), b.predictions(manager, DataType.FLOAT32)),
          "rows in [0, 6)");
    }
  }

  @Test
  void aPairMinerOfOnesOwnThatNamesNoRow() {
    for (int[] rows : new int[][] {{6, 1}, {0, 6}, {0, -1}}) {
      for (boolean positive : new boolean[] {true, false}) {
        PairMiner wrong =
            (distances, labels) -> {
              Pairs.Builder pairs = new Pairs.Builder();
              if (positive) {
                pairs.positive(rows[0], rows[1]);
              } else {
                pairs.negative(rows[0], rows[1]);
              }
              return pairs.build();
            };
        Batch b = Batch.random(1, 6, 4, 5);
        for (EmbeddingLoss loss :
            new EmbeddingLoss[] {
              ContrastiveLoss.of(1).mined(wrong), MultiSimilarityLoss.of(2, 50, 0.5).mined(wrong)
            }) {
          refusesSetting(
              () -> loss.evaluate(b.labels(manager), b.predictions(manager, DataType.FLOAT32)),
              "anchors in [0, 6) and rows in [0, 6)",
              "got (" + rows[0] + ", " + rows[1] + ")");
        }
      }
    }
  }

  @Test
  void aFormulaThatIsNoNumber() {
    EmbeddingLoss perRow =
        new EmbeddingLoss("own") {
          @Override
          public Set<String> needs() {
            return Set.of();
          }

          @Override
          public String describe() {
            return "own(per row)";
          }

          @Override
          protected NDArray formula(Inputs in) {
            return in.embeddings().sum(new int[] {1});
          }
        };
    Batch b = Batch.random(1, 6, 4, 5);
    refusesSetting(
        () -> perRow.evaluate(b.labels(manager), b.predictions(manager, DataType.FLOAT32)),
        "own(per row)",
        "(6)",
        "mean() or sum()");
  }

  @Test
  void settings() {
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refusesSetting(() -> TripletLoss.batchAll(bad), "margin", "not negative, got " + bad);
      refusesSetting(() -> TripletLoss.batchHard(bad), "margin", "not negative, got " + bad);
      refusesSetting(() -> TripletLoss.semiHard(bad), "margin", "got " + bad);
      refusesSetting(() -> ArcFaceLoss.of(bad, 30), "[0, pi) radians, got " + bad);
      refusesSetting(() -> ArcFaceLoss.of(0.5, bad), "scale", "greater than 0, got " + bad);
      refusesSetting(() -> CosFaceLoss.of(bad, 30), "[0, 2], got " + bad);
      refusesSetting(() -> CosFaceLoss.of(0.35, bad), "scale of CosFace", "got " + bad);
      refusesSetting(() -> NormalizedSoftmaxLoss.of(bad), "greater than 0, got " + bad);
      refusesSetting(() -> CenterLoss.mean().alpha(bad), "[0, 1], got " + bad);
      refusesSetting(
          () -> SoftmaxLoss.of().plus(bad, CenterLoss.mean()), "weight of center", "got " + bad);
    }
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Euclidean d = new Euclidean();
      refusesSetting(() -> ContrastiveLoss.of(d, bad, 1), "positive margin", "got " + bad);
      refusesSetting(() -> ContrastiveLoss.of(bad), "negative margin", "not negative, got " + bad);
      refusesSetting(() -> LiftedStructureLoss.of(bad), "lifted", "not negative, got " + bad);
      refusesSetting(() -> MultiSimilarityLoss.of(bad, 50, 0.5), "alpha", "got " + bad);
      refusesSetting(() -> MultiSimilarityLoss.of(2, bad, 0.5), "beta", "got " + bad);
      refusesSetting(() -> CircleLoss.of(bad, 80), "[0, 1]", "got " + bad);
      refusesSetting(() -> CircleLoss.of(0.4, bad), "gamma", "greater than 0, got " + bad);
      refusesSetting(() -> SupervisedContrastiveLoss.of(bad), "temperature", "got " + bad);
      refusesSetting(() -> NtXentLoss.of(bad), "temperature of NT-Xent", "got " + bad);
      refusesSetting(() -> AngularLoss.of(bad), "(0, pi/2) radians, got " + bad);
      refusesSetting(() -> CombinedMarginLoss.of(bad, 0, 0, 1), "greater than 0, got " + bad);
      refusesSetting(() -> CombinedMarginLoss.of(1, bad, 0, 1), "[0, pi) radians, got " + bad);
      refusesSetting(() -> CombinedMarginLoss.of(1, 0, bad, 1), "[0, 2], got " + bad);
      refusesSetting(() -> CombinedMarginLoss.of(1, 0, 0, bad), "scale", "got " + bad);
      refusesSetting(() -> SubCenterArcFaceLoss.of(bad, 1, 2), "radians, got " + bad);
      refusesSetting(() -> MagFaceLoss.of(bad), "scale of MagFace", "got " + bad);
      refusesSetting(() -> MagFaceLoss.of(1).lengths(bad, 2), "got from " + bad);
      refusesSetting(() -> MagFaceLoss.of(1).margins(0, bad), "radians", "and " + bad);
      refusesSetting(() -> MagFaceLoss.of(1).regularizer(bad), "regulariser", "got " + bad);
      refusesSetting(() -> AdaFaceLoss.of(bad, 0.3, 16), "radians, got " + bad);
      refusesSetting(() -> AdaFaceLoss.of(0.4, bad, 16), "h of AdaFace", "got " + bad);
      refusesSetting(() -> AdaFaceLoss.of(0.4, 0.3, bad), "scale of AdaFace", "got " + bad);
      refusesSetting(() -> ProxyNcaLoss.of(bad), "temperature", "got " + bad);
      refusesSetting(() -> ProxyAnchorLoss.of(bad, 32), "[0, 2], got " + bad);
      refusesSetting(() -> ProxyAnchorLoss.of(0.1, bad), "alpha", "got " + bad);
      refusesSetting(() -> SoftTripleLoss.of(2).scale(bad), "scale", "got " + bad);
      refusesSetting(() -> SoftTripleLoss.of(2).gamma(bad), "gamma", "got " + bad);
      refusesSetting(() -> SoftTripleLoss.of(2).margin(bad), "[0, 2], got " + bad);
      refusesSetting(() -> SoftTripleLoss.of(2).regularizer(bad), "regulariser", "got " + bad);
      refusesSetting(() -> EmbeddingNormLoss.of(bad), "length", "got " + bad);
    }
    refusesSetting(() -> ContrastiveLoss.of(new DotProduct(), 0, 1), "may be negative");
    refusesSetting(() -> MultiSimilarityLoss.of(2, 50, 1.5), "[-1, 1], got 1.5");
    refusesSetting(() -> AngularLoss.of(45), "got 45.0: degrees are converted");
    refusesSetting(() -> CrossBatchMemory.of(NtXentLoss.of(1), 0), "at least 1 row, got 0");
    refusesSetting(() -> CrossBatchMemory.of(NtXentLoss.of(1), 1).warmUp(-1), "steps", "got -1");
    refusesSetting(() -> SphereFaceLoss.of(0), "factor of the angle, must be at least 1, got 0");
    refusesSetting(() -> SubCenterArcFaceLoss.of(0.5, 16, 0), "sub-centers", "got 0");
    refusesSetting(() -> SoftTripleLoss.of(0), "centers of a class must be at least 1, got 0");
    refusesSetting(() -> CenterVarianceLoss.of(0), "at least 1, got 0");
    refusesSetting(() -> MagFaceLoss.of(16).lengths(3, 3), "0 < from < to, got from 3.0 to 3.0");
    refusesSetting(() -> MagFaceLoss.of(16).margins(0.5, 0.4), "got 0.5 and 0.4");
    refusesSetting(() -> ArcFaceLoss.of(28.6, 30), "got 28.6: degrees are converted");
    refusesSetting(() -> CosFaceLoss.of(20, 30), "got 20.0: it is a difference of cosines");
    refusesSetting(() -> NormalizedSoftmaxLoss.of(0), "greater than 0, got 0.0");
    refusesSetting(() -> ArcFaceLoss.of(0.5, 0), "greater than 0, got 0.0");
    refusesSetting(() -> TripletLoss.semiHard(0), "greater than 0, got 0.0");
  }

  private static void refusesSetting(Runnable make, String... says) {
    String message = assertThrows(IllegalArgumentException.class, make::run).getMessage();
    for (String words : says) {
      assertTrue(message.contains(words), () -> "\"" + words + "\" is not in: " + message);
    }
  }
}

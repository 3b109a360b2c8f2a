package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast form of a loss is its definition: value and every gradient, whatever the size. */
class FastFormTest {

  /** At cos θ = 1 the sine is the root of a rounding, about 1e-8, and a slope its inverse. */
  private static final double AT_A_KINK = 1e-6;

  private static final List<EmbeddingLoss> LOSSES =
      List.of(
          SoftmaxLoss.of(),
          NormalizedSoftmaxLoss.of(16),
          CosFaceLoss.of(0.35, 30),
          ArcFaceLoss.of(0.5, 30),
          ArcFaceLoss.of(2.5, 8),
          CombinedMarginLoss.of(1, 0.3, 0.2, 30),
          CombinedMarginLoss.of(1.35, 0.5, 0.1, 16),
          CombinedMarginLoss.of(2, 0, 0, 30),
          CombinedMarginLoss.of(0.5, 0.3, 0, 16),
          ProxyNcaLoss.of(0.25),
          SoftmaxLoss.of().plus(0.3, CenterLoss.mean()),
          ArcFaceLoss.of(0.5, 64).plus(0.5, CosFaceLoss.of(0.1, 8)));

  /** One block, and many, with and without a margin. */
  static Stream<Arguments> cases() {
    return LOSSES.stream()
        .flatMap(
            loss ->
                Stream.of(
                        new int[] {12, 4, 3},
                        new int[] {2, 2, 2},
                        new int[] {700, 900, 3},
                        new int[] {300, 30000, 3})
                    .map(size -> Arguments.of(loss, size[0], size[1], size[2])));
  }

  @ParameterizedTest(name = "{0}, N = {1}, C = {2}, D = {3}")
  @MethodSource("cases")
  void valueAndGradientsAreThoseOfTheDefinition(EmbeddingLoss loss, int n, int c, int d) {
    Batch b = Batch.random(5, n, d, c, new TreeSet<>(loss.needs()).toArray(String[]::new));
    EmbeddingLoss fast = loss instanceof ClassVectorLoss own ? Forms.closed(own) : loss;
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      double allowed = type == DataType.FLOAT64 ? Tolerances.FLOAT64 : Tolerances.FLOAT32;
      Forms.assertSame(b, loss.definition(), fast, type, allowed, type.name());
    }
  }

  @ParameterizedTest
  @MethodSource("inPlaceLosses")
  void gradientsInPlaceAreThoseOfTheBackwardPass(EmbeddingLoss loss) {
    Batch b = Batch.random(3, 40, 3, 30000);
    Batch.Result slow = b.result(loss.definition(), DataType.FLOAT64);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      predictions.forEach(a -> a.setRequiresGradient(!loss.selfUpdated().contains(a.getName())));
      List<NDArray> trained =
          predictions.stream()
              .filter(a -> loss.needs().contains(a.getName()) && a.hasGradient())
              .toList();
      GradientsInPlace inPlace = GradientsInPlace.of(trained);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray value = loss.evaluate(b.labels(manager), predictions, inPlace);
        for (NDArray array : trained) { // before any backward pass
          double[][] expected = slow.gradient(array.getName());
          Near.assertNear(
              expected, Batch.rows(array.getGradient()), Tolerances.FLOAT64, array::getName);
        }
        collector.backward(value);
        Near.assertNear(slow.value(), value.getDouble(), Tolerances.FLOAT64, () -> "value");
      }
      for (NDArray array : predictions) {
        if (slow.gradients().containsKey(array.getName()) && array.hasGradient()) {
          Near.assertNear(
              slow.gradient(array.getName()),
              Batch.rows(array.getGradient()),
              Tolerances.FLOAT64,
              array::getName);
        }
      }
    }
  }

  /** Nothing kept between the passes, and a part of it: the rest is computed again. */
  @ParameterizedTest
  @ValueSource(longs = {0, 20_000_000})
  void whatIsNotKeptIsComputedAgain(long kept) {
    Batch b = Batch.random(5, 300, 3, 30000);
    SoftmaxLoss softmax = SoftmaxLoss.of();
    NormalizedSoftmaxLoss cosines = NormalizedSoftmaxLoss.of(16);
    Forms.assertSame(
        b,
        softmax.definition(),
        Forms.closed(softmax, in -> ClassSoftmax.linear(in, kept)),
        Tolerances.FLOAT64,
        "softmax");
    Forms.assertSame(
        b,
        cosines.definition(),
        Forms.closed(cosines, in -> ClassSoftmax.cosine(in, 16, Margin.NONE, kept)),
        Tolerances.FLOAT64,
        "cosines");
  }

  static Stream<EmbeddingLoss> inPlaceLosses() {
    return Stream.of(
        SoftmaxLoss.of(),
        ArcFaceLoss.of(0.5, 30),
        SoftmaxLoss.of().plus(0.3, CenterLoss.mean()),
        ArcFaceLoss.of(0.5, 64).plus(0.5, CosFaceLoss.of(0.1, 8)));
  }

  @Test
  void onlyWhatHasAGradientCanTakeItInPlace() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.ones(new Shape(3, 2));
      array.setName("vectors");
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> GradientsInPlace.of(List.of(array)));
      assertEquals(
          "the array \"vectors\" (3, 2) does not require a gradient: call"
              + " setRequiresGradient(true)",
          e.getMessage());
    }
  }

  static Stream<ClassVectorLoss> closedForms() {
    return LOSSES.stream()
        .filter(ClassVectorLoss.class::isInstance)
        .map(ClassVectorLoss.class::cast);
  }

  @ParameterizedTest
  @MethodSource("closedForms")
  void theClosedFormIsCertifiedToo(ClassVectorLoss loss) {
    Certificate.of(Forms.closed(loss)).requirePassed();
  }

  @ParameterizedTest
  @MethodSource("closedForms")
  void atItsKinksTheClosedFormIsTheDefinitionToo(ClassVectorLoss loss) {
    Batch some = Batch.random(9, 12, 3, 4, new TreeSet<>(loss.needs()).toArray(String[]::new));
    Kinks.of(some, loss.needs())
        .forEach(
            (kink, b) ->
                Forms.assertSame(b, loss.definition(), Forms.closed(loss), AT_A_KINK, kink));
  }
}

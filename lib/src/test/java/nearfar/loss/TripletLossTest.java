package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import nearfar.distance.Euclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchHard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TripletLossTest {

  /** On a line: two of class 0 at 0 and 1, one of class 1 at 3. */
  private static Batch line() {
    return new Batch(new double[][] {{0}, {1}, {3}}, new int[] {0, 0, 1}, Map.of());
  }

  /** Squared: d_ap = 1, d_an = 9 and 4, so the terms are [m − 8]₊ and [m − 3]₊. */
  @Test
  void byHand() {
    assertEquals(2 + 0, line().value(TripletLoss.batchAll(5).reduce(Reducer.SUM)), 1e-12);
    assertEquals(2, line().value(TripletLoss.batchAll(5)), 1e-12);
    assertEquals(1, line().value(TripletLoss.batchAll(5).reduce(Reducer.MEAN)), 1e-12);
    assertEquals(1, line().value(TripletLoss.batchHard(5)), 1e-12);
    assertEquals(2, line().value(TripletLoss.semiHard(5)), 1e-12);
    assertEquals(
        (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1))) / 2,
        line().value(TripletLoss.batchHardSoft()),
        1e-12);
    assertEquals(
        2.5,
        line().value(TripletLoss.of(new BatchHard(), new Euclidean(), Reducer.MEAN, 4)),
        1e-12);
  }

  /** At the hinge itself a term is 0 and its gradient is 0, not half of the one beside it. */
  @Test
  void atTheHingeTheGradientIsZero() {
    Batch.Result result =
        line().result(TripletLoss.batchAll(3).reduce(Reducer.SUM), DataType.FLOAT64);
    assertEquals(0, result.value());
    for (double[] row : result.gradients().get(EmbeddingLoss.EMBEDDINGS)) {
      assertArrayEquals(new double[1], row);
    }
  }

  static Object[] noTriplet() {
    return LossContractTest.ALL.stream()
        .map(LossContractTest.Pair::loss)
        .filter(TripletLoss.class::isInstance)
        .toArray();
  }

  /** One class, or every row alone in its class: 0, with a gradient that is there and 0. */
  @ParameterizedTest
  @MethodSource("noTriplet")
  void withoutAnyTripletItIsAConnectedZero(EmbeddingLoss loss) {
    Batch b = Batch.random(1, 5, 3, 5);
    for (Batch without : new Batch[] {b.withLabels(2, 2, 2, 2, 2), b.withLabels(0, 1, 2, 3, 4)}) {
      Batch.Result result = without.result(loss, DataType.FLOAT32);
      assertEquals(0, result.value());
      for (double[] row : result.gradients().get(EmbeddingLoss.EMBEDDINGS)) {
        for (double v : row) {
          assertEquals(0, Math.abs(v));
        }
      }
    }
  }

  /** Triplets there are, but none is active: the mean of nothing is 0. */
  @ParameterizedTest
  @ValueSource(strings = {"SUM", "MEAN", "MEAN_OF_POSITIVE"})
  void withoutAnyActiveTripletItIsZero(Reducer reducer) {
    Batch.Result result =
        line().result(TripletLoss.batchAll(0.1).reduce(reducer), DataType.FLOAT64);
    assertEquals(0, result.value());
    assertArrayEquals(new double[1], result.gradients().get(EmbeddingLoss.EMBEDDINGS)[0]);
  }

  /** A collapsed network sits at the margin, or at ln 2, and nothing moves it. */
  @Test
  void collapseSitsAtTheMargin() {
    Batch collapsed =
        new Batch(
            new double[][] {{1, 2}, {1, 2}, {1, 2}, {1, 2}}, new int[] {0, 0, 1, 1}, Map.of());
    assertEquals(0.2, collapsed.value(TripletLoss.batchAll(0.2)), 1e-12);
    assertEquals(0.2, collapsed.value(TripletLoss.batchHard(0.2)), 1e-12);
    assertEquals(Math.log(2), collapsed.value(TripletLoss.batchHardSoft()), 1e-12);
    assertEquals(0, collapsed.value(TripletLoss.semiHard(0.2)));
    assertArrayEquals(
        new double[2],
        collapsed
            .result(TripletLoss.batchHardSoft(), DataType.FLOAT32)
            .gradients()
            .get(EmbeddingLoss.EMBEDDINGS)[0]);
  }

  /** log(1 + eˣ) in that form overflows at x = 89 in float32. */
  @Test
  void theSoftMarginDoesNotOverflow() {
    Batch far = new Batch(new double[][] {{0}, {5000}, {2000}}, new int[] {0, 0, 1}, Map.of());
    Batch.Result result = far.result(TripletLoss.batchHardSoft(), DataType.FLOAT32);
    assertEquals((3000 + 2000) / 2, result.value(), 1e-5 * 2500);
  }

  /** 6.7 million triplets of 300 rows, value and gradient. */
  @Test
  void aFewHundredRowsFit() {
    int[] labels = new int[300];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
    }
    Batch b = Batch.random(1, 300, 8, 2).withLabels(labels);
    TripletLoss all = TripletLoss.batchAll(1);
    Batch.Result narrow = b.result(all, DataType.FLOAT32);
    assertEquals(b.value(all), narrow.value(), 1e-5 * narrow.value());
  }

  @Test
  void saysItsSettings() {
    assertEquals(
        "triplet(batch-all, squared Euclidean, mean of positive, margin=0.2)",
        TripletLoss.batchAll(0.2).describe());
    assertEquals(
        "triplet(batch-hard, Euclidean, mean, soft margin)",
        TripletLoss.batchHardSoft().describe());
    assertEquals(
        "triplet(semi-hard(0.2), squared Euclidean of unit vectors, sum, margin=0.2)",
        TripletLoss.semiHard(0.2).normalized().reduce(Reducer.SUM).describe());
    assertEquals(
        "triplet(batch-all, Euclidean, sum, soft margin)",
        TripletLoss.soft(new BatchAll(), new Euclidean(), Reducer.SUM).describe());
  }
}

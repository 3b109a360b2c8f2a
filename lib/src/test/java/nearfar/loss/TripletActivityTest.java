package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.Random;
import nearfar.Tolerances;
import nearfar.distance.DotProduct;
import nearfar.distance.Euclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchHard;
import nearfar.mining.SemiHard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TripletActivityTest {

  private static TripletActivity of(EmbeddingLoss loss, double[][] rows, long... labels) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(rows);
      x.setName(EmbeddingLoss.EMBEDDINGS);
      return loss.activity(manager.create(labels), new NDList(x)).orElseThrow();
    }
  }

  private static double[][] line(double... places) {
    double[][] rows = new double[places.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {places[i]};
    }
    return rows;
  }

  /** A mean below a margin would say that a network has collapsed: that of dot products may be. */
  @Test
  void dotProductsHaveNoMeanThatTells() {
    double[][] rows = {{3, 0}, {2, 0}, {0, 1}};
    EmbeddingLoss dot = TripletLoss.of(new BatchAll(), new DotProduct(), Reducer.MEAN, 7);
    // d(a, p) = -6 both ways, d(a, n) = 0: terms of 1.
    assertEquals(new TripletActivity(2, 2, 2, 2, Double.NaN, 7), of(dot, rows, 0, 0, 1));
  }

  @Test
  void aBatchOfPlainNumbersCountsTheSame() {
    EmbeddingLoss all = TripletLoss.of(new BatchAll(), new Euclidean(), Reducer.MEAN, 2.5);
    Batch batch = Batch.of(line(0, 1, 3, 10), 0, 0, 1, 1);
    assertEquals(of(all, line(0, 1, 3, 10), 0, 0, 1, 1), batch.activity(all));
    assertThrows(IllegalArgumentException.class, () -> batch.activity(SoftmaxLoss.of()));
  }

  /** a and b at 0 and 1, c and d at 3 and 10: each anchor has one positive and two negatives. */
  @Test
  void countsWorkedOutByHand() {
    double[][] rows = line(0, 1, 3, 10);
    // Gaps d(a, p) - d(a, n): a 1-3, 1-10; b 1-2, 1-9; c 7-3, 7-2; d 7-10, 7-9.
    EmbeddingLoss all = TripletLoss.of(new BatchAll(), new Euclidean(), Reducer.MEAN, 2.5);
    double mean = (1 + 3 + 10 + 2 + 9 + 7) / 6.0;
    assertEquals(
        new TripletActivity(8, 5, 8, 5, mean, 2.5), of(all, rows, 0, 0, 1, 1)); // -2, -1, 4, 5, -2
    EmbeddingLoss hard = TripletLoss.of(new BatchHard(), new Euclidean(), Reducer.MEAN, 0.5);
    assertEquals(new TripletActivity(8, 2, 4, 1, mean, 0.5), of(hard, rows, 0, 0, 1, 1));
    EmbeddingLoss semi = TripletLoss.of(new SemiHard(2), new Euclidean(), Reducer.SUM, 2);
    // In the band 0 < d(a, n) - d(a, p) <= 2: three, of which two lie on its edge, at a term of 0.
    assertEquals(new TripletActivity(8, 3, 3, 1, mean, 2), of(semi, rows, 0, 0, 1, 1));
    TripletActivity soft =
        of(TripletLoss.soft(new BatchAll(), new Euclidean(), Reducer.MEAN), rows, 0, 0, 1, 1);
    assertEquals(8, soft.active());
    assertTrue(soft.soft());
    assertEquals(Math.log(2), soft.collapsedTerm());
    assertEquals(1, soft.activeShare());
  }

  @Test
  void aBatchWithoutTripletsHasNone() {
    assertEquals(
        new TripletActivity(0, 0, 0, 0, 1, 0.2), of(TripletLoss.batchAll(0.2), line(0, 1), 0, 1));
    TripletActivity one = of(TripletLoss.batchAll(0.2), line(5), 0);
    assertEquals(new TripletActivity(0, 0, 0, 0, 0, 0.2), one);
    assertTrue(Double.isNaN(one.activeShare()));
  }

  /** The mean of the terms of a batch whose rows are equal is what a term collapses to. */
  @Test
  void aCollapsedBatchSitsAtTheLevelOfATerm() {
    for (TripletLoss loss :
        new TripletLoss[] {
          TripletLoss.batchAll(0.2), TripletLoss.batchHard(0.7), TripletLoss.batchHardSoft()
        }) {
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray x = manager.ones(new Shape(6, 3));
        x.setName(EmbeddingLoss.EMBEDDINGS);
        NDArray y = manager.create(new long[] {0, 0, 1, 1, 2, 2});
        TripletActivity activity = loss.activity(y, new NDList(x)).orElseThrow();
        assertEquals(
            loss.evaluate(new NDList(y), new NDList(x)).getFloat(),
            activity.collapsedTerm(),
            Tolerances.FLOAT32);
        assertEquals(0, activity.meanDistance());
        assertEquals(activity.valid(), activity.active());
      }
    }
  }

  /** With every triplet chosen, the sum of the terms is positive just where some are active. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anInactiveBatchHasNoLoss(long seed) {
    Random random = new Random(seed);
    TripletLoss loss = TripletLoss.batchAll(0.2).reduce(Reducer.SUM);
    for (int trial = 0; trial < 100; trial++) {
      double[][] rows = line(0, 0.3 * random.nextDouble(), 1, 1 + 0.8 * random.nextDouble());
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray x = manager.create(rows);
        x.setName(EmbeddingLoss.EMBEDDINGS);
        NDArray y = manager.create(new long[] {0, 0, 1, 1});
        long active = loss.activity(y, new NDList(x)).orElseThrow().active();
        double value = loss.evaluate(new NDList(y), new NDList(x)).getDouble();
        assertEquals(active > 0, value > 0, active + " active, loss " + value);
      }
    }
  }

  @Test
  void onlyLossesOfTripletsHaveThem() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(line(0, 1, 3, 10));
      NDArray c = manager.create(line(0, 1));
      x.setName(EmbeddingLoss.EMBEDDINGS);
      c.setName(EmbeddingLoss.CENTERS);
      NDArray y = manager.create(new long[] {0, 0, 1, 1});
      NDList both = new NDList(x, c);
      assertEquals(Optional.empty(), CenterLoss.mean().activity(y, both));
      EmbeddingLoss sum = CenterLoss.mean().plus(2, TripletLoss.batchHard(0.2));
      assertEquals(TripletLoss.batchHard(0.2).activity(y, both), sum.activity(y, both));
    }
  }
}

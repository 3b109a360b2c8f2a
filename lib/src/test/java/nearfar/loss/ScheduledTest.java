package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Set;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;

class ScheduledTest {

  private static final Batch BATCH = Batch.random(3, 12, 4, 3);
  private static final EmbeddingLoss SOFTMAX = SoftmaxLoss.of();
  private static final EmbeddingLoss CENTER = CenterLoss.mean();
  private static final Schedule WARM_UP = Schedule.linear(0, 0.4, 4);

  private static double value(EmbeddingLoss loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return loss.evaluate(BATCH.labels(manager), BATCH.predictions(manager, DataType.FLOAT64))
          .getDouble();
    }
  }

  @Test
  void aWeightIsThatOfItsTime() {
    EmbeddingLoss loss = SOFTMAX.plus(WARM_UP, CENTER);
    double softmax = value(SOFTMAX);
    double center = value(CENTER);
    for (double t : new double[] {0, 1, 2.5, 4, 9}) {
      double weight = Math.min(0.1 * t, 0.4);
      assertEquals(softmax + weight * center, value(loss.at(t)), Tolerances.FLOAT64 * 10);
      assertEquals(softmax + weight * center, value(loss.definition().at(t)), 1e-8);
    }
    assertEquals(
        SOFTMAX.describe() + " + linear(0.0 to 0.4 in 4.0 epochs) * " + CENTER.describe(),
        loss.describe());
    assertEquals(SOFTMAX.plus(0.25, CENTER).describe(), loss.at(2.5).describe());
    assertEquals(Set.copyOf(SOFTMAX.plus(1, CENTER).needs()), Set.copyOf(loss.needs()));
    assertEquals(Set.of(EmbeddingLoss.CENTERS), loss.selfUpdated());
  }

  @Test
  void whatIsScheduledWithinSumsIsFoundToo() {
    EmbeddingLoss triplet = TripletLoss.batchAll(0.2);
    EmbeddingLoss nested = SOFTMAX.plus(WARM_UP, CENTER).plus(0.5, triplet);
    EmbeddingLoss behind = SOFTMAX.plus(WARM_UP, CENTER.plus(Schedule.linear(1, 0, 2), triplet));
    double sum = value(SOFTMAX) + 0.2 * value(CENTER);
    assertEquals(sum + 0.5 * value(triplet), value(nested.at(2)), 1e-8);
    assertEquals(
        value(SOFTMAX) + 0.1 * (value(CENTER) + 0.5 * value(triplet)), value(behind.at(1)), 1e-8);
  }

  @Test
  void aMarginMayGrow() {
    EmbeddingLoss loss =
        EmbeddingLoss.scheduled(Schedule.linear(0, 0.5, 2), m -> ArcFaceLoss.of(m, 30));
    assertEquals(value(ArcFaceLoss.of(0.25, 30)), value(loss.at(1)));
    assertEquals(ArcFaceLoss.of(0.25, 30).cosines(), loss.at(1).cosines());
    assertEquals(
        "scheduled(linear(0.0 to 0.5 in 2.0 epochs); at first arcface(margin=0.0 rad, scale=30.0))",
        loss.describe());
    assertTrue(loss.cosines().isPresent());
  }

  @Test
  void whatIsNotScheduledIsItself() {
    assertSame(SOFTMAX, SOFTMAX.at(3));
    EmbeddingLoss sum = SOFTMAX.plus(0.1, CENTER);
    assertEquals(value(sum), value(sum.at(3)));
  }

  @Test
  void withoutATimeThereIsNoValue() {
    EmbeddingLoss loss = SOFTMAX.plus(WARM_UP, CENTER);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList labels = BATCH.labels(manager);
      NDList predictions = BATCH.predictions(manager, DataType.FLOAT64);
      for (Runnable use :
          new Runnable[] {
            () -> loss.evaluate(labels, predictions),
            () -> loss.plus(1, CENTER).evaluate(labels, predictions),
            () -> loss.definition().evaluate(labels, predictions),
            () -> loss.activity(labels.head(), predictions),
            () -> loss.afterStep(labels.head(), predictions)
          }) {
        assertTrue(
            assertThrows(IllegalStateException.class, use::run)
                .getMessage()
                .contains("use loss.at(epochs), at each step anew"));
      }
    }
  }

  @Test
  void itsCentersMoveAndItsTripletsAreCounted() {
    EmbeddingLoss loss = TripletLoss.batchAll(0.2).plus(WARM_UP, CENTER).at(1);
    assertArrayEquals(
        Step.updated(BATCH, CENTER, EmbeddingLoss.CENTERS, DataType.FLOAT64),
        Step.updated(BATCH, loss, EmbeddingLoss.CENTERS, DataType.FLOAT64));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = BATCH.predictions(manager, DataType.FLOAT64);
      assertEquals(
          TripletLoss.batchAll(0.2).activity(BATCH.labels(manager).head(), predictions),
          loss.activity(BATCH.labels(manager).head(), predictions));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> SOFTMAX.plus(Schedule.constant(-1), CENTER));
    EmbeddingLoss falls = SOFTMAX.plus(Schedule.linear(1, -1, 2), CENTER);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> falls.at(2))
            .getMessage()
            .contains("must be a finite number that is not negative, got -1.0"));
    EmbeddingLoss other =
        EmbeddingLoss.scheduled(Schedule.linear(0, 1, 2), v -> v < 0.5 ? SOFTMAX : CENTER);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> other.at(1))
            .getMessage()
            .contains("must need and update the same arrays throughout"));
  }
}

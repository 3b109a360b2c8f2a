package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaledCosinesTest {

  private static ScaledCosines of(EmbeddingLoss loss) {
    return loss.cosines().orElseThrow();
  }

  /** The loss with one embedding per class. */
  private static double loss(EmbeddingLoss loss, double[][] embeddings, double[][] vectors) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(embeddings);
      NDArray w = manager.create(vectors);
      x.setName(EmbeddingLoss.EMBEDDINGS);
      w.setName(EmbeddingLoss.VECTORS);
      long[] labels = new long[vectors.length];
      Arrays.setAll(labels, i -> i);
      return loss.evaluate(new NDList(manager.create(labels)), new NDList(x, w)).getDouble();
    }
  }

  /** The corners of a simplex around the origin: C directions as far apart as they can be. */
  private static double[][] simplex(int classes) {
    double[][] rows = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        rows[i][j] = (i == j ? 1 : 0) - 1.0 / classes;
      }
    }
    return rows;
  }

  private static List<EmbeddingLoss> losses(double margin, double scale) {
    return List.of(
        ArcFaceLoss.of(margin, scale),
        CosFaceLoss.of(Math.min(margin, 2), scale),
        CombinedMarginLoss.of(1 + margin, margin / 4, margin / 8, scale),
        ProxyNcaLoss.of(2 / scale),
        NormalizedSoftmaxLoss.of(scale));
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 1", "3, 0, 10", "20, 0, 4", "5, 0.5, 30", "20, 0.5, 2", "8, 2, 3"})
  void theBoundIsReachedBySimplices(int classes, double margin, double scale) {
    for (EmbeddingLoss loss : losses(margin, scale)) {
      double reached = loss(loss, simplex(classes), simplex(classes));
      double bound = of(loss).leastLoss(classes);
      assertEquals(reached, bound, Tolerances.FLOAT64 * Math.max(1, reached), loss.describe());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsBelowTheBound(long seed) {
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      int classes = 2 + random.nextInt(6);
      double scale = 0.1 + 5 * random.nextDouble();
      double[][] w = simplex(classes);
      double[][] x = simplex(classes);
      double noise = random.nextDouble();
      for (int i = 0; i < classes; i++) {
        for (int j = 0; j < classes; j++) {
          w[i][j] += noise * random.nextGaussian();
          x[i][j] += noise * random.nextGaussian();
        }
      }
      for (EmbeddingLoss loss : losses(2.4 * random.nextDouble(), scale)) {
        double value = loss(loss, x, w);
        double bound = of(loss).leastLoss(classes);
        assertTrue(value >= bound - Tolerances.FLOAT64, loss + ": " + value + " below " + bound);
      }
    }
  }

  /** log(1 + 9 e^(−10/9)) = 1.3778…, worked out by hand: nearly the ln 10 of guessing. */
  @Test
  void theFigureOfProposition2() {
    assertEquals(
        Math.log(1 + 9 * Math.exp(-10.0 / 9)), new ScaledCosines(1, 1).leastLoss(10), 1e-12);
    assertEquals(0, new ScaledCosines(1e6, 1).leastLoss(10), 0);
    assertEquals(1e6, new ScaledCosines(1e6, -1).leastLoss(1_000_000_000), 30);
  }

  @Test
  void onlyLossesOverCosinesHaveAScale() {
    assertEquals(Optional.empty(), SoftmaxLoss.of().cosines());
    assertEquals(Optional.empty(), TripletLoss.batchHard(0.2).cosines());
    ScaledCosines arc = new ScaledCosines(30, Math.cos(0.5));
    assertEquals(Optional.of(arc), ArcFaceLoss.of(0.5, 30).cosines());
    assertEquals(Optional.of(arc), CenterLoss.mean().plus(1, ArcFaceLoss.of(0.5, 30)).cosines());
    String message =
        assertThrows(IllegalArgumentException.class, () -> arc.leastLoss(1)).getMessage();
    assertTrue(String.valueOf(message).contains("at least 2 classes"), message);
  }
}

package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalised softmax and CosFace, where figures can be had by hand. */
class CosineLossesTest {

  private static final double COS_120 = -0.5;
  private static final double SIN_120 = Math.sqrt(3) / 2;

  /** Every class vector at 120 degrees to both others, every embedding on its own one. */
  private static Batch perfect() {
    double[][] w = {{1, 0}, {COS_120, SIN_120}, {COS_120, -SIN_120}};
    double[][] longer = {{3, 0}, {COS_120, SIN_120}, {2 * COS_120, -2 * SIN_120}};
    return new Batch(longer, new int[] {0, 1, 2}, Map.of(EmbeddingLoss.VECTORS, w));
  }

  /** NormFace's proposition 2: log(1 + (C − 1) exp(−s C / (C − 1))), with C = 3. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 4, 10})
  void theScaleDecidesTheLeastValueOfNormalisedSoftmax(double scale) {
    NormalizedSoftmaxLoss loss = NormalizedSoftmaxLoss.of(scale);
    double least = Math.log(1 + 2 * Math.exp(-1.5 * scale));
    assertEquals(least, perfect().value(loss), 1e-12);
    for (long seed = 1; seed <= 20; seed++) {
      Batch any = Batch.random(seed, 3, 2, 3).withLabels(0, 1, 2);
      assertTrue(any.value(loss) >= least, "seed " + seed);
    }
  }

  @Test
  void theMarginIsTakenFromTheTrueClassesCosine() {
    assertEquals(
        Math.log(1 + 2 * Math.exp(4 * (COS_120 - (1 - 0.35)))),
        perfect().value(CosFaceLoss.of(0.35, 4)),
        1e-12);
  }

  @Test
  void saysItsSettings() {
    assertEquals("normalized-softmax(scale=20.0)", NormalizedSoftmaxLoss.of(20).describe());
    assertEquals("cosface(margin=0.35, scale=64.0)", CosFaceLoss.of(0.35, 64).describe());
  }
}

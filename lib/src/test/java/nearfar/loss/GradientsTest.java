package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GradientsTest {

  private final double[][] x = {{1, 0.2}, {0.8, 0.6}, {-0.3, 1.1}};
  private final double[][] w = {{1, 0}, {0.2, 1}};

  @Test
  void bothWaysFindTheGradientOfAPolynomial() {
    double[] expected = {2 * 1.5, 3 * 4.0};
    assertArrayEquals(
        expected, Gradients.numerical(v -> v[0] * v[0] + v[1] * v[1] * v[1], 1.5, 2), 1e-8);
    assertArrayEquals(new double[] {3, 4}, Gradients.automatic(a -> a.square(), 1.5, 2), 1e-12);
  }

  @Test
  void aBatchOfChosenNumbersHasValueAndGradients() {
    Batch batch = Batch.of(x, 0, 0, 1).with("vectors", w).with("bias", 0.1, -0.1);
    SoftmaxLoss loss = SoftmaxLoss.of();
    double expected = 0;
    for (int i = 0; i < 3; i++) {
      double[] z = {x[i][0] + 0.1, 0.2 * x[i][0] + x[i][1] - 0.1};
      expected += (Math.log(Math.exp(z[0]) + Math.exp(z[1])) - z[i / 2]) / 3;
    }
    assertEquals(expected, batch.value(loss), 1e-12);
    double[] moved =
        Gradients.numerical(
            v -> Batch.of(x, 0, 0, 1).with("vectors", w).with("bias", v).value(loss), 0.1, -0.1);
    double[][] bias = batch.gradient(loss, "bias");
    assertArrayEquals(moved, new double[] {bias[0][0], bias[1][0]}, 1e-8);
    assertEquals(3, batch.gradient(loss, "embeddings").length);
    assertEquals(2, batch.classes());
  }

  @Test
  void aLossOverPairsNeedsNoMore() {
    // d(0, 1) = 0.2, d(0, 2) = 2.5, d(1, 2) = 1.46: the terms are 0.7 and 1.74.
    assertEquals(1.22, Batch.of(x, 0, 0, 1).value(TripletLoss.batchAll(3)), 1e-12);
    assertEquals(2, Batch.of(x, 0, 0, 1).classes());
  }

  @Test
  void saysWhatIsMissing() {
    Batch batch = Batch.of(x, 0, 0, 1);
    assertThrows(IllegalArgumentException.class, () -> batch.value(SoftmaxLoss.of()));
    assertThrows(
        IllegalArgumentException.class, () -> batch.gradient(TripletLoss.batchAll(0.2), "vectors"));
    assertThrows(IllegalArgumentException.class, () -> Batch.of(x, 0, 1));
    assertThrows(
        IllegalArgumentException.class, () -> batch.with("vectors", new double[][] {{1}, {1, 2}}));
  }
}

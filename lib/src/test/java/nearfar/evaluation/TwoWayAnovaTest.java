package nearfar.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TwoWayAnovaTest {

  /** Box, Hunter and Hunter's way by hand: row effects ±1, column effects −2, 0, 2. */
  @Test
  void sumsOfEffectsGoWhereTheyComeFrom() {
    double[][][] values = new double[2][3][4];
    for (int a = 0; a < 2; a++) {
      for (int b = 0; b < 3; b++) {
        for (int c = 0; c < 4; c++) {
          values[a][b][c] = 10 + (2 * a - 1) + 2 * (b - 1) + 0.5 * (c - 1.5);
        }
      }
    }
    TwoWayAnova parts = TwoWayAnova.of(values);
    assertEquals(24 * 1.0, parts.rows(), 1e-9);
    assertEquals(8 * (4.0 + 0 + 4), parts.columns(), 1e-9);
    assertEquals(6 * 0.25 * (2.25 + 0.25 + 0.25 + 2.25), parts.seeds(), 1e-9);
    assertEquals(0, parts.interaction(), 1e-9);
    assertEquals(0, parts.rest(), 1e-9);
  }

  @Test
  void aPureInteractionIsNeitherSetting() {
    TwoWayAnova parts = TwoWayAnova.of(new double[][][] {{{1}, {-1}}, {{-1}, {1}}});
    assertEquals(4, parts.interaction(), 1e-12);
    assertEquals(4, parts.total(), 1e-12);
  }

  @Test
  void thePartsAddUpToTheTotal() {
    Random random = new Random(5);
    double[][][] values = new double[3][4][5];
    double sum = 0;
    for (double[][] row : values) {
      for (double[] cell : row) {
        for (int c = 0; c < 5; c++) {
          cell[c] = random.nextGaussian();
          sum += cell[c];
        }
      }
    }
    double total = 0;
    for (double[][] row : values) {
      for (double[] cell : row) {
        for (double value : cell) {
          total += Math.pow(value - sum / 60, 2);
        }
      }
    }
    assertEquals(total, TwoWayAnova.of(values).total(), 1e-9);
    assertTrue(TwoWayAnova.of(values).rest() > 0.2 * total);
  }

  @Test
  void incompleteDesignsAreNamed() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> TwoWayAnova.of(new double[][][] {{{1, 2}, {1, 2}}, {{1, 2}, {1}}}))
            .getMessage();
    assertTrue(message.contains("row 1, column 1"), message);
    assertThrows(IllegalArgumentException.class, () -> TwoWayAnova.of(new double[][][] {{{1}}}));
    assertThrows(
        IllegalArgumentException.class,
        () -> TwoWayAnova.of(new double[][][] {{{1}, {2}}, {{Double.NaN}, {2}}}));
  }
}

package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VarianceComponentsTest {

  private static double[][][] drawn(double g, double s, double r, double e, int[] sizes, Random x) {
    int repetitions = 4;
    double[] common = x.doubles(repetitions).map(u -> r * x.nextGaussian()).toArray();
    double[][][] figures = new double[sizes.length][][];
    for (int a = 0; a < sizes.length; a++) {
      double group = g * x.nextGaussian();
      figures[a] = new double[sizes[a]][repetitions];
      for (double[] row : figures[a]) {
        double setting = s * x.nextGaussian();
        for (int k = 0; k < repetitions; k++) {
          row[k] = 5 + group + setting + common[k] + e * x.nextGaussian();
        }
      }
    }
    return figures;
  }

  @Test
  void isWhatIsFoundByHand() {
    // Two groups of two settings in two repetitions. Means of settings: 1, 3 | 5, 9; of groups 2,
    // 7;
    // of repetitions 3.5, 5.5 (4.5 in all). Residuals: ±0.5 of the four corners of each pair.
    double[][][] figures = {{{0.5, 1.5}, {1.5, 4.5}}, {{4.5, 5.5}, {7.5, 10.5}}};
    // MS_e = 8 · 0.25 / 3, MS_S = (2·(1+1) + 2·(4+4)) / 2, MS_G = 4 · (2.5² + 2.5²), MS_R = 4 · 2.
    double residual = 2 / 3.0;
    VarianceComponents found = VarianceComponents.of(figures);
    assertEquals(residual, found.residual(), FLOAT64);
    assertEquals((10 - residual) / 2, found.setting(), FLOAT64);
    assertEquals((50 - 10) / 4.0, found.group(), FLOAT64);
    assertEquals((8 - residual) / 4, found.repetition(), FLOAT64);
    assertEquals(1, found.shares()[0] + found.shares()[1] + found.shares()[2], FLOAT64);
  }

  @Test
  void findsTheVariancesThatItWasDrawnFromAlsoIfGroupsDifferInSize() {
    int worlds = 4000;
    double[] mean = new double[4];
    for (int i = 0; i < worlds; i++) {
      var found = VarianceComponents.of(drawn(2, 1, 3, 0.5, new int[] {2, 5, 3, 7}, new Random(i)));
      mean[0] += found.group() / worlds;
      mean[1] += found.setting() / worlds;
      mean[2] += found.repetition() / worlds;
      mean[3] += found.residual() / worlds;
    }
    // Unbiased: 4, 1, 9 and 1/4. Of the group, a world's deviation is about 4: 5 of 4,000 worlds'
    // is 0.3.
    assertArrayEquals(new double[] {4, 1, 9, 0.25}, mean, 0.6);
    assertEquals(1, mean[1], 0.05);
    assertEquals(0.25, mean[3], 0.01);
  }

  @Test
  void luckAloneIsNoSetting() {
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
      sum += VarianceComponents.of(drawn(0, 0, 1, 1, new int[] {4, 4, 4}, new Random(i))).setting();
    }
    assertEquals(0, sum / 1000, 0.03);
    assertEquals(
        0, VarianceComponents.of(new double[][][] {{{1, 2}, {1, 2}}, {{1, 2}}}).amongSettings());
  }

  @Test
  void refusesWhatHasNoComponents() {
    refused(() -> VarianceComponents.of(new double[1][3][2]), "1 groups", "3 settings");
    refused(() -> VarianceComponents.of(new double[3][1][2]), "3 groups", "3 settings");
    refused(() -> VarianceComponents.of(new double[2][2][1]), "two repetitions", "[1]");
    refused(() -> VarianceComponents.of(new double[][][] {{{1, 2}, {1}}, {{1, 2}}}), "[1, 2]");
  }
}

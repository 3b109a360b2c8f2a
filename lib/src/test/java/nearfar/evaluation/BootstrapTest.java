package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void drawsAsManyAsThereAreAndTheSameEachTime() {
    int[][] draws = Bootstrap.of(500, 7).draws(12);
    assertEquals(500, draws.length);
    double[] mean = new double[12];
    for (int[] count : draws) {
      assertEquals(12, Arrays.stream(count).sum());
      for (int i = 0; i < 12; i++) {
        mean[i] += count[i] / 500.0;
      }
    }
    // Each is drawn once on average, with a variance of 11/12: 5 deviations are 0.21.
    for (double m : mean) {
      assertEquals(1, m, 0.21);
    }
    assertArrayEquals(draws, Bootstrap.of(500, 7).draws(12));
    assertNotEquals(
        Arrays.deepToString(draws), Arrays.deepToString(Bootstrap.of(500, 8).draws(12)));
  }

  @Test
  void theIntervalOfAMeanIsThatOfTheBinomialDistribution() {
    // Of 40 units 10 are 1: a resample's mean is Binomial(40, 1/4)/40, whose 2.5 % and 97.5 %
    // quantiles are 5 and 16.
    double[] values = new double[40];
    Arrays.fill(values, 0, 10, 1);
    Interval interval = Bootstrap.of(20_000, 7).mean(values);
    assertEquals(0.25, interval.estimate(), FLOAT64);
    assertEquals(5 / 40.0, interval.lower(), FLOAT64);
    assertEquals(16 / 40.0, interval.upper(), FLOAT64);
  }

  @Test
  void holdsTheTruthAboutAsOftenAsItSays() {
    Random random = new Random(7);
    int held = 0;
    for (int experiment = 0; experiment < 400; experiment++) {
      double[] values = random.doubles(50).toArray();
      held += Bootstrap.of(400, experiment).mean(values).contains(0.5) ? 1 : 0;
    }
    // 0.94 for 50 units, with a deviation of 0.012.
    assertEquals(0.94, held / 400.0, 0.05);
  }

  @Test
  void whatUnitsHaveInCommonIsTakenAwayInAPairedDifference() {
    Random random = new Random(7);
    double[] a = random.doubles(30, 0, 100).toArray();
    double[] b = Arrays.stream(a).map(x -> x - 1 - 0.1 * random.nextDouble()).toArray();
    Bootstrap bootstrap = Bootstrap.of(1000, 7);
    Interval difference = bootstrap.difference(a, b);
    assertEquals(1.05, difference.estimate(), 0.05);
    assertTrue(difference.width() < 0.05, difference.toString());
    assertTrue(bootstrap.mean(a).width() > 10, "each by itself is known badly");
    assertFalse(difference.contains(0));
  }

  @Test
  void anIntervalHoldsTheMiddleOfItsReplicates() {
    double[] replicates = new double[1001];
    Arrays.setAll(replicates, i -> (i * 617 % 1001) / 1000.0);
    Interval interval = Interval.of(0.4, replicates);
    assertEquals(0.4, interval.estimate());
    assertEquals(0.025, interval.lower(), FLOAT64);
    assertEquals(0.975, interval.upper(), FLOAT64);
    assertEquals(0.95, interval.width(), FLOAT64);
    assertTrue(interval.contains(interval.lower()) && interval.contains(interval.upper()));
    assertFalse(interval.contains(0.02));
    assertEquals("0.400 [0.025, 0.975]", interval.toString());
  }

  @Test
  void refusesWhatHasNoInterval() {
    refused(() -> Bootstrap.of(0, 7), "got 0 replicates");
    refused(() -> Bootstrap.of(10, 7).draws(0), "got 0");
    refused(() -> Bootstrap.of(10, 7).mean(), "got 0");
    refused(() -> Bootstrap.of(10, 7).mean(1, Double.NaN), "NaN");
    refused(() -> Bootstrap.of(10, 7).difference(new double[3], new double[2]), "3 and 2");
    refused(() -> Interval.of(0), "got none");
    refused(() -> Interval.of(0, 1, Double.POSITIVE_INFINITY), "Infinity at position 1");
    refused(() -> new Interval(0, 2, 1), "0.0 [2.0, 1.0]");
    refused(() -> new Interval(Double.NaN, 1, 2), "NaN");
  }

  @Test
  void crossedDrawsRunsAndClassesIndependently() {
    Random random = new Random(7);
    double[][] table = new double[4][9];
    for (double[] row : table) {
      Arrays.setAll(row, c -> random.nextGaussian());
    }
    int size = 40_000;
    double[] found = Bootstrap.of(size, 3).crossed(table);
    assertArrayEquals(found, Bootstrap.of(size, 3).crossed(table));
    // In closed form: with independent multinomial counts m and n, E m_i m_k = δ_ik + 1 − 1/R, and
    // the variance of Σ m_r n_c x_rc / (R C) is E mmᵀ ⊗ E nnᵀ applied to x, less the squared mean.
    double second = 0;
    double mean = 0;
    for (int r = 0; r < 4; r++) {
      for (int c = 0; c < 9; c++) {
        mean += table[r][c] / 36;
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 9; j++) {
            double rows = (r == i ? 1 : 0) + 1 - 1 / 4.0;
            double columns = (c == j ? 1 : 0) + 1 - 1 / 9.0;
            second += rows * columns * table[r][c] * table[i][j] / (36.0 * 36.0);
          }
        }
      }
    }
    Spread spread = Spread.of(found);
    double deviation = Math.sqrt(second - mean * mean);
    assertEquals(mean, spread.mean(), 5 * deviation / Math.sqrt(size));
    assertEquals(1, spread.deviation() / deviation, 0.02);
    // One row only: a plain bootstrap over classes, draw by draw.
    double[] row = table[0];
    int[] drawn = Bootstrap.of(1, 3).draws(9)[0];
    double expected = 0;
    for (int c = 0; c < 9; c++) {
      expected += drawn[c] * row[c] / 9;
    }
    assertEquals(expected, Bootstrap.of(1, 3).crossed(new double[][] {row})[0], FLOAT64);
    refused(() -> Bootstrap.of(1, 3).crossed(new double[][] {{1, 2}, {3}}), "2 and 1");
    refused(() -> Bootstrap.of(1, 3).crossed(new double[0][]), "0");
  }
}

package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepDownMaxTTest {

  /** The definition, with sets and without running maxima. */
  private static double[] bruteForce(double[] d, double[][] replicates) {
    int many = d.length;
    int size = replicates[0].length;
    double[] s = new double[many];
    for (int j = 0; j < many; j++) {
      double mean = Arrays.stream(replicates[j]).average().orElseThrow();
      double squares = Arrays.stream(replicates[j]).map(x -> (x - mean) * (x - mean)).sum();
      s[j] = Math.sqrt(squares / (size - 1));
    }
    List<Integer> open = new ArrayList<>(IntStream.range(0, many).boxed().toList());
    double[] p = new double[many];
    double before = 0;
    while (!open.isEmpty()) {
      int best = open.get(0);
      for (int j : open) {
        best = Math.abs(d[j]) / s[j] > Math.abs(d[best]) / s[best] ? j : best;
      }
      int reached = 0;
      for (int b = 0; b < size; b++) {
        boolean any = false;
        for (int j : open) {
          any |= Math.abs(replicates[j][b] - d[j]) / s[j] >= Math.abs(d[best]) / s[best];
        }
        reached += any ? 1 : 0;
      }
      before = Math.max(before, (reached + 1.0) / (size + 1));
      p[best] = before;
      open.remove((Object) best);
    }
    return p;
  }

  private static double[][] correlated(double[] d, int replicates, Random random) {
    double[][] found = new double[d.length][replicates];
    for (int b = 0; b < replicates; b++) {
      double common = random.nextGaussian();
      for (int j = 0; j < d.length; j++) {
        found[j][b] = d[j] + (1 + j) * (common + random.nextGaussian());
      }
    }
    return found;
  }

  @Test
  void isItsDefinition() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      double[] d = random.doubles(6, -12, 12).toArray();
      double[][] replicates = correlated(d, 200, random);
      StepDownMaxT test = StepDownMaxT.of(d, replicates);
      double[] expected = bruteForce(d, replicates);
      for (int j = 0; j < 6; j++) {
        assertEquals(expected[j], test.p(j), FLOAT64, "seed " + seed + ", comparison " + j);
      }
      assertEquals(Arrays.stream(expected).filter(p -> p < 0.05).count(), test.real());
    }
  }

  @Test
  void oneComparisonIsTheNormalTest() {
    Random random = new Random(7);
    double[][] replicates = {random.doubles(100_000).map(u -> random.nextGaussian() + 2).toArray()};
    StepDownMaxT test = StepDownMaxT.of(new double[] {2}, replicates);
    // P(|z| ≥ 2) = 0.0455, with a deviation of 0.0007.
    assertEquals(0.0455, test.p(0), 0.003);
    assertEquals(1.96, test.critical(), 0.03);
    assertEquals(2.80, test.detectable(0), 0.05);
    assertEquals(2 - 1.96, test.interval(0).lower(), 0.04);
  }

  @Test
  void independentComparisonsGiveSidaksCriticalValue() {
    Random random = new Random(7);
    double[][] replicates = new double[10][];
    Arrays.setAll(
        replicates, j -> random.doubles(50_000).map(u -> random.nextGaussian()).toArray());
    // 1 − 0.95^(1/10) = 0.005116, the two-sided normal quantile of which is 2.800.
    assertEquals(2.800, StepDownMaxT.of(new double[10], replicates).critical(), 0.03);
  }

  @Test
  void hundredComparisonsDoNotRaiseTheSmallestP() {
    Random random = new Random(7);
    double[] d = new double[100];
    d[42] = 1000;
    StepDownMaxT test = StepDownMaxT.of(d, correlated(d, 999, random));
    assertEquals(0.001, test.smallestP(), FLOAT64);
    assertEquals(0.001, test.p(42), FLOAT64);
    assertEquals(1, test.real());
  }

  @Test
  void findsNothingInNineteenOfTwentyStudiesOfEqualLosses() {
    // Four equal "losses", measured on 20 classes in 6 runs, six comparisons.
    int alarms = 0;
    int studies = 300;
    for (int study = 0; study < studies; study++) {
      Random random = new Random(study);
      double[][] found = new double[4][];
      double[] mean = new double[4];
      for (int loss = 0; loss < 4; loss++) {
        double[][] table = new double[6][20];
        double[] ofClass = random.doubles(20).map(u -> random.nextGaussian()).toArray();
        for (double[] row : table) {
          double ofRun = 0.3 * random.nextGaussian();
          Arrays.setAll(row, c -> ofRun + ofClass[c] + random.nextGaussian());
        }
        found[loss] = Bootstrap.of(300, study).crossed(table);
        mean[loss] = Arrays.stream(table).flatMapToDouble(Arrays::stream).average().orElseThrow();
      }
      double[] d = new double[6];
      double[][] replicates = new double[6][300];
      int j = 0;
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < a; b++, j++) {
          d[j] = mean[a] - mean[b];
          for (int r = 0; r < 300; r++) {
            replicates[j][r] = found[a][r] - found[b][r];
          }
        }
      }
      alarms += StepDownMaxT.of(d, replicates).real() > 0 ? 1 : 0;
    }
    // 5 % with a deviation of 1.3 %; few units make it a little more.
    assertTrue(alarms < 0.09 * studies, alarms + " of " + studies);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    refused(() -> StepDownMaxT.of(new double[0], new double[0][]), "0 differences");
    refused(() -> StepDownMaxT.of(new double[1], new double[2][3]), "1 differences", "of 2");
    refused(() -> StepDownMaxT.of(new double[1], new double[1][1]), "got 1");
    refused(() -> StepDownMaxT.of(new double[2], new double[][] {{1, 2}, {1, 2, 3}}), "2", "3");
    refused(() -> StepDownMaxT.of(new double[1], new double[1][5]), "comparison 0", "0.0");
    refused(() -> StepDownMaxT.of(new double[] {Double.NaN}, new double[][] {{1, 2, 3}}), "NaN");
  }
}

package nearfar.mining;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistanceWeightedTest {

  private static List<List<Integer>> mined(Miner miner, double[][] d, int[] y) {
    Triplets t = miner.mine(d, y);
    return IntStream.range(0, t.size())
        .mapToObj(i -> List.of(t.anchor(i), t.positive(i), t.negative(i)))
        .toList();
  }

  /** 1 / q(d) as the paper writes it, not as a logarithm. */
  private static double weight(double d, int n, double nearest, double farthest) {
    double at = Math.max(d, nearest);
    return d > farthest ? 0 : 1 / (Math.pow(at, n - 2) * Math.pow(1 - at * at / 4, (n - 3) / 2.0));
  }

  private static double[][] distances(Random random, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> random.doubles(n, 0.2, 1.9).toArray())
        .toArray(double[][]::new);
  }

  /** Every triple is tried; the weights are added up until they pass the number that was drawn. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void agreesWithBruteForce(long seed) {
    Random random = new Random(seed);
    int rows = 2 + random.nextInt(12);
    int[] y = MinerTest.labels(random, rows);
    double[][] d = distances(random, rows);
    if (seed % 3 == 0) {
      d = MinerTest.distances(random, rows); // with ties, 0 and 2
    }
    int n = 2 + random.nextInt(9);
    double farthest = seed % 2 == 0 ? 1.4 : 1.95;
    Random draws = new Random(LabelSeed.of(seed, y));
    List<List<Integer>> expected = new ArrayList<>();
    for (int a = 0; a < rows; a++) {
      for (int p = 0; p < rows; p++) {
        if (a == p || y[a] != y[p]) {
          continue;
        }
        double total = 0;
        for (int j = 0; j < rows; j++) {
          total += y[j] == y[a] ? 0 : weight(d[a][j], n, 0.5, farthest);
        }
        double left = draws.nextDouble() * total;
        for (int j = 0; j < rows && total > 0; j++) {
          left -= y[j] == y[a] ? 0 : weight(d[a][j], n, 0.5, farthest);
          if (left < 0) {
            expected.add(List.of(a, p, j));
            break;
          }
        }
      }
    }
    assertEquals(expected, mined(new DistanceWeighted(n, 0.5, farthest, seed), d, y));
  }

  /** Over 6000 seeds each negative is drawn as often as its weight says: chi-squared. */
  @ParameterizedTest
  @CsvSource({"2, 2", "3, 1.4", "8, 1.4", "8, 2"})
  void negativesComeAsOftenAsTheirWeights(int n, double farthest) {
    int[] y = {4, 4, 7, 9, 7, 5, 5};
    double[] d = {0, 0.3, 0.1, 0.7, 1.1, 1.39, 1.8};
    int draws = 6000;
    int[] counts = new int[7];
    for (int seed = 0; seed < draws; seed++) {
      Triplets t = new DistanceWeighted(n, 0.5, farthest, seed).mine(new double[][] {d}, y);
      counts[t.negative(0)]++;
    }
    double total = IntStream.range(2, 7).mapToDouble(j -> weight(d[j], n, 0.5, farthest)).sum();
    double chiSquared = 0;
    for (int j = 2; j < 7; j++) {
      double expected = draws * weight(d[j], n, 0.5, farthest) / total;
      if (expected == 0) {
        assertEquals(0, counts[j]);
      } else {
        chiSquared += (counts[j] - expected) * (counts[j] - expected) / expected;
      }
    }
    assertTrue(chiSquared < 18.5, "at most 4 degrees of freedom, 0.001: " + chiSquared);
  }

  /**
   * On the sphere itself near and far negatives come alike: drawn distances are spread evenly,
   * where a uniform draw sees only those about √2.
   */
  @Test
  void onTheSphereNearAndFarComeAlike() {
    int n = 4;
    int rows = 400;
    Random random = new Random(1);
    double[][] x = new double[rows][n];
    for (double[] row : x) {
      Arrays.setAll(row, k -> random.nextGaussian());
      double length = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
      Arrays.setAll(row, k -> row[k] / length);
    }
    double[][] d = new double[rows][rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double squares = 0;
        for (int k = 0; k < n; k++) {
          squares += Math.pow(x[i][k] - x[j][k], 2);
        }
        d[i][j] = Math.sqrt(squares);
      }
    }
    int[] y = IntStream.range(0, rows).map(i -> i / 10).toArray();
    double[] near = new double[2];
    Miner[] miners = {DistanceWeighted.of(n, 1), new RandomTriplets(1)};
    for (int m = 0; m < 2; m++) {
      Triplets t = miners[m].mine(d, y);
      int limit = m;
      near[m] =
          IntStream.range(0, t.size())
                  .mapToDouble(i -> d[t.anchor(i)][t.negative(i)])
                  .filter(v -> v < 0.8)
                  .count()
              / (double) t.size();
      assertTrue(limit == 1 || t.size() == rows * 9);
    }
    // Uniform on [0.5, 1.4] and some below, which count as 0.5: a third or more below 0.8.
    assertTrue(near[0] > 0.3 && near[1] < 0.15, Arrays.toString(near));
  }

  /** Repeatable, and moved by no small change: so a central difference sees one loss. */
  @Test
  void aSmallChangeOfADistanceMovesNoDraw() {
    Random random = new Random(5);
    int[] y = IntStream.range(0, 40).map(i -> i / 4).toArray();
    double[][] d = distances(random, 40);
    Miner miner = DistanceWeighted.of(8, 7);
    List<List<Integer>> drawn = mined(miner, d, y);
    assertEquals(drawn, mined(miner, d, y));
    assertEquals(drawn, mined(DistanceWeighted.of(8, 7), d, y));
    for (double[] row : d) {
      Arrays.setAll(row, j -> row[j] + 1e-9 * random.nextGaussian());
    }
    assertEquals(drawn, mined(miner, d, y));
    assertNotEquals(drawn, mined(DistanceWeighted.of(8, 8), d, y));
    assertTrue(miner.draws());
  }

  /** That one anchor finds nothing near enough leaves the draws of the others alone. */
  @Test
  void anAnchorWithoutANegativeMovesNoOther() {
    int[] y = {0, 0, 1, 1, 2, 2};
    double[][] d = distances(new Random(3), 6);
    Miner miner = DistanceWeighted.of(8, 7);
    List<List<Integer>> before = mined(miner, d, y);
    Arrays.fill(d[1], 1.8);
    List<List<Integer>> after = mined(miner, d, y);
    assertEquals(before.stream().filter(t -> t.get(0) != 1).toList(), after);
  }

  /** 1 / q is about 1e260 there, and its reciprocal beyond that. */
  @Test
  void aThousandDimensionsDoNotOverflow() {
    double[][] d = {{0, 1, 0.5, 0.51, 1.39}};
    Triplets t = DistanceWeighted.of(1000, 1).mine(d, new int[] {0, 0, 1, 2, 3});
    assertEquals(1, t.size());
    assertEquals(2, t.negative(0));
  }

  @Test
  void refusesWhatIsNoSphere() {
    refused(() -> DistanceWeighted.of(1, 7), "2 dimensions, got 1");
    refused(() -> new DistanceWeighted(3, 0, 1, 7), "got 0.0 and 1.0");
    refused(() -> new DistanceWeighted(3, 1.5, 1.4, 7), "got 1.5 and 1.4");
    refused(() -> new DistanceWeighted(3, 0.5, 2.1, 7), "got 0.5 and 2.1");
    refused(() -> new DistanceWeighted(3, Double.NaN, 1, 7), "got NaN");
    refused(
        () -> DistanceWeighted.of(3, 7).mine(new double[][] {{0, 1, 2.5}}, new int[] {0, 0, 1}),
        "at most 2, got 2.5 in row 0",
        "new Euclidean().normalized()");
  }

  @Test
  void saysItsSettings() {
    assertEquals(
        "distance-weighted(n=64, 0.5 to 1.4, seed 7)", DistanceWeighted.of(64, 7).toString());
  }
}

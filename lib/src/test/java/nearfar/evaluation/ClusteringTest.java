package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusteringTest {

  private static double squared(double[] u, double[] v) {
    double sum = 0;
    for (int k = 0; k < u.length; k++) {
      sum += Math.pow(u[k] - v[k], 2);
    }
    return sum;
  }

  /** The least sum over all assignments: the truth that k-means looks for. */
  private static double least(double[][] rows, int k, int[] assigned, int row) {
    if (row == rows.length) {
      double sum = 0;
      for (int c = 0; c < k; c++) {
        int cluster = c;
        long count = Arrays.stream(assigned).filter(a -> a == cluster).count();
        double[] mean = new double[rows[0].length];
        for (int i = 0; i < rows.length; i++) {
          for (int d = 0; d < mean.length && assigned[i] == c; d++) {
            mean[d] += rows[i][d] / count;
          }
        }
        for (int i = 0; i < rows.length; i++) {
          sum += assigned[i] == c ? squared(rows[i], mean) : 0;
        }
      }
      return sum;
    }
    double best = Double.POSITIVE_INFINITY;
    for (int c = 0; c < k; c++) {
      assigned[row] = c;
      best = Math.min(best, least(rows, k, assigned, row + 1));
    }
    return best;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void findsTheLeastSumOfAllAssignmentsOfFewRows(long seed) {
    double[][] rows = Clouds.gaussian(new Random(seed), 9, 2);
    for (int k = 1; k <= 3; k++) {
      Clustering found = Clustering.of(Embeddings.of(rows, new int[9]), k, seed, 30);
      assertEquals(least(rows, k, new int[9], 0), found.inertia(), FLOAT64, "k = " + k);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void isAFixedPointWithTheSumItSays(long seed) {
    Embeddings e = Clouds.random(700, 5, 12, 0.9, seed);
    Clustering found = Clustering.of(e, 9, seed);
    double[][] centers = found.centers();
    double[][] means = new double[9][5];
    int[] counts = new int[9];
    double sum = 0;
    for (int i = 0; i < 700; i++) {
      int a = found.assignments()[i];
      for (double[] center : centers) {
        assertTrue(squared(e.vector(i), center) >= squared(e.vector(i), centers[a]) - 1e-12);
      }
      sum += squared(e.vector(i), centers[a]);
      counts[a]++;
      for (int k = 0; k < 5; k++) {
        means[a][k] += e.vector(i)[k];
      }
    }
    assertEquals(sum, found.inertia(), FLOAT64 * sum);
    for (int c = 0; c < 9; c++) {
      for (int k = 0; k < 5; k++) {
        assertEquals(means[c][k] / counts[c], centers[c][k], FLOAT64);
      }
    }
    Clustering again = Clustering.of(e, 9, seed);
    assertArrayEquals(found.assignments(), again.assignments());
    assertEquals(found.inertia(), again.inertia());
    assertTrue(Clustering.of(e, 9, seed, 1).inertia() >= found.inertia());
  }

  @Test
  void findsClassesThatAreApartAndAgreesWithThem() {
    Embeddings e = Clouds.random(400, 8, 10, 0.05, 1);
    Clustering found = Clustering.of(e.normalized(), 10, 7);
    assertEquals(1, found.agreement(e).ami(), FLOAT64);
    double[][] one = e.vectors();
    assertEquals(0, Clustering.of(Embeddings.of(one, new int[400]), 400, 1).inertia(), FLOAT64);
  }

  /** Copies of five points: draws proportional to the distance never take one twice. */
  @Test
  void everyDifferentRowHasAClusterWhereThereAreAsMany() {
    double[][] rows = new double[60][];
    for (int i = 0; i < 60; i++) {
      rows[i] = new double[] {i % 5 == 4 ? 1e6 : i % 5, 0};
    }
    for (int seed = 0; seed < 20; seed++) {
      Clustering found = Clustering.of(Embeddings.of(rows, new int[60]), 5, seed, 1);
      assertEquals(0, found.inertia());
      assertEquals(5, Arrays.stream(found.assignments()).distinct().count());
    }
    refused(() -> Clustering.of(Embeddings.of(rows, new int[60]), 6, 1), "each of the 6", "got 5");
  }

  @Test
  void refusesWhatCannotBeClustered() {
    Embeddings e = Clouds.random(9, 3, 3, 0.5, 1);
    refused(() -> Clustering.of(e, 0, 1), "from 1 to 9", "got 0");
    refused(() -> Clustering.of(e, 10, 1), "got 10");
    refused(() -> Clustering.of(e, 2, 1, 0), "got 0 restarts");
    refused(() -> Clustering.of(e, 2, 1).agreement(Clouds.random(8, 3, 2, 1, 1)), "8 and 9");
  }
}

package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;

/**
 * k-means: k centers such that the sum of squared Euclidean distances of rows to their nearest
 * center is small. Lloyd's rounds (S. Lloyd, "Least squares quantization in PCM", 1982) from
 * centers that are drawn among the rows with probability proportional to the squared distance to
 * the nearest center drawn before (k-means++: D. Arthur and S. Vassilvitskii, "k-means++: the
 * advantages of careful seeding", 2007), several times over; the result with the least sum is kept.
 *
 * <pre>{@code
 * var embeddings = Embeddings.of(
 *     new double[][] {{1, 0}, {0.9, 0.1}, {0, 1}, {0.1, 0.9}}, new int[] {0, 0, 1, 1});
 * var found = Clustering.of(embeddings.normalized(), embeddings.classes(), 7);
 * show(Tables.of(found.agreement(embeddings)));
 * }</pre>
 *
 * <p>On {@link Embeddings#normalized()} rows the distance follows the angle, though centers are not
 * of length one. The same seed gives the same result on every machine, however many cores it has. A
 * center that lost all its rows moves to the row that is farthest from its own center. Rounds end
 * when no row changes its center, or after {@value #MOST_ROUNDS}.
 *
 * <p>Time O(N·k·D) a round, on all cores; memory O(N + k·D), never N × k.
 */
public final class Clustering {

  /** Draws of the first centers, where no other number is asked for. */
  public static final int RESTARTS = 10;

  private static final int MOST_ROUNDS = 300;

  /** Rows that one core takes at a time. */
  private static final int SHARE = 256;

  private final int[] assignments;
  private final double[][] centers;
  private final double inertia;

  private Clustering(int[] assignments, double[][] centers, double inertia) {
    this.assignments = assignments;
    this.centers = centers;
    this.inertia = inertia;
  }

  /**
   * Clusters with {@value #RESTARTS} restarts.
   *
   * @param embeddings N vectors, whose labels are not looked at
   * @param k how many clusters, from 1 to the number of different rows
   * @param seed of the draws
   * @return the clustering
   * @throws IllegalArgumentException if k is not in that range
   * @throws CancellationException if the thread is interrupted
   */
  public static Clustering of(Embeddings embeddings, int k, long seed) {
    return of(embeddings, k, seed, RESTARTS);
  }

  /**
   * Clusters.
   *
   * @param embeddings N vectors, whose labels are not looked at
   * @param k how many clusters, from 1 to the number of different rows
   * @param seed of the draws
   * @param restarts how many draws of the first centers to try, 1 or more
   * @return the clustering with the least inertia; the first among equals
   * @throws IllegalArgumentException if k is not in that range, or there is no restart
   * @throws CancellationException if the thread is interrupted
   */
  public static Clustering of(Embeddings embeddings, int k, long seed, int restarts) {
    double[][] rows = embeddings.rows();
    if (k < 1 || k > rows.length) {
      throw new IllegalArgumentException(
          "there must be from 1 to " + rows.length + " clusters, one for each row, got " + k);
    }
    if (restarts < 1) {
      throw new IllegalArgumentException("cluster at least once, got " + restarts + " restarts");
    }
    // java.util.Random, since its sequence is part of its documentation.
    Random random = new Random(seed);
    Clustering best = null;
    for (int restart = 0; restart < restarts; restart++) {
      Clustering next = lloyd(rows, seeds(rows, k, random));
      if (best == null || next.inertia < best.inertia) {
        best = next;
      }
    }
    return Objects.requireNonNull(best);
  }

  private static double[][] seeds(double[][] rows, int k, Random random) {
    List<double[]> centers = new ArrayList<>();
    double[] nearest = new double[rows.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int chosen = random.nextInt(rows.length);
    while (true) {
      double[] center = rows[chosen].clone();
      centers.add(center);
      if (centers.size() == k) {
        return centers.toArray(double[][]::new);
      }
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        nearest[i] = Math.min(nearest[i], Geometry.squaredDistance(rows[i], center));
        sum += nearest[i];
      }
      if (sum == 0) {
        throw new IllegalArgumentException(
            "there must be a different row for each of the %d clusters, got %d"
                .formatted(k, centers.size()));
      }
      double drawn = random.nextDouble() * sum;
      chosen = -1;
      for (int i = 0; i < rows.length && drawn >= 0; i++) {
        if (nearest[i] > 0) {
          drawn -= nearest[i];
          chosen = i;
        }
      }
    }
  }

  private static Clustering lloyd(double[][] rows, double[][] centers) {
    int[] assignments = new int[rows.length];
    double[] distances = new double[rows.length];
    Arrays.fill(assignments, -1);
    for (int round = 0; assign(rows, centers, assignments, distances); round++) {
      if (round == MOST_ROUNDS) {
        break;
      }
      move(rows, centers, assignments, distances);
    }
    return new Clustering(assignments, centers, Arrays.stream(distances).sum());
  }

  /** Gives each row its nearest center, the first among equals; whether that changed anything. */
  private static boolean assign(
      double[][] rows, double[][] centers, int[] assignments, double[] distances) {
    int tasks = (rows.length + SHARE - 1) / SHARE;
    boolean[] changed = new boolean[tasks];
    Cores.share(
        tasks,
        "clustering",
        () ->
            task -> {
              int end = Math.min(rows.length, (task + 1) * SHARE);
              for (int i = task * SHARE; i < end; i++) {
                int nearest = 0;
                distances[i] = Double.POSITIVE_INFINITY;
                for (int c = 0; c < centers.length; c++) {
                  double distance = Geometry.squaredDistance(rows[i], centers[c]);
                  if (distance < distances[i]) {
                    distances[i] = distance;
                    nearest = c;
                  }
                }
                changed[task] |= assignments[i] != nearest;
                assignments[i] = nearest;
              }
            });
    for (boolean c : changed) {
      if (c) {
        return true;
      }
    }
    return false;
  }

  /** Moves each center to the mean of its rows, added up in their order on every machine. */
  private static void move(
      double[][] rows, double[][] centers, int[] assignments, double[] distances) {
    int[] counts = new int[centers.length];
    for (double[] center : centers) {
      Arrays.fill(center, 0);
    }
    for (int i = 0; i < rows.length; i++) {
      counts[assignments[i]]++;
      double[] center = centers[assignments[i]];
      for (int k = 0; k < center.length; k++) {
        center[k] += rows[i][k];
      }
    }
    for (int c = 0; c < centers.length; c++) {
      if (counts[c] == 0) {
        int farthest = 0;
        for (int i = 1; i < rows.length; i++) {
          farthest = distances[i] > distances[farthest] ? i : farthest;
        }
        centers[c] = rows[farthest].clone();
        distances[farthest] = 0;
      } else {
        for (int k = 0; k < centers[c].length; k++) {
          centers[c][k] /= counts[c];
        }
      }
    }
  }

  /**
   * The cluster of each row.
   *
   * @return (N): numbers from 0 to k − 1, a copy
   */
  public int[] assignments() {
    return assignments.clone();
  }

  /**
   * The centers.
   *
   * @return (k, D), a copy
   */
  public double[][] centers() {
    return Arrays.stream(centers).map(double[]::clone).toArray(double[][]::new);
  }

  /**
   * What k-means makes small.
   *
   * @return Σ of squared Euclidean distances of rows to their center
   */
  public double inertia() {
    return inertia;
  }

  /**
   * How well the clusters agree with the classes.
   *
   * @param embeddings the N that were clustered
   * @return NMI and AMI
   * @throws IllegalArgumentException if there are not N
   */
  public Agreement agreement(Embeddings embeddings) {
    return Agreement.of(embeddings.labels(), assignments);
  }

  /** Such as "clustering of 240 rows in 10 clusters: inertia 12.3". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "clustering of %d rows in %d clusters: inertia %.4g",
        assignments.length,
        centers.length,
        inertia);
  }
}

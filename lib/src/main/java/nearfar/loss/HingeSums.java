package nearfar.loss;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The sum of [d(a, p) − d(a, n) + margin]₊ over all valid triplets of a batch, or over those in a
 * band of d(a, n) − d(a, p), and its derivative with respect to every distance, without a list of
 * the triplets.
 *
 * <p>For an anchor whose negatives are sorted, with running sums S_k of the k nearest, a positive
 * at distance d contributes k (d + margin) − S_k, where k negatives are nearer than d + margin; its
 * derivative is k, and that of a negative is minus the number of positives for which it counts. So
 * N rows take O(N² log N) time and O(N²) memory, where the triplets are of the order of N³. Exact,
 * ties included: a term of 0 has the derivative 0.
 */
final class HingeSums {

  /** How many triplets there are, and how many of them have a term greater than 0. */
  long chosen;

  long active;

  /** The sum of all terms. */
  double sum;

  /** Its derivative with respect to each distance, (N, N). */
  final double[][] slopes;

  private HingeSums(int n) {
    slopes = new double[n][n];
  }

  /**
   * Over every valid triplet with d(a, n) in reach of its positive.
   *
   * @param d distances (N, N)
   * @param classes the class of each row
   * @param margin of the hinge
   * @param band triplets with d(a, p) &lt; d(a, n) ≤ d(a, p) + band; infinite for all farther ones;
   *     NaN for all valid triplets, nearer negatives too
   */
  static HingeSums of(double[][] d, int[] classes, double margin, double band) {
    HingeSums sums = new HingeSums(classes.length);
    for (int a = 0; a < classes.length; a++) {
      sums.add(a, d[a], classes, margin, band);
    }
    return sums;
  }

  private void add(int a, double[] d, int[] classes, double margin, double band) {
    double[] negatives = sorted(d, n -> classes[n] != classes[a]);
    double[] running = new double[negatives.length + 1];
    for (int k = 0; k < negatives.length; k++) {
      running[k + 1] = running[k] + negatives[k];
    }
    boolean all = Double.isNaN(band);
    for (int p = 0; p < d.length; p++) {
      if (p == a || classes[p] != classes[a]) {
        continue;
      }
      int from = all ? 0 : upTo(negatives, d[p]);
      int to = all ? negatives.length : upTo(negatives, d[p] + band);
      int end = Math.max(from, Math.min(to, below(negatives, d[p] + margin)));
      int count = end - from;
      chosen += to - from;
      active += count;
      sum += count * (d[p] + margin) - (running[end] - running[from]);
      slopes[a][p] += count;
    }
    double[] positives = sorted(d, p -> p != a && classes[p] == classes[a]);
    double[] ends = Arrays.stream(positives).map(v -> v + margin).toArray();
    double[] bands = Arrays.stream(positives).map(v -> v + band).toArray();
    for (int n = 0; n < d.length; n++) {
      if (classes[n] != classes[a]) {
        // The positives that it is in reach of: begun before it, and not ended before it.
        int begun = all ? positives.length : below(positives, d[n]);
        int ended = upTo(ends, d[n]);
        slopes[a][n] -= begun - Math.min(begun, all ? ended : Math.max(ended, below(bands, d[n])));
      }
    }
  }

  private static double[] sorted(double[] d, IntPredicate which) {
    double[] values = new double[d.length];
    int size = 0;
    for (int i = 0; i < d.length; i++) {
      if (which.test(i)) {
        values[size++] = d[i];
      }
    }
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** How many of the sorted values are less than the limit. */
  private static int below(double[] sorted, double limit) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many of the sorted values are at most the limit. */
  private static int upTo(double[] sorted, double limit) {
    return below(sorted, Math.nextUp(limit));
  }
}

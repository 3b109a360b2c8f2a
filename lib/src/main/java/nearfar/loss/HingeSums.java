package nearfar.loss;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The sum of [d(a, p) − d(a, n) + margin]₊ over all valid triplets of a batch, or over those in a
 * band of d(a, n) − d(a, p), and its derivative with respect to every distance, without a list of
 * the triplets.
 *
 * <p>Of an anchor's P positives in order of their distance, a negative counts for one run: those
 * that are near enough to it. Both ends of the run are binary searches, and how many negatives each
 * positive has in the end, and the sum of their distances, are running sums over these ends. So N
 * rows take O(N² log P) time and O(N²) memory, where the triplets are of the order of N³. Exact,
 * ties included: a term of 0 has the derivative 0.
 */
final class HingeSums {

  /** Up to here counting is faster than searching, whose branches cannot be foretold. */
  private static final int FEW = 8;

  private static final int TILE = 32;

  /** How many triplets there are, and how many of them have a term greater than 0. */
  final long chosen;

  final long active;

  /** The sum of all terms. */
  final double sum;

  /**
   * Its derivative with respect to each distance: (N, N), flat; whole numbers. A distance of 0 has
   * none where that is the least there is.
   */
  final float[] slopes;

  private HingeSums(long chosen, long active, double sum, float[] slopes) {
    this.chosen = chosen;
    this.active = active;
    this.sum = sum;
    this.slopes = slopes;
  }

  /**
   * Over every valid triplet with d(a, n) in reach of its positive.
   *
   * @param d distances (N, N)
   * @param classes the class of each row
   * @param margin of the hinge
   * @param band triplets with d(a, p) &lt; d(a, n) ≤ d(a, p) + band; infinite for all farther ones;
   *     NaN for all valid triplets, nearer negatives too
   * @param zeroIsLeast whether distances are never negative
   */
  static HingeSums of(
      double[][] d, int[] classes, double margin, double band, boolean zeroIsLeast) {
    int n = classes.length;
    float[] slopes = new float[n * n];
    Anchor[] anchors = new Anchor[n];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            a -> {
              anchors[a] = new Anchor(a, d[a], classes, margin, band, zeroIsLeast);
              anchors[a].sum(slopes, a * n);
            });
    long chosen = 0;
    long active = 0;
    double sum = 0;
    for (Anchor anchor : anchors) { // in order, so that it is always rounded alike
      chosen += anchor.chosen;
      active += anchor.active;
      sum += anchor.sum;
    }
    return new HingeSums(chosen, active, sum, slopes);
  }

  /** The slopes of d(a, b) and d(b, a), which are one distance, shared equally among both. */
  float[] symmetric(int n) {
    float[] shared = new float[slopes.length];
    // In tiles: columns of a power of two all fall on the same places of the cache.
    IntStream.range(0, (n + TILE - 1) / TILE)
        .parallel()
        .forEach(
            tile -> {
              int end = Math.min(n, (tile + 1) * TILE);
              for (int left = 0; left < n; left += TILE) {
                for (int i = tile * TILE; i < end; i++) {
                  for (int j = left; j < Math.min(n, left + TILE); j++) {
                    shared[i * n + j] = (slopes[i * n + j] + slopes[j * n + i]) / 2;
                  }
                }
              }
            });
    return shared;
  }

  /** One row of the distances. */
  private static final class Anchor {
    private final int a;
    private final double[] d;
    private final int[] classes;
    private final boolean all;
    private final boolean zeroIsLeast;

    /** The distances of the positives, sorted; where their terms, and their bands, end. */
    private final double[] positives;

    private final double[] ends;
    private final double[] bands;

    long chosen;
    long active;
    double sum;

    Anchor(int a, double[] d, int[] classes, double margin, double band, boolean zeroIsLeast) {
      this.a = a;
      this.d = d;
      this.classes = classes;
      this.zeroIsLeast = zeroIsLeast;
      all = Double.isNaN(band);
      positives = new double[count()];
      int size = 0;
      for (int p = 0; p < d.length; p++) {
        if (positive(p)) {
          positives[size++] = d[p];
        }
      }
      Arrays.sort(positives);
      ends = Arrays.stream(positives).map(v -> v + margin).toArray();
      bands = Arrays.stream(positives).map(v -> v + band).toArray();
    }

    private int count() {
      int count = 0;
      for (int p = 0; p < d.length; p++) {
        count += positive(p) ? 1 : 0;
      }
      return count;
    }

    private boolean positive(int row) {
      return classes[row] == classes[a] && row != a;
    }

    private boolean flat(double distance) {
      return zeroIsLeast && distance == 0;
    }

    void sum(float[] slopes, int offset) {
      int size = positives.length;
      int[] starts = new int[size + 1]; // of runs, less the ends of runs
      double[] distances = new double[size + 1]; // the same, each times its negative's distance
      long valid = 0;
      long positive = 0;
      for (int n = 0; n < d.length; n++) {
        double distance = d[n];
        if (size == 0 || classes[n] == classes[a]) {
          continue;
        }
        int first = all ? 0 : below(bands, distance);
        int end = all ? size : below(positives, distance);
        valid += Math.max(0, end - first);
        int begin = Math.max(first, upTo(ends, distance));
        if (begin < end) {
          positive += end - begin;
          slopes[offset + n] = flat(distance) ? 0 : begin - end;
          starts[begin]++;
          starts[end]--;
          distances[begin] += distance;
          distances[end] -= distance;
        }
      }
      chosen = valid;
      active = positive;
      for (int k = 0; k < size; k++) {
        sum += starts[k] * ends[k] - distances[k];
        starts[k + 1] += starts[k];
        distances[k + 1] += distances[k];
      }
      for (int p = 0; p < d.length; p++) {
        if (positive(p) && !flat(d[p])) {
          slopes[offset + p] = starts[below(positives, d[p])]; // the same for equal distances
        }
      }
    }
  }

  /** How many of the sorted values are less than the limit. */
  private static int below(double[] sorted, double limit) {
    if (sorted.length <= FEW) {
      int count = 0;
      for (double value : sorted) {
        count += value < limit ? 1 : 0;
      }
      return count;
    }
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

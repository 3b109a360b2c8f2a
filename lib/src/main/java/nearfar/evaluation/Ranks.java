package nearfar.evaluation;

import java.util.Arrays;

/**
 * At which ranks some queries find their own class. Nothing is sorted but a query's few classmates:
 * every other row is but counted, at the place where it comes among them. Once enough rows came
 * before a classmate to push it out of the R nearest, it matters no longer, and with it all rows
 * that are farther: from then on these cost one comparison each.
 *
 * <p>Whether a row comes before a classmate is read from the nearness in single precision, and
 * decided in double precision where that does not tell. Memory: 16 bytes a classmate.
 */
final class Ranks implements PairTiles.Reader {

  /** So many queries share a lock: fewer locks than queries, yet seldom two cores at one. */
  private static final int LOCKED = 64;

  private final Similarity similarity;
  private final double[][] rows;
  private final int[][] classmates;
  private final PairTiles tiles;
  private final int begin;
  private final Object[] locks;

  /** Nothing farther than this matters to a query. Read without its lock: it only rises. */
  private final float[] floors;

  /** Where a query's classmates begin; for each their distance, minus similarity, and their row. */
  private final int[] offsets;

  private final double[] distances;
  private final int[] mates;

  /** How many other rows come before a classmate, but after the one before it. */
  private final int[] counts;

  /** How many classmates matter, at least one, and how many rows come before the last of them. */
  private final int[] live;

  private final int[] before;

  private Ranks(
      Similarity similarity,
      double[][] rows,
      int[][] classmates,
      PairTiles tiles,
      int begin,
      int end) {
    this.similarity = similarity;
    this.rows = rows;
    this.classmates = classmates;
    this.tiles = tiles;
    this.begin = begin;
    int queries = end - begin;
    this.locks = new Object[(queries + LOCKED - 1) / LOCKED];
    Arrays.setAll(locks, i -> new Object());
    this.floors = new float[queries];
    this.offsets = new int[queries + 1];
    for (int q = 0; q < queries; q++) {
      offsets[q + 1] = offsets[q] + classmates[begin + q].length - 1;
    }
    int all = offsets[queries];
    this.distances = new double[all];
    this.mates = new int[all];
    this.counts = new int[all];
    this.live = new int[queries];
    this.before = new int[queries];
  }

  /** Ranks all rows for the queries begin … end − 1. */
  static Ranks of(
      Similarity similarity,
      double[][] rows,
      int[][] classmates,
      PairTiles tiles,
      int begin,
      int end) {
    Ranks ranks = new Ranks(similarity, rows, classmates, tiles, begin, end);
    Cores.share(ranks.locks.length, "retrieval", () -> ranks::compareClassmates);
    tiles.read(begin, end, "retrieval", () -> ranks);
    return ranks;
  }

  private void compareClassmates(int lock) {
    int last = Math.min(live.length, (lock + 1) * LOCKED);
    for (int q = lock * LOCKED; q < last; q++) {
      int[] members = classmates[begin + q];
      int relevant = members.length - 1;
      double[] apart = new double[relevant];
      int[] others = new int[relevant];
      int k = 0;
      for (int other : members) {
        if (other != begin + q) {
          others[k] = other;
          apart[k++] = distance(begin + q, other);
        }
      }
      double[] sorted = apart.clone();
      Arrays.sort(sorted);
      // Rows rise, so that equally far ones take the places of their distance one by one.
      int[] taken = new int[relevant];
      for (int m = 0; m < relevant; m++) {
        int place = firstPlace(sorted, apart[m]);
        mates[offsets[q] + place + taken[place]++] = others[m];
      }
      System.arraycopy(sorted, 0, distances, offsets[q], relevant);
      live[q] = relevant;
      setFloor(q);
    }
  }

  private static int firstPlace(double[] sorted, double value) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < value) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Minus the similarity; adding 0 makes 0 of -0, which are equally far but sorted apart. */
  private double distance(int i, int j) {
    return -similarity.of(rows[i], rows[j]) + 0.0;
  }

  /** Finite, so that it is above the bound of what is quite unknown. */
  private double nearness(int place) {
    return Math.max(-Double.MAX_VALUE, tiles.scaled(similarity.nearness(-distances[place])));
  }

  private void setFloor(int q) {
    floors[q] =
        live[q] == 0
            ? Float.POSITIVE_INFINITY
            : tiles.floor(similarity.nearness(-distances[offsets[q] + live[q] - 1]));
  }

  @Override
  public void read(int i, int from, int to, float[] nearness, int offset, boolean mutual) {
    float floor = floors[i - begin];
    for (int j = from; j < to; j++) {
      float value = nearness[j - offset];
      if (value > floor) {
        meet(i, j, value);
        floor = floors[i - begin];
      }
      if (mutual && value > floors[j - begin]) {
        meet(j, i, value);
      }
    }
  }

  private void meet(int query, int row, float value) {
    if (classmates[query] == classmates[row]) {
      return;
    }
    int q = query - begin;
    synchronized (locks[q / LOCKED]) {
      int offset = offsets[q];
      int low = offset;
      int high = offset + live[q];
      // The classmates that surely come first, and those that may.
      int first = nearerThan(value + tiles.least(), low, high);
      int last = nearerThan(value - tiles.slack(query, row), first, high);
      int place = first == last ? first : placeOf(distance(query, row), row, first, last);
      if (place == high) {
        return;
      }
      counts[place]++;
      before[q]++;
      int relevant = offsets[q + 1] - offset;
      boolean fewer = false;
      while (live[q] > 1 && live[q] + before[q] > relevant) {
        live[q]--;
        before[q] -= counts[offset + live[q]];
        fewer = true;
      }
      if (fewer) {
        setFloor(q);
      }
    }
  }

  /** The first place in low … high − 1 whose classmate is not nearer than this, or high. */
  private int nearerThan(double bound, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (nearness(middle) > bound) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** The first place in low … high − 1 whose classmate comes after the row, or high. */
  private int placeOf(double distance, int row, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (distances[middle] < distance || (distances[middle] == distance && mates[middle] < row)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /**
   * The ranks, from 1 and rising, at which a query finds its own class: the first one, and all
   * others within the R nearest.
   */
  int[] hits(int query) {
    int q = query - begin;
    int[] ranks = new int[live[q]];
    int rank = 0;
    for (int k = 0; k < ranks.length; k++) {
      rank += counts[offsets[q] + k] + 1;
      ranks[k] = rank;
    }
    return ranks;
  }
}

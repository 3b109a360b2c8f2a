package nearfar.evaluation;

import java.util.Arrays;

/**
 * The k most similar rows of each query, for many queries at a time. A pair is read in single
 * precision, and looked at in double precision only if it might be among the k: after the first few
 * thousand rows few are. Memory: 16 bytes for each query and neighbour, no more than 64 MB.
 */
final class NearestRows implements PairTiles.Reader {

  /** Which rows a query may find. */
  interface Choice {
    boolean may(int query, int row);
  }

  /** Is told of each query once, in order. */
  interface Told {
    void nearest(int query, Best best);
  }

  /** 64 MB. */
  private static final long MOST_HELD = 4_000_000;

  /** So many queries share a lock. */
  private static final int LOCKED = 64;

  private final Similarity similarity;
  private final double[][] rows;
  private final Choice choice;
  private final PairTiles tiles;
  private final int begin;
  private final Best[] best;
  private final Object[] locks;

  /** Nothing farther than this matters to a query. Read without its lock: it only rises. */
  private final float[] floors;

  private NearestRows(
      Similarity similarity,
      double[][] rows,
      Choice choice,
      PairTiles tiles,
      int begin,
      int end,
      int k) {
    this.similarity = similarity;
    this.rows = rows;
    this.choice = choice;
    this.tiles = tiles;
    this.begin = begin;
    this.best = new Best[end - begin];
    Arrays.setAll(best, q -> new Best(k));
    this.locks = new Object[(best.length + LOCKED - 1) / LOCKED];
    Arrays.setAll(locks, i -> new Object());
    this.floors = new float[best.length];
    Arrays.fill(floors, Float.NEGATIVE_INFINITY);
  }

  /**
   * Finds the nearest of the first rows.
   *
   * @param queries how many rows, from 0, are queries
   * @param choice asked of pairs of two rows; a row never finds itself
   */
  static void each(
      Similarity similarity, double[][] rows, int queries, int k, Choice choice, Told told) {
    each(similarity, rows, queries, k, choice, told, MOST_HELD);
  }

  static void each(
      Similarity similarity,
      double[][] rows,
      int queries,
      int k,
      Choice choice,
      Told told,
      long mostHeld) {
    PairTiles tiles = new PairTiles(rows, similarity.granule());
    int strip = (int) Math.max(1, Math.min(queries, mostHeld / k));
    for (int begin = 0; begin < queries; begin += strip) {
      int end = Math.min(queries, begin + strip);
      NearestRows nearest = new NearestRows(similarity, rows, choice, tiles, begin, end, k);
      tiles.read(begin, end, "the search of nearest neighbours", () -> nearest);
      for (int query = begin; query < end; query++) {
        told.nearest(query, nearest.best[query - begin]);
      }
    }
  }

  @Override
  public void read(int i, int from, int to, float[] nearness, int offset, boolean mutual) {
    float floor = floors[i - begin];
    for (int j = from; j < to; j++) {
      float value = nearness[j - offset];
      if (value > floor) {
        meet(i, j);
        floor = floors[i - begin];
      }
      if (mutual && value > floors[j - begin]) {
        meet(j, i);
      }
    }
  }

  private void meet(int query, int row) {
    if (row == query || !choice.may(query, row)) {
      return;
    }
    double exact = similarity.of(rows[query], rows[row]) + 0.0;
    int q = query - begin;
    synchronized (locks[q / LOCKED]) {
      if (best[q].offer(exact, row)) {
        floors[q] = best[q].floor(similarity, tiles);
      }
    }
  }
}

package nearfar.evaluation;

import java.util.function.Supplier;

/**
 * The nearness −|u − v|² / 2 of pairs of rows, in single precision, on all cores and tile by tile,
 * so that no N × N matrix is ever held. It is a matrix product with a start value, u·v − |u|²/2 −
 * |v|²/2, and is made to be an upper bound: the true one is at most {@link #slack} below it. What
 * that leaves open is decided in double precision by whoever reads it, so that nothing measured
 * depends on the single precision here.
 *
 * <p>Rows are moved by their mean, which changes no distance and takes away most of the digits that
 * rows have in common, and multiplied by a power of two, since squares of very large or small
 * entries leave the range. Nearness here is of rows so multiplied: {@link #scaled}.
 *
 * <p>Memory: 4 bytes for each entry of a row.
 */
final class PairTiles {

  /** Is told of each pair once. */
  interface Reader {
    /**
     * Row i against rows from … to − 1: that of row j is {@code nearness[j - offset]}.
     *
     * @param mutual whether j is a row that was asked for too, and will not be told of i
     */
    void read(int i, int from, int to, float[] nearness, int offset, boolean mutual);
  }

  /** Columns of a tile: the loop along them is what the compiler makes vectors of. */
  private static final int COLUMNS = 512;

  /** Rows of a tile: as many as lie in the first cache beside four columns of a panel. */
  private static final int ROWS = 8;

  /** Rows that one core takes at a time; a panel is fetched once for all of them. */
  private static final int SHARE = 64;

  /** Half an ulp of 1 in single precision: each rounding errs by this factor at most. */
  private static final double ROUNDING = 0x1p-24;

  /** Beyond these powers of two even squares of double precision leave the range. */
  private static final int SAFE_EXPONENT = 400;

  private final int size;

  /** For each {@value #COLUMNS} rows and each entry, the rows' values; entries a multiple of 4. */
  private final float[][][] panels;

  /** −|u|²/2, and a little more, so that sums of it and products are upper bounds. */
  private final float[] starts;

  private final double scale;
  private final double share;
  private final double least;

  /** The greatest |u|²/2. */
  private final double longest;

  /**
   * Copies rows of equal length.
   *
   * @param granule how far from −|u − v|² / 2 of the rows as they are the figure may be which the
   *     reader decides by
   */
  PairTiles(double[][] rows, double granule) {
    this.size = rows.length;
    int entries = rows[0].length;
    double largest = 0;
    for (double[] row : rows) {
      for (double x : row) {
        largest = Math.max(largest, Math.abs(x));
      }
    }
    int exponent = largest == 0 ? 0 : Math.getExponent(largest) + 1;
    this.scale = Math.scalb(1.0, -Math.max(-1000, Math.min(exponent, 1000)));
    double[] mean = new double[entries];
    for (double[] row : rows) {
      for (int k = 0; k < entries; k++) {
        mean[k] += row[k] * scale / size;
      }
    }
    int depth = (entries + 3) / 4 * 4;
    // Let H = (|u|² + |v|²)/2 for the moved and scaled rows; the sum of |u_k·v_k| is at most H too.
    // A product, three additions and depth/4 more round each term, the start values once more and
    // the entries twice: no more than 2·(depth/4 + 4) + 5 roundings of H.
    this.share = 2 * (depth / 4.0 + 8) * ROUNDING;
    this.least =
        Math.abs(exponent) <= SAFE_EXPONENT
            ? depth * 0x1p-140 + granule * scale * scale
            : Double.POSITIVE_INFINITY;
    int blocks = (size + COLUMNS - 1) / COLUMNS;
    this.panels = new float[blocks][depth][COLUMNS];
    this.starts = new float[blocks * COLUMNS];
    Cores.share(
        blocks,
        "copying embeddings",
        () ->
            block -> {
              int end = Math.min(size, (block + 1) * COLUMNS);
              for (int i = block * COLUMNS; i < end; i++) {
                double half = 0;
                for (int k = 0; k < entries; k++) {
                  double x = rows[i][k] * scale - mean[k];
                  half += x * x / 2;
                  panels[block][k][i % COLUMNS] = (float) x;
                }
                starts[i] = (float) (-half * (1 - share));
              }
            });
    double lowest = 0;
    for (float start : starts) {
      lowest = Math.min(lowest, start);
    }
    this.longest = -lowest * (1 + 2 * share);
  }

  /** What −|u − v|² / 2 of the rows as they were given is here. */
  double scaled(double nearness) {
    return nearness * scale * scale;
  }

  /** What a nearness here is of the rows as they were given. */
  double unscaled(double nearness) {
    return nearness / scale / scale;
  }

  /**
   * What the true nearness may be above the one that is read, by rounding of the reader's figure
   * and of numbers near 0. Infinite where squares leave the range of double precision too.
   */
  double least() {
    return least;
  }

  /**
   * Whatever is at least as near as this, by the reader's figure, is read with a nearness above the
   * one returned.
   */
  float floor(double nearness) {
    // Finite, so that it is above the bound of what is quite unknown.
    return Math.nextDown((float) (Math.max(-Double.MAX_VALUE, scaled(nearness)) - least));
  }

  /** What the true nearness may be below the one that is read. */
  double slack(int i, int j) {
    return 2.1 * share * -((double) starts[i] + starts[j]) + least;
  }

  /** The slack of any pair is at most this. */
  double mostSlack() {
    return 2.1 * share * 2 * longest + least;
  }

  /** No nearness that is read is below this: −(|u| + |v|)²/2 of the longest rows. */
  double farthest() {
    return -4 * longest;
  }

  /**
   * Reads all pairs of which one row or both are among begin … end − 1, each pair once.
   *
   * @param what is done, for the message if it is interrupted
   * @param readers makes the reader of one core
   */
  void read(int begin, int end, String what, Supplier<? extends Reader> readers) {
    int tasks = (end - begin + SHARE - 1) / SHARE;
    Cores.share(
        tasks,
        what,
        () -> {
          Reader reader = readers.get();
          float[][] tile = new float[ROWS][COLUMNS];
          return task -> {
            int first = begin + task * SHARE;
            int last = Math.min(end, first + SHARE);
            for (int block = 0; block < panels.length; block++) {
              // Rows of ours have been told of these.
              boolean before = block * COLUMNS >= begin && (block + 1) * COLUMNS <= first + 1;
              for (int top = first; top < last && !before; top += ROWS) {
                int bottom = Math.min(last, top + ROWS);
                multiply(top, bottom, block, tile);
                tell(reader, begin, end, top, bottom, block, tile);
              }
            }
          };
        });
  }

  private void tell(
      Reader reader, int begin, int end, int top, int bottom, int block, float[][] tile) {
    int left = block * COLUMNS;
    int right = Math.min(size, left + COLUMNS);
    for (int i = top; i < bottom; i++) {
      float[] values = tile[i - top];
      tell(reader, i, left, Math.min(right, begin), values, left, false);
      tell(reader, i, Math.max(left, i + 1), Math.min(right, end), values, left, true);
      tell(reader, i, Math.max(left, end), right, values, left, false);
    }
  }

  private static void tell(
      Reader reader, int i, int from, int to, float[] values, int offset, boolean mutual) {
    if (from < to) {
      reader.read(i, from, to, values, offset, mutual);
    }
  }

  private void multiply(int top, int bottom, int block, float[][] tile) {
    for (int i = top; i < bottom; i++) {
      float[] sums = tile[i - top];
      System.arraycopy(starts, block * COLUMNS, sums, 0, COLUMNS);
      addTo(sums, starts[i]);
    }
    float[][] columns = panels[block];
    for (int k = 0; k < columns.length; k += 4) {
      for (int i = top; i < bottom; i++) {
        float[][] own = panels[i / COLUMNS];
        int at = i % COLUMNS;
        addProducts(
            tile[i - top],
            own[k][at],
            columns[k],
            own[k + 1][at],
            columns[k + 1],
            own[k + 2][at],
            columns[k + 2],
            own[k + 3][at],
            columns[k + 3]);
      }
    }
  }

  private static void addTo(float[] sums, float start) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += start;
    }
  }

  /** A small loop on arrays of their own, since such ones are compiled to vector instructions. */
  private static void addProducts(
      float[] sums,
      float a,
      float[] p,
      float b,
      float[] q,
      float c,
      float[] r,
      float d,
      float[] s) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] += a * p[j] + b * q[j] + c * r[j] + d * s[j];
    }
  }
}

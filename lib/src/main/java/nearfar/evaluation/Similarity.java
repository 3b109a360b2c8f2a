package nearfar.evaluation;

/**
 * How near two embeddings are: the larger, the nearer. Values are rounded to about 12 digits, since
 * pairs that are equally near differ in the last digits by the order of additions alone, and would
 * be ranked by it; embeddings of single precision do not have these digits anyway.
 */
public enum Similarity {

  /**
   * Cosine of the angle between u and v, u·v / (|u| |v|), in [−1, 1], to multiples of 2⁻⁴⁰ ≈ 1e-12;
   * exactly 1 for equal directions. Zero vectors have none.
   */
  COSINE {
    @Override
    double[][] prepare(Embeddings embeddings) {
      return embeddings.units();
    }

    @Override
    double of(double[] u, double[] v) {
      return Math.rint((1 - Geometry.squaredDistance(u, v) / 2) * GRID) / GRID;
    }

    @Override
    double nearness(double similarity) {
      return similarity - 1;
    }

    @Override
    double at(double nearness) {
      return 1 + nearness;
    }

    @Override
    double granule() {
      return 1 / GRID;
    }
  },

  /** Minus the Euclidean distance, −|u − v|, in (−∞, 0], to 40 binary digits. */
  EUCLIDEAN {
    @Override
    double[][] prepare(Embeddings embeddings) {
      return embeddings.rows();
    }

    @Override
    double of(double[] u, double[] v) {
      double distance = Math.sqrt(Geometry.squaredDistance(u, v));
      double quantum = Math.ulp(distance) * 0x1p13;
      return Double.isFinite(quantum) ? -Math.rint(distance / quantum) * quantum : -distance;
    }

    @Override
    double nearness(double similarity) {
      return -similarity * similarity / 2;
    }

    @Override
    double at(double nearness) {
      return -Math.sqrt(-2 * nearness);
    }

    @Override
    double granule() {
      return 0;
    }
  };

  private static final double GRID = 0x1p40;

  /**
   * The rows that {@link #of} reads; what is the same for all pairs of a row is done here, once.
   */
  abstract double[][] prepare(Embeddings embeddings);

  abstract double of(double[] u, double[] v);

  /** The nearness −|u − v|² / 2 of prepared rows of this similarity. */
  abstract double nearness(double similarity);

  /** The similarity of prepared rows of this nearness, which is at most 0. */
  abstract double at(double nearness);

  /** How far the nearness of a rounded similarity may be from the rows' own, at any distance. */
  abstract double granule();
}

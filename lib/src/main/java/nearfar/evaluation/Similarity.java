package nearfar.evaluation;

/** How near two embeddings are: the larger, the nearer. */
public enum Similarity {

  /**
   * Cosine of the angle between u and v, u·v / (|u| |v|), in [−1, 1]; zero vectors have none. It is
   * computed as 1 − |u − v|²/2 at length one, so that it is exactly 1 for equal directions: by the
   * dot product two such pairs would differ in the last digit, and what is tied would be ranked.
   */
  COSINE {
    @Override
    double[][] prepare(Embeddings embeddings) {
      return embeddings.units();
    }

    @Override
    double of(double[] u, double[] v) {
      return 1 - Geometry.squaredDistance(u, v) / 2;
    }
  },

  /** Minus the Euclidean distance, −|u − v|, in (−∞, 0]. */
  EUCLIDEAN {
    @Override
    double[][] prepare(Embeddings embeddings) {
      return embeddings.rows();
    }

    @Override
    double of(double[] u, double[] v) {
      return -Math.sqrt(Geometry.squaredDistance(u, v));
    }
  };

  /**
   * The rows that {@link #of} reads; what is the same for all pairs of a row is done here, once.
   */
  abstract double[][] prepare(Embeddings embeddings);

  abstract double of(double[] u, double[] v);
}

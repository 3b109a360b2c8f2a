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
    double ofAny(double[] u, double[] v) {
      double squares = 0;
      for (double x : v) {
        squares += x * x;
      }
      return squares == 0 ? 0 : of(u, Geometry.unit(v, "a mean"));
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

    @Override
    public double degrees(double similarity) {
      // One that rounding took past 1 is still a cosine.
      if (!(Math.abs(similarity) < 1 + 1e-9)) {
        return Double.NaN;
      }
      // Half the chord is the sine of half the angle: small angles keep their digits.
      double halfChord = Math.sqrt(Math.max(0, Math.min(1, (1 - similarity) / 2)));
      return Math.toDegrees(2 * Math.asin(halfChord));
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
    double ofAny(double[] u, double[] v) {
      return of(u, v);
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

    @Override
    public double degrees(double similarity) {
      throw new IllegalArgumentException(
          "a Euclidean distance is not an angle, got similarity "
              + similarity
              + ": compare by Similarity.COSINE");
    }
  };

  private static final double GRID = 0x1p40;

  /**
   * The angle of two embeddings of a similarity: a pair is at least as similar as a threshold where
   * its angle is at most the threshold's.
   *
   * @param similarity a cosine
   * @return its angle in degrees, from 0 to 180; NaN for what is not a cosine, such as the infinite
   *     threshold that nothing reaches
   * @throws IllegalArgumentException if this is not the cosine
   */
  public abstract double degrees(double similarity);

  /**
   * The rows that {@link #of} reads; what is the same for all pairs of a row is done here, once.
   */
  abstract double[][] prepare(Embeddings embeddings);

  abstract double of(double[] u, double[] v);

  /** Of a prepared row and any vector, such as a mean; the cosine to the zero vector is 0. */
  abstract double ofAny(double[] u, double[] v);

  /** The nearness −|u − v|² / 2 of prepared rows of this similarity. */
  abstract double nearness(double similarity);

  /** The similarity of prepared rows of this nearness, which is at most 0. */
  abstract double at(double nearness);

  /** How far the nearness of a rounded similarity may be from the rows' own, at any distance. */
  abstract double granule();
}

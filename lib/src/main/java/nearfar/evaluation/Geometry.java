package nearfar.evaluation;

/** The few formulas on vectors that every measure here shares. */
final class Geometry {

  private Geometry() {}

  /** Four running sums, since one alone waits for each addition to end before the next begins. */
  static double squaredDistance(double[] u, double[] v) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = 0;
    for (; k + 3 < u.length; k += 4) {
      double p = u[k] - v[k];
      double q = u[k + 1] - v[k + 1];
      double r = u[k + 2] - v[k + 2];
      double s = u[k + 3] - v[k + 3];
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; k < u.length; k++) {
      double p = u[k] - v[k];
      a += p * p;
    }
    return (a + b) + (c + d);
  }

  /**
   * Angle between unit vectors, in degrees: 2·atan2(|u − v|, |u + v|). Exactly 0 for equal vectors,
   * and precise near 0 and 180, where the arc cosine of the dot product loses half of its digits.
   */
  static double angle(double[] u, double[] v) {
    double near = 0;
    double far = 0;
    for (int k = 0; k < u.length; k++) {
      double p = u[k] - v[k];
      double q = u[k] + v[k];
      near += p * p;
      far += q * q;
    }
    return Math.toDegrees(2 * Math.atan2(Math.sqrt(near), Math.sqrt(far)));
  }

  /**
   * The vector at length one.
   *
   * @throws IllegalArgumentException if it is zero; {@code what} says which vector it is
   */
  static double[] unit(double[] vector, String what) {
    double largest = 0;
    for (double x : vector) {
      largest = Math.max(largest, Math.abs(x));
    }
    if (largest == 0) {
      throw new IllegalArgumentException(
          what
              + " is the zero vector, which has no direction: its angle to others is undefined;"
              + " leave it out, or compare by Euclidean distance");
    }
    // Divided by its largest entry first: squares of very small or large entries leave the range.
    double[] scaled = new double[vector.length];
    double sum = 0;
    for (int k = 0; k < vector.length; k++) {
      scaled[k] = vector[k] / largest;
      sum += scaled[k] * scaled[k];
    }
    double norm = Math.sqrt(sum);
    for (int k = 0; k < vector.length; k++) {
      scaled[k] /= norm;
    }
    return scaled;
  }
}

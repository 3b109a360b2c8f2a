package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import nearfar.distance.Constant;

/**
 * cos(m1 · θ + m2) − m3, what ArcFace, CosFace and their combination make of the cosine of the true
 * class. Where m1 · θ + m2 would exceed π the cosine goes on as itself: see {@link
 * CombinedMarginLoss}.
 *
 * @param m1 the factor of the angle, greater than 0
 * @param m2 the angle that is added, in [0, π)
 * @param m3 what is taken from the cosine
 */
record AngularMargin(double m1, double m2, double m3) implements Margin {

  /** Least sin²: its root has a finite gradient, and sin θ is off by no more than 1e-12. */
  private static final double LEAST_SIN_SQUARE = 1e-24;

  @Override
  public double target(double cos) {
    if (past(cos)) {
      return cos - drop() - m3;
    }
    double sin = sin(cos);
    return cosOfMultiple(cos, sin) * Math.cos(m2) - sinOfMultiple(cos, sin) * Math.sin(m2) - m3;
  }

  /** m1 · sin(m1 θ + m2) / sin θ. */
  @Override
  public double slope(double cos) {
    if (past(cos)) {
      return 1;
    }
    if (1 - cos * cos < LEAST_SIN_SQUARE) {
      return m1 * m1 * Math.cos(m2);
    }
    double sin = sin(cos);
    return m1
        * (sinOfMultiple(cos, sin) / sin * Math.cos(m2)
            + cosOfMultiple(cos, sin) / sin * Math.sin(m2));
  }

  /** The same of an array of cosines, to be differentiated. */
  NDArray of(NDArray cos) {
    NDArray sin = sine(cos);
    NDArray c = cos;
    NDArray s = sin;
    if (m1 != 1) {
      NDArray angle = sin.atan2(cos).mul(Constant.of(cos, m1));
      c = angle.cos();
      s = angle.sin();
    }
    NDArray shifted = c.mul(Constant.of(c, Math.cos(m2))).sub(s.mul(Constant.of(s, Math.sin(m2))));
    return NDArrays.where(cos.gte(last()), shifted, cos.sub(drop())).sub(m3);
  }

  /**
   * ArcFace's target where each embedding has a margin of its own.
   *
   * @param cos cos θ, (N, 1)
   * @param margin m in [0, π), (N, 1)
   * @return cos(θ + m), and cos θ − m sin m past π − m
   */
  static NDArray of(NDArray cos, NDArray margin) {
    NDArray past = cos.sub(margin.mul(margin.sin()));
    return NDArrays.where(cos.gte(margin.cos().neg()), turned(cos, margin), past);
  }

  /** cos(θ + m) of angles between 0 and π, which no acos is needed for. */
  static NDArray turned(NDArray cos, NDArray margin) {
    return cos.mul(margin.cos()).sub(sine(cos).mul(margin.sin()));
  }

  private static NDArray sine(NDArray cos) {
    return cos.square().neg().add(1).maximum(Constant.of(cos, LEAST_SIN_SQUARE)).sqrt();
  }

  private static double sin(double cos) {
    return Math.sqrt(Math.max(1 - cos * cos, LEAST_SIN_SQUARE));
  }

  private double cosOfMultiple(double cos, double sin) {
    return m1 == 1 ? cos : Math.cos(m1 * Math.atan2(sin, cos));
  }

  private double sinOfMultiple(double cos, double sin) {
    return m1 == 1 ? sin : Math.sin(m1 * Math.atan2(sin, cos));
  }

  private boolean past(double cos) {
    return cos < last();
  }

  /** cos θ where m1 · θ + m2 is π; less than any cosine if it is nowhere. */
  private double last() {
    if (m1 == 1) {
      return -Math.cos(m2);
    }
    double angle = (Math.PI - m2) / m1;
    return angle < Math.PI ? Math.cos(angle) : -2;
  }

  /** How far below the cosine the target lies past there: for m1 = 1 ArcFace's m2 sin m2. */
  private double drop() {
    return last() + Math.cos(m2) + m2 * Math.sin(m2);
  }
}

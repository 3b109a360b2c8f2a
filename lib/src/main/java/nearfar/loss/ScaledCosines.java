package nearfar.loss;

/**
 * What is known beforehand of a softmax over s · cos θ: how low its loss can go, however good the
 * network.
 *
 * @param scale the factor s of the cosines, greater than 0
 * @param best the true class's target at θ = 0, divided by s, in [-1, 1] for the usual margins: 1
 *     without a margin, cos m for an angular margin, 1 − m for a margin of the cosine
 */
public record ScaledCosines(double scale, double best) {

  /**
   * The least loss that C classes with equally many images can reach, in nats:
   *
   * <p>log(1 + (C − 1) e^(−s (t + 1 / (C − 1)))),
   *
   * <p>where t is {@link #best}. It is reached where every embedding lies on its class vector and
   * the class vectors point as far from each other as C directions can, at cosine −1 / (C − 1),
   * which takes at least C − 1 dimensions. With t = 1 this is log(1 + (C − 1) e^(−s C / (C − 1))).
   *
   * <p>Source: Wang, Xiang, Cheng and Yuille, NormFace: L2 Hypersphere Embedding for Face
   * Verification (2017), proposition 2 with ℓ² = s. A margin only replaces the true class's 1 by t;
   * the bound stays one for as long as the target falls from its value at 0 by (1 − cos θ) / 2 or
   * more, which every margin of the cosine keeps, and angular margins up to 2.4 radians (past that,
   * ArcFace's target jumps up at θ = π − m).
   *
   * @param classes the number of classes C, at least 2
   * @return the bound, greater than 0
   * @throws IllegalArgumentException if there are fewer than 2 classes
   */
  public double leastLoss(int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "a softmax needs at least 2 classes to tell apart, got " + classes);
    }
    double others = classes - 1.0;
    return softplus(Math.log(others) - scale * (best + 1 / others));
  }

  /** log(1 + eˣ), without overflow. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}

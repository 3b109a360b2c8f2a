package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * MagFace: ArcFace with a margin that grows with the embedding's length, so that the length comes
 * to measure how well an image can be recognised.
 *
 * <p><b>Formula</b>: let a = ‖x‖ be an embedding's length, taken as l_a where it is less and u_a
 * where it is more, θ_j its angle to class vector j, and y its true class. The mean over the batch
 * of −log softmax(z)_y + λ_g · g(a), where
 *
 * <p>z_j = s · cos θ_j for j ≠ y, and z_y = s · cos(θ_y + m(a)),
 *
 * <p>m(a) = l_m + (u_m − l_m) (a − l_a) / (u_a − l_a), and g(a) = a / u_a² + 1 / a.
 *
 * <p>g falls up to u_a, so that it draws lengths up, and an embedding that is hard to turn towards
 * its class vector stays short, where its margin is smaller. Outside [l_a, u_a] the length has no
 * gradient. Past θ_y = π − m(a) the true logit is s · (cos θ_y − m(a) sin m(a)), as in {@link
 * ArcFaceLoss}; the authors' code takes s · cos θ_y from θ_y = π / 2 on. With l_m = u_m and λ_g = 0
 * this is ArcFace. Zero vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: margins are in radians, l_a and u_a in units of the embeddings; the scale has no
 * unit, λ_g is a length.
 *
 * <p><b>Defaults</b>: lengths from 10 to 110, margins from 0.45 to 0.8, λ_g = 35, as in the
 * authors' training for faces (s = 64). A network whose embeddings start shorter than l_a gets no
 * gradient of the length: set {@link #lengths} around what it gives.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a setting out of its range; inputs as
 * {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * var loss = MagFaceLoss.of(16).lengths(0.5, 10).margins(0.1, 0.4).regularizer(1);
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(loss)
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Meng, Zhao, Huang and Zhou, MagFace: A Universal Representation for Face
 * Recognition and Quality Assessment (2021), arXiv:2103.06627, section 3.2.
 */
public final class MagFaceLoss extends EmbeddingLoss {

  private final double scale;
  private final double shortest;
  private final double longest;
  private final double leastMargin;
  private final double mostMargin;
  private final double lambda;

  private MagFaceLoss(
      double scale,
      double shortest,
      double longest,
      double leastMargin,
      double mostMargin,
      double lambda) {
    super("magface");
    this.scale = scale;
    this.shortest = shortest;
    this.longest = longest;
    this.leastMargin = leastMargin;
    this.mostMargin = mostMargin;
    this.lambda = lambda;
  }

  /**
   * The loss with the authors' lengths, margins and weight of g, which needs {@link #VECTORS}.
   *
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the scale is not greater than 0 and finite
   */
  public static MagFaceLoss of(double scale) {
    return new MagFaceLoss(
        Settings.positive("the scale of MagFace", scale), 10, 110, 0.45, 0.8, 35);
  }

  /**
   * The same loss with other bounds of the length.
   *
   * @param from l_a, greater than 0
   * @param to u_a, greater than l_a
   * @return the loss
   * @throws IllegalArgumentException if they are out of their range
   */
  public MagFaceLoss lengths(double from, double to) {
    if (!(from > 0 && from < to && to < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the lengths of MagFace must be finite with 0 < from < to, got from %s to %s"
              .formatted(from, to));
    }
    return new MagFaceLoss(scale, from, to, leastMargin, mostMargin, lambda);
  }

  /**
   * The same loss with other margins.
   *
   * @param least l_m, the margin of the shortest, in radians, in [0, π)
   * @param most u_m, that of the longest, in radians, in [l_m, π)
   * @return the loss
   * @throws IllegalArgumentException if they are out of their range
   */
  public MagFaceLoss margins(double least, double most) {
    if (!(least >= 0 && least <= most && most < Math.PI)) {
      throw new IllegalArgumentException(
          "the margins of MagFace must be in [0, pi) radians, the first no larger than the second, got %s and %s: degrees are converted with Math.toRadians"
              .formatted(least, most));
    }
    return new MagFaceLoss(scale, shortest, longest, least, most, lambda);
  }

  /**
   * The same loss with another weight of g.
   *
   * @param weight λ_g, not negative
   * @return the loss
   * @throws IllegalArgumentException if it is negative, NaN or infinite
   */
  public MagFaceLoss regularizer(double weight) {
    Settings.notNegative("the weight of MagFace's regulariser", weight);
    return new MagFaceLoss(scale, shortest, longest, leastMargin, mostMargin, weight);
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public Set<Invariance> invariances() {
    return Set.of(Invariance.BATCH_ORDER, Invariance.CLASS_NUMBERS, Invariance.ROTATION);
  }

  @Override
  public List<Limit> limits() {
    return List.of(
        new Limit(
            "one margin, lambda = 0",
            margins(leastMargin, leastMargin).regularizer(0),
            ArcFaceLoss.of(leastMargin, scale)));
  }

  @Override
  public String describe() {
    return "magface(scale=%s, lengths=%s..%s, margins=%s..%s rad, lambda=%s)"
        .formatted(scale, shortest, longest, leastMargin, mostMargin, lambda);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray a = Lengths.of(in.embeddings());
    a = a.maximum(Constant.of(a, shortest)).minimum(Constant.of(a, longest));
    double slope = (mostMargin - leastMargin) / (longest - shortest);
    NDArray margin = a.sub(shortest).mul(Constant.of(a, slope)).add(leastMargin);
    NDArray cos = CosineLogits.of(in, target -> AngularMargin.of(target, margin));
    NDArray g = a.mul(Constant.of(a, 1 / (longest * longest))).add(Constant.of(a, 1).div(a)).mean();
    return CosineLogits.crossEntropy(cos, scale, in).add(g.mul(Constant.of(g, lambda)));
  }
}

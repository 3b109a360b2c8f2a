package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Combined margin: softmax cross entropy on cosines with all three margins that have been proposed,
 * on the angle's factor, on the angle and on the cosine.
 *
 * <p><b>Formula</b>: let θ_j be the angle between an embedding and class vector j, and y its true
 * class. The mean over the batch of −log softmax(z)_y, where
 *
 * <p>z_j = s · cos θ_j for j ≠ y, and z_y = s · (cos(m1 · θ_y + m2) − m3).
 *
 * <p>(1, m, 0) is {@link ArcFaceLoss}, (1, 0, m) is {@link CosFaceLoss}, (1, 0, 0) is {@link
 * NormalizedSoftmaxLoss}, (m, 0, 0) is SphereFace's margin on cosines with one scale. Where m1 ·
 * θ_y + m2 exceeds π, that is past φ = (π − m2) / m1, a cosine would rise again. There z_y = s ·
 * (cos θ_y − cos φ − cos m2 − m2 sin m2 − m3), the cosine itself, moved so that it starts where
 * ArcFace's does: for m1 = 1 this is ArcFace's s · (cos θ_y − m2 sin m2). The paper says nothing
 * about it, and InsightFace's code lets the cosine rise. At φ the target falls from −1 to −cos m2 −
 * m2 sin m2 (before m3): a jump as ArcFace's, by 0.117 at m2 = 0.5, and none at m2 = 0. Zero
 * vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: m1 is a factor, m2 is in radians, m3 is a difference of cosines; the scale has
 * no unit.
 *
 * <p><b>Defaults</b>: none. The ArcFace paper tries (1, 0.3, 0.2) and (0.9, 0.4, 0.15) with s = 64
 * for faces.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a margin or scale out of its range; inputs
 * as {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(CombinedMarginLoss.of(1, 0.3, 0.2, 16))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Deng, Guo, Xue and Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep
 * Face Recognition (2019), arXiv:1801.07698, equation 4.
 */
public final class CombinedMarginLoss extends ClassVectorLoss {

  private final AngularMargin margin;
  private final double scale;

  private CombinedMarginLoss(AngularMargin margin, double scale) {
    super("combined-margin");
    this.margin = margin;
    this.scale = scale;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param m1 the factor of the angle, greater than 0, which need not be an integer: below 1 it
   *     makes the task easier, which another margin may make up for
   * @param m2 what is added to the angle, in radians, in [0, π)
   * @param m3 what is taken from the cosine, in [0, 2]
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if a margin or the scale is out of its range
   */
  public static CombinedMarginLoss of(double m1, double m2, double m3, double scale) {
    Settings.positive("m1 of a combined margin, 1 to leave the angle as it is,", m1);
    if (!(m2 >= 0 && m2 < Math.PI)) {
      throw new IllegalArgumentException(
          "m2 of a combined margin must be in [0, pi) radians, got %s: degrees are converted with Math.toRadians"
              .formatted(m2));
    }
    if (!(m3 >= 0 && m3 <= 2)) {
      throw new IllegalArgumentException(
          "m3 of a combined margin must be in [0, 2], got %s: it is a difference of cosines, not an angle"
              .formatted(m3));
    }
    return new CombinedMarginLoss(
        new AngularMargin(m1, m2, m3), Settings.positive("the scale of a combined margin", scale));
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public List<Limit> limits() {
    double m2 = margin.m2();
    double m3 = margin.m3();
    return List.of(
        new Limit("m1 = 1, m3 = 0", of(1, m2, 0, scale), ArcFaceLoss.of(m2, scale)),
        new Limit("m1 = 1, m2 = 0", of(1, 0, m3, scale), CosFaceLoss.of(m3, scale)),
        new Limit("no margin", of(1, 0, 0, scale), NormalizedSoftmaxLoss.of(scale)));
  }

  @Override
  public String describe() {
    return "combined-margin(m1=%s, m2=%s rad, m3=%s, scale=%s)"
        .formatted(margin.m1(), margin.m2(), margin.m3(), scale);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    // With a smaller factor the target falls too slowly at first for the least loss to be a bound.
    return margin.m1() < Math.sqrt(0.5)
        ? Optional.empty()
        : Optional.of(new ScaledCosines(scale, margin.target(1)));
  }

  @Override
  protected NDArray formula(Inputs in) {
    return CosineLogits.crossEntropy(CosineLogits.of(in, margin::of), scale, in);
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.cosine(in, scale, margin);
  }
}

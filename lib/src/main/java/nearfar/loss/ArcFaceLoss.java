package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ArcFace: softmax cross entropy on angles. Let θ_j be the angle between an embedding (N, D) and
 * class vector j (C, D), and y its true class. The logits are
 *
 * <p>s · cos θ_j for j ≠ y, and s · cos(θ_y + m) for the true class,
 *
 * <p>so that an embedding must be nearer to its own class vector than to any other by the angle m.
 * The mean over the batch. From W x + b: b is dropped, both lengths are set to 1.
 *
 * <p>Past θ_y = π − m, where cos(θ + m) would rise again, the true logit is s · (cos θ_y − m sin
 * m). That switch is not continuous: at m = 0.5 the target falls from −1 to −1.117. With m = 0 this
 * is {@link NormalizedSoftmaxLoss}.
 *
 * <p>Margin in radians, no defaults; the paper uses m = 0.5 and s = 64 for faces. Zero vectors have
 * no direction: all their cosines are 0.
 *
 * <p>Source: Deng, Guo, Xue and Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face
 * Recognition (2019), arXiv:1801.07698, equation 3; the form past π − m is that of the authors'
 * implementation.
 */
public final class ArcFaceLoss extends ClassVectorLoss {

  private final double margin;
  private final double scale;

  private ArcFaceLoss(double margin, double scale) {
    super("arcface");
    this.margin = margin;
    this.scale = scale;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param margin the angle m in radians, in [0, π)
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the margin or the scale is out of its range
   */
  public static ArcFaceLoss of(double margin, double scale) {
    if (!(margin >= 0 && margin < Math.PI)) {
      throw new IllegalArgumentException(
          "the margin of ArcFace must be in [0, pi) radians, got %s: degrees are converted with Math.toRadians"
              .formatted(margin));
    }
    return new ArcFaceLoss(margin, Settings.positive("the scale of ArcFace", scale));
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
    return List.of(new Limit("m = 0", of(0, scale), NormalizedSoftmaxLoss.of(scale)));
  }

  @Override
  public String describe() {
    return "arcface(margin=%s rad, scale=%s)".formatted(margin, scale);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return Optional.of(new ScaledCosines(scale, Math.cos(margin)));
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray cos = CosineLogits.of(in, target()::of);
    return CosineLogits.crossEntropy(cos, scale, in);
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.cosine(in, scale, target());
  }

  private AngularMargin target() {
    return new AngularMargin(1, margin, 0);
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ArcFace: softmax cross entropy on angles, in which an embedding must be nearer to its own class
 * vector than to any other by an angle.
 *
 * <p><b>Formula</b>: let θ_j be the angle between an embedding and class vector j, and y its true
 * class. The mean over the batch of −log softmax(z)_y with the logits
 *
 * <p>z_j = s · cos θ_j for j ≠ y, and z_y = s · cos(θ_y + m).
 *
 * <p>From W x + b: b is dropped, both lengths are set to 1. Past θ_y = π − m, where cos(θ + m)
 * would rise again, the true logit is s · (cos θ_y − m sin m). That switch is not continuous: at m
 * = 0.5 the target falls from −1 to −1.117. With m = 0 this is {@link NormalizedSoftmaxLoss}. Zero
 * vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N), class vectors (C, D) under {@link #VECTORS};
 * the value is a scalar.
 *
 * <p><b>Units</b>: the margin is an angle in radians; the scale has none.
 *
 * <p><b>Defaults</b>: none; the paper uses m = 0.5 and s = 64 for faces.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the margin is not in [0, π) or the scale
 * not greater than 0 and finite; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(ArcFaceLoss.of(0.5, 30))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Deng, Guo, Xue and Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep
 * Face Recognition (2019), arXiv:1801.07698, equation 3; the form past π − m is that of the
 * authors' implementation.
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

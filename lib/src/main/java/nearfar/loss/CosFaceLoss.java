package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * CosFace: softmax cross entropy on cosines, in which an embedding's cosine to its own class vector
 * must exceed that to any other by a margin.
 *
 * <p><b>Formula</b>: let θ_j be the angle between an embedding and class vector j, and y its true
 * class. The mean over the batch of −log softmax(z)_y with the logits
 *
 * <p>z_j = s · cos θ_j for j ≠ y, and z_y = s · (cos θ_y − m).
 *
 * <p>With m = 0 this is {@link NormalizedSoftmaxLoss}. Zero vectors have no direction: all their
 * cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N), class vectors (C, D) under {@link #VECTORS};
 * the value is a scalar.
 *
 * <p><b>Units</b>: the margin is a difference of cosines, not an angle: it has no unit, and the
 * scale has none.
 *
 * <p><b>Defaults</b>: none; the paper uses m = 0.35 and s = 64 for faces.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the margin is not in [0, 2] or the scale
 * not greater than 0 and finite; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(CosFaceLoss.of(0.35, 30))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wang et al., CosFace: Large Margin Cosine Loss for Deep Face Recognition
 * (2018), arXiv:1801.09414, equation 4.
 */
public final class CosFaceLoss extends ClassVectorLoss {

  private final double margin;
  private final double scale;

  private CosFaceLoss(double margin, double scale) {
    super("cosface");
    this.margin = margin;
    this.scale = scale;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param margin the difference m of cosines, in [0, 2]: no two cosines are farther apart
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the margin or the scale is out of its range
   */
  public static CosFaceLoss of(double margin, double scale) {
    if (!(margin >= 0 && margin <= 2)) {
      throw new IllegalArgumentException(
          "the margin of CosFace must be in [0, 2], got %s: it is a difference of cosines, not an angle"
              .formatted(margin));
    }
    return new CosFaceLoss(margin, Settings.positive("the scale of CosFace", scale));
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
    return "cosface(margin=%s, scale=%s)".formatted(margin, scale);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return Optional.of(new ScaledCosines(scale, 1 - margin));
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray cos = CosineLogits.of(in, target -> target.sub(margin));
    return CosineLogits.crossEntropy(cos, scale, in);
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.cosine(in, scale, new AngularMargin(1, 0, margin));
  }
}

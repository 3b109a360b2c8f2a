package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.Set;

/**
 * Normalised softmax: softmax cross entropy on cosines, so that nothing counts but the angles
 * between embeddings and class vectors.
 *
 * <p><b>Formula</b>: let θ_j be the angle between an embedding and class vector j, and y its true
 * class. The mean over the batch of
 *
 * <p>−log softmax(s · cos θ)_y.
 *
 * <p>Only angles count: no length can lower it, so that it has a least value above 0 which the
 * scale s decides. With too small an s even perfect embeddings keep a large loss. It is {@link
 * ArcFaceLoss} and {@link CosFaceLoss} without a margin; 1 / s is also called a temperature. Zero
 * vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N), class vectors (C, D) under {@link #VECTORS};
 * the value is a scalar.
 *
 * <p><b>Units</b>: the scale has none; the value is in nats.
 *
 * <p><b>Defaults</b>: none; the scale that p = 0.9 takes at best is (C − 1) / C · ln(9 (C − 1)),
 * see {@link ScaledCosines}.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the scale is not greater than 0 and finite;
 * the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(NormalizedSoftmaxLoss.of(16))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wang, Xiang, Cheng and Yuille, NormFace: L2 Hypersphere Embedding for Face
 * Verification (2017), arXiv:1704.06369, section 3.3; the least value is its proposition 2.
 */
public final class NormalizedSoftmaxLoss extends ClassVectorLoss {

  private final double scale;

  private NormalizedSoftmaxLoss(double scale) {
    super("normalized-softmax");
    this.scale = scale;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the scale is not greater than 0 and finite
   */
  public static NormalizedSoftmaxLoss of(double scale) {
    return new NormalizedSoftmaxLoss(Settings.positive("the scale of normalised softmax", scale));
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
  public String describe() {
    return "normalized-softmax(scale=%s)".formatted(scale);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return Optional.of(new ScaledCosines(scale, 1));
  }

  @Override
  protected NDArray formula(Inputs in) {
    return CosineLogits.crossEntropy(CosineLogits.of(in), scale, in);
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.cosine(in, scale, Margin.NONE);
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/**
 * Embedding norm: holds the embeddings' lengths near a target; used beside another loss.
 *
 * <p><b>Formula</b>: over embeddings x of a batch,
 *
 * <p>mean of (‖x‖ − t)², with t = 0 the mean of ‖x‖².
 *
 * <p>A loss on directions leaves lengths to drift, and the longer an embedding, the less a step
 * turns it; a triplet loss on raw embeddings may grow them without end. A zero vector has no
 * direction to grow in: its gradient is 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), no class vectors; the value is a scalar.
 *
 * <p><b>Units</b>: the target is in units of the embeddings, the value in their square.
 *
 * <p><b>Defaults</b>: t = 0. Its weight beside another loss is small, 0.01 say.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the target is negative, NaN or infinite;
 * inputs as {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(ArcFaceLoss.of(0.3, 16).plus(0.01, EmbeddingNormLoss.of(1)))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: for t = 0 Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss
 * Objective (2016); Zheng, Pal and Savvides, Ring Loss: Convex Feature Normalization for Face
 * Recognition (2018), arXiv:1803.00130, whose t is trained, and which takes half of this.
 */
public final class EmbeddingNormLoss extends EmbeddingLoss {

  private final double target;

  private EmbeddingNormLoss(double target) {
    super("embedding-norm");
    this.target = target;
  }

  /** {@return the mean of ‖x‖²} */
  public static EmbeddingNormLoss of() {
    return of(0);
  }

  /**
   * The mean of (‖x‖ − t)².
   *
   * @param target t, in units of the embeddings, not negative
   * @return the loss
   * @throws IllegalArgumentException if the target is negative, NaN or infinite
   */
  public static EmbeddingNormLoss of(double target) {
    return new EmbeddingNormLoss(
        Settings.notNegative("the target of the embeddings' length", target));
  }

  @Override
  public Set<String> needs() {
    return Set.of();
  }

  @Override
  public Set<Invariance> invariances() {
    return Set.of(Invariance.BATCH_ORDER, Invariance.CLASS_NUMBERS, Invariance.ROTATION);
  }

  @Override
  public String describe() {
    return "embedding-norm(target=%s)".formatted(target);
  }

  @Override
  protected NDArray formula(Inputs in) {
    return Lengths.of(in.embeddings()).sub(target).square().mean();
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * Center variance: holds the class vectors at one length, so that classes with few images are not
 * given short ones; used beside another loss.
 *
 * <p><b>Formula</b>: over class vectors w_j,
 *
 * <p>¼ · mean over j of (‖w_j‖² − mean ‖w‖²)²,
 *
 * <p>a quarter of the variance of the squared lengths. It does not look at the embeddings, nor at
 * labels. Beside a loss on cosines, which lengths do not matter to, it has nothing to change but
 * how fast class vectors turn; it is meant for those with logits W x + b.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}, or
 * (C · K, D) beside a loss with K for each class; the value is a scalar.
 *
 * <p><b>Units</b>: a squared length, squared.
 *
 * <p><b>Defaults</b>: one class vector for each class.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if K is less than 1; inputs as {@link
 * EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SoftmaxLoss.of().plus(0.1, CenterVarianceLoss.of()))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wu, Liu, Li and Fu, Deep Face Recognition with Center Invariant Loss (2017),
 * the second term; in this form pytorch-metric-learning's CenterInvariantRegularizer.
 */
public final class CenterVarianceLoss extends EmbeddingLoss {

  private final int perClass;

  private CenterVarianceLoss(int perClass) {
    super("center-variance");
    this.perClass = perClass;
  }

  /** {@return the loss, which needs {@link #VECTORS}} */
  public static CenterVarianceLoss of() {
    return of(1);
  }

  /**
   * The loss beside one with several class vectors for each class.
   *
   * @param perClass the number K of class vectors a class has, at least 1
   * @return the loss, which needs {@link #VECTORS}
   * @throws IllegalArgumentException if K is less than 1
   */
  public static CenterVarianceLoss of(int perClass) {
    return new CenterVarianceLoss(
        Settings.atLeast(1, "the number of class vectors of a class", perClass));
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public int vectorsPerClass() {
    return perClass;
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public String describe() {
    return perClass == 1
        ? "center-variance"
        : "center-variance(%d vectors a class)".formatted(perClass);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray squares = in.perClass(VECTORS).square().sum(new int[] {1});
    NDArray variance = squares.sub(squares.mean()).square().mean();
    NDArray x = in.embeddings();
    // Not a function of the embeddings, but backward must find them.
    return variance.mul(Constant.of(variance, 0.25)).add(x.mul(Constant.of(x, 0)).sum());
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Set;
import nearfar.distance.SquaredEuclidean;

/**
 * Center loss: pulls every embedding to its class's center, which follows the class.
 *
 * <p><b>Formula</b>: with embeddings x, labels y and a center c_j for every class, the sum or the
 * mean over the batch of
 *
 * <p>‖x_i − c[y_i]‖².
 *
 * <p>Wen writes ½ before the sum; there is none here. It pushes nothing apart, so it is used beside
 * a loss that does: {@code SoftmaxLoss.of().plus(0.003, CenterLoss.mean())}.
 *
 * <p>Centers are not trained by the gradient. After each step {@link #afterStep} moves those of the
 * classes in the batch, in place:
 *
 * <p>c_j ← c_j − α · Σ(c_j − x_i) / (1 + n_j), over the n_j rows of class j.
 *
 * <p>Value, gradient and update read and write no more than the N rows of the batch's classes,
 * however many classes there are.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N), centers c (C, D) under {@link #CENTERS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: the value is in squared units of the embeddings; α has none.
 *
 * <p><b>Defaults</b>: α = 0.5, as in the paper, unless {@link #alpha} sets it.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if α is not in [0, 1]; the inputs as {@link
 * EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16))
 *     .loss(SoftmaxLoss.of().plus(0.003, CenterLoss.mean()))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wen, Zhang, Li and Qiao, A Discriminative Feature Learning Approach for Deep
 * Face Recognition (2016), equations 2, 4 and 5, algorithm 1.
 */
public final class CenterLoss extends EmbeddingLoss {

  private static final SquaredEuclidean SQUARED = new SquaredEuclidean();

  private final Reducer reducer;
  private final double alpha;

  private CenterLoss(Reducer reducer, double alpha) {
    super("center");
    this.reducer = reducer;
    this.alpha = alpha;
  }

  /** {@return the sum over the batch; needs {@link #CENTERS}} */
  public static CenterLoss sum() {
    return new CenterLoss(Reducer.SUM, 0.5);
  }

  /** {@return the mean over the batch; needs {@link #CENTERS}} */
  public static CenterLoss mean() {
    return new CenterLoss(Reducer.MEAN, 0.5);
  }

  /**
   * The same loss with another rate of the centers.
   *
   * @param alpha the rate α in [0, 1]; 0 leaves the centers where they are
   * @return the loss
   * @throws IllegalArgumentException if α is not in [0, 1]
   */
  public CenterLoss alpha(double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "alpha, the rate of the centers, must be in [0, 1], got " + alpha);
    }
    return new CenterLoss(reducer, alpha);
  }

  @Override
  public Set<String> needs() {
    return Set.of(CENTERS);
  }

  @Override
  public Set<String> selfUpdated() {
    return Set.of(CENTERS);
  }

  @Override
  public Set<Invariance> invariances() {
    return Set.of(
        Invariance.BATCH_ORDER,
        Invariance.CLASS_NUMBERS,
        Invariance.ROTATION,
        Invariance.TRANSLATION);
  }

  @Override
  public String describe() {
    return "center(%s, alpha=%s)".formatted(reducer, alpha);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray centersOfRows = in.perClass(CENTERS).get(in.labels());
    return reducer.reduce(SQUARED.rowwise(in.embeddings(), centersOfRows));
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    try (NDManager step = Inputs.embeddings(predictions).getManager().newSubManager()) {
      step.tempAttachAll(labels, predictions);
      update(Inputs.checked(this, new NDList(labels), predictions));
    }
  }

  /** Wen's equation 4 for the k classes of the batch: arrays of k or N rows, none of C. */
  private void update(Inputs in) {
    NDArray x = in.embeddings().stopGradient();
    Present present = Present.of(in.classes(), x);
    NDArray counts = present.counts();
    NDArray all = in.perClass(CENTERS).stopGradient(); // shares the memory of the centers
    NDArray centers = all.get(present.classes());
    NDArray pull = centers.mul(counts).sub(present.sums(x)).div(counts.add(1));
    all.set(new NDIndex("{}", present.classes()), centers.sub(pull.mul(alpha)));
  }
}

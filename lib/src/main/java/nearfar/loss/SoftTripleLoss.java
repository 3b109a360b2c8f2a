package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Set;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;

/**
 * SoftTriple: softmax cross entropy on cosines with K centers for each class, whose cosines are
 * averaged softly, and a regulariser that lets superfluous centers of a class merge.
 *
 * <p><b>Formula</b>: let c_jk be the cosine between an embedding and center k of class j, and y its
 * true class. A class's similarity is
 *
 * <p>S_j = Σ_k q_jk c_jk, with q_j = softmax over k of c_jk / γ.
 *
 * <p>The loss is the mean over the batch of −log softmax(z)_y, where z_j = λ S_j for j ≠ y and z_y
 * = λ (S_y − δ), plus
 *
 * <p>τ / (C K (K − 1)) · Σ_j Σ_{k &lt; l} ‖w_jk − w_jl‖ over the centers of unit length.
 *
 * <p>With K = 1 there is no second term, and this is {@link CosFaceLoss}. Where two centers of a
 * class are equal up to rounding, their distance is 0 with a zero gradient; the authors' code adds
 * 1e-5 to its square instead. Zero vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N) in [0, C), class vectors (C · K, D) under {@link
 * #VECTORS}, rows c · K to c · K + K − 1 being class c's; the value is a scalar. Memory of the
 * order of N · C · K.
 *
 * <p><b>Units</b>: the margin δ and γ are cosines; λ and τ have no unit.
 *
 * <p><b>Defaults</b>: λ = 20, γ = 0.1, δ = 0.01, τ = 0.2, as in the paper, which uses K = 10.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a setting out of its range, and for class
 * vectors whose number is no multiple of K; other inputs as {@link
 * EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SoftTripleLoss.of(3).margin(0.1))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Qian, Shang, Sun, Hu, Li and Jin, SoftTriple Loss: Deep Metric Learning Without
 * Triplet Sampling (2019), arXiv:1909.05235, section 3.
 */
public final class SoftTripleLoss extends EmbeddingLoss {

  private final int centers;
  private final double scale;
  private final double gamma;
  private final double margin;
  private final double tau;

  private SoftTripleLoss(int centers, double scale, double gamma, double margin, double tau) {
    super("soft-triple");
    this.centers = centers;
    this.scale = scale;
    this.gamma = gamma;
    this.margin = margin;
    this.tau = tau;
  }

  /**
   * The loss with the paper's settings, which needs {@link #VECTORS}, K for each class.
   *
   * @param centers the number K of centers a class has, at least 1
   * @return the loss
   * @throws IllegalArgumentException if K is less than 1
   */
  public static SoftTripleLoss of(int centers) {
    Settings.atLeast(1, "the number of centers of a class", centers);
    return new SoftTripleLoss(centers, 20, 0.1, 0.01, 0.2);
  }

  /**
   * The same loss with another scale.
   *
   * @param value λ, the factor of the similarities, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if it is not greater than 0 and finite
   */
  public SoftTripleLoss scale(double value) {
    Settings.positive("the scale of SoftTriple", value);
    return new SoftTripleLoss(centers, value, gamma, margin, tau);
  }

  /**
   * The same loss with centers that share more or less.
   *
   * @param value γ, greater than 0: towards 0 the nearest center counts alone
   * @return the loss
   * @throws IllegalArgumentException if it is not greater than 0 and finite
   */
  public SoftTripleLoss gamma(double value) {
    Settings.positive("gamma of SoftTriple", value);
    return new SoftTripleLoss(centers, scale, value, margin, tau);
  }

  /**
   * The same loss with another margin.
   *
   * @param value δ, a difference of cosines in [0, 2]
   * @return the loss
   * @throws IllegalArgumentException if it is not in [0, 2]
   */
  public SoftTripleLoss margin(double value) {
    if (!(value >= 0 && value <= 2)) {
      throw new IllegalArgumentException(
          "the margin of SoftTriple must be in [0, 2], got %s: it is a difference of cosines, not an angle"
              .formatted(value));
    }
    return new SoftTripleLoss(centers, scale, gamma, value, tau);
  }

  /**
   * The same loss with another weight of the centers' distances.
   *
   * @param weight τ, not negative
   * @return the loss
   * @throws IllegalArgumentException if it is negative, NaN or infinite
   */
  public SoftTripleLoss regularizer(double weight) {
    Settings.notNegative("the weight of SoftTriple's regulariser", weight);
    return new SoftTripleLoss(centers, scale, gamma, margin, weight);
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public int vectorsPerClass() {
    return centers;
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public List<Limit> limits() {
    SoftTripleLoss one = new SoftTripleLoss(1, scale, gamma, margin, tau);
    return List.of(new Limit("K = 1", one, CosFaceLoss.of(margin, scale)));
  }

  @Override
  public String describe() {
    return "soft-triple(centers=%d, scale=%s, gamma=%s, margin=%s, tau=%s)"
        .formatted(centers, scale, gamma, margin, tau);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray cos = CosineLogits.ofSubCenters(in, centers);
    NDArray share = cos.mul(Constant.of(cos, 1 / gamma)).softmax(2);
    NDArray similarity = share.mul(cos).sum(new int[] {2});
    NDArray logits = CosineLogits.of(similarity, in, own -> own.sub(margin));
    NDArray loss = CosineLogits.crossEntropy(logits, scale, in);
    return centers == 1 ? loss : loss.add(spread(in.perClass(VECTORS)));
  }

  /** τ / (C K (K − 1)) times the sum of the distances of two centers of a class. */
  private NDArray spread(NDArray vectors) {
    long rows = vectors.getShape().get(0);
    NDArray unit = UnitVectors.of(vectors).reshape(rows / centers, centers, -1);
    NDArray cos = unit.matMul(unit.transpose(0, 2, 1));
    NDArray squares = cos.sub(1).mul(Constant.of(cos, -2));
    // Below what rounding leaves of equal centers; replaced before the root, which has no slope at
    // 0.
    boolean wide = cos.getDataType() == DataType.FLOAT64;
    NDArray apart = squares.gt(wide ? 1e-14 : 4e-6);
    NDArray safe = NDArrays.where(apart, squares, squares.onesLike());
    NDArray distances = NDArrays.where(apart, safe.sqrt(), squares.zerosLike()).sum();
    // Each pair is there twice.
    return distances.mul(Constant.of(distances, tau / (2.0 * rows * (centers - 1))));
  }
}

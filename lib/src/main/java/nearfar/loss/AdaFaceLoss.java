package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import nearfar.distance.Constant;
import org.jspecify.annotations.Nullable;

/**
 * AdaFace: a margin that depends on the embedding's length among those of its batch, so that long
 * embeddings, of images of good quality, are pressed where they are hard, and short ones where they
 * are easy.
 *
 * <p><b>Formula</b>: let a_i = ‖x_i‖ be the lengths of a batch, μ their mean, σ their standard
 * deviation (with N − 1), and
 *
 * <p>q_i = (a_i − μ) / (σ + 0.001) · h, taken as −1 or 1 where it is beyond,
 *
 * <p>θ_j the angle between an embedding and class vector j, and y its true class. The mean over the
 * batch of −log softmax(z)_y, where z_j = s · cos θ_j for j ≠ y, and
 *
 * <p>z_y = s · (cos(θ_y − m q) − m q − m), the angle θ_y − m q being kept in [0, π].
 *
 * <p>At q = −1 this is ArcFace's margin, at q = 0 {@link CosFaceLoss}'s, at q = 1 an angular one of
 * the other sign. Lengths are taken as given: no gradient goes through q, as in the paper, so that
 * the gradient is not that of the value as a function of the length. In the authors' code μ and σ
 * run over earlier batches too, and lengths end at 100; here they are the batch's own, so that the
 * loss stays a function of its inputs, and a batch of one has q = 0. Zero vectors have no
 * direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: the margin is an angle in radians and a difference of cosines at once; h is the
 * reciprocal of a number of standard deviations; the scale has no unit.
 *
 * <p><b>Defaults</b>: none; the paper uses m = 0.4, h = 0.333 and s = 64 for faces.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a setting out of its range; inputs as
 * {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(AdaFaceLoss.of(0.4, 0.333, 16))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Kim, Jain and Liu, AdaFace: Quality Adaptive Margin for Face Recognition
 * (2022), arXiv:2204.00964, section 3.2.
 */
public final class AdaFaceLoss extends EmbeddingLoss {

  private final double margin;
  private final double h;
  private final double scale;

  /** Lengths to use in the place of the embeddings' own. */
  private final double @Nullable [] given;

  private AdaFaceLoss(double margin, double h, double scale, double @Nullable [] given) {
    super("adaface");
    this.margin = margin;
    this.h = h;
    this.scale = scale;
    this.given = given;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param margin m, in radians, in [0, π/2]
   * @param h how soon a length counts as long or short, greater than 0: at 1 / h deviations
   * @param scale the factor s of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public static AdaFaceLoss of(double margin, double h, double scale) {
    if (!(margin >= 0 && margin <= Math.PI / 2)) {
      throw new IllegalArgumentException(
          "the margin of AdaFace must be in [0, pi/2] radians, got %s: degrees are converted with Math.toRadians"
              .formatted(margin));
    }
    return new AdaFaceLoss(
        margin,
        Settings.positive("h of AdaFace", h),
        Settings.positive("the scale of AdaFace", scale),
        null);
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
    return List.of(new Limit("m = 0", of(0, h, scale), NormalizedSoftmaxLoss.of(scale)));
  }

  @Override
  public String describe() {
    return "adaface(margin=%s rad, h=%s, scale=%s)".formatted(margin, h, scale);
  }

  @Override
  EmbeddingLoss held(Inputs in) {
    return new AdaFaceLoss(margin, h, scale, lengths(in));
  }

  @Override
  protected NDArray formula(Inputs in) {
    double[] quality = quality(given != null ? given : lengths(in));
    NDArray cos = CosineLogits.of(in, own -> target(own, quality));
    return CosineLogits.crossEntropy(cos, scale, in);
  }

  private static double[] lengths(Inputs in) {
    return Numbers.of(Lengths.of(in.embeddings().stopGradient()));
  }

  /** q of every embedding. */
  private double[] quality(double[] lengths) {
    double mean = Arrays.stream(lengths).average().orElse(0);
    double squares = Arrays.stream(lengths).map(a -> (a - mean) * (a - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, lengths.length - 1));
    return Arrays.stream(lengths)
        .map(a -> Math.max(-1, Math.min(1, (a - mean) / (deviation + 1e-3) * h)))
        .toArray();
  }

  /** Of the true classes' cosines (N, 1). */
  private NDArray target(NDArray cos, double[] quality) {
    NDArray turned = AngularMargin.turned(cos, column(cos, quality, q -> -margin * q));
    // Where the angle would leave [0, π]: 2 is a bound that no cosine reaches.
    NDArray most = column(cos, quality, q -> q > 0 ? Math.cos(margin * q) : 2);
    NDArray least = column(cos, quality, q -> q < 0 ? -Math.cos(margin * q) : -2);
    NDArray below = NDArrays.where(cos.gt(most), cos.onesLike(), turned);
    NDArray kept = NDArrays.where(cos.lt(least), cos.onesLike().neg(), below);
    return kept.sub(column(cos, quality, q -> margin * q + margin));
  }

  private static NDArray column(NDArray like, double[] quality, DoubleUnaryOperator of) {
    return Constant.owned(Numbers.column(like, quality.length, i -> of.applyAsDouble(quality[i])));
  }
}

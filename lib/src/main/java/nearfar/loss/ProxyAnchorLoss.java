package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * Proxy anchor: each class vector, a proxy, draws the batch's embeddings of its class and pushes
 * the others, the hardest most.
 *
 * <p><b>Formula</b>: let cos(x, p) be the cosine of an embedding and a proxy, P all proxies, P⁺
 * those whose class is in the batch, X_p⁺ the batch's embeddings of p's class and X_p⁻ the others.
 * The loss is
 *
 * <p>1/|P⁺| Σ_{p ∈ P⁺} log(1 + Σ_{x ∈ X_p⁺} e^(−α (cos(x, p) − δ))) + 1/|P| Σ_{p ∈ P} log(1 + Σ_{x
 * ∈ X_p⁻} e^(α (cos(x, p) + δ))).
 *
 * <p>It is a sum over proxies and not a mean over the batch, so that it grows with the number of
 * images of a class, and an embedding's gradient depends on the others. Its least value is above 0.
 * Zero vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar. Memory of the order of N · C.
 *
 * <p><b>Units</b>: the margin δ is a cosine; α has no unit.
 *
 * <p><b>Defaults</b>: none; the paper uses δ = 0.1 and α = 32, and a learning rate of the proxies
 * 100 times that of the network.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a margin or α out of its range; inputs as
 * {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(ProxyAnchorLoss.of(0.1, 32))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Kim, Kim, Cho and Kwak, Proxy Anchor Loss for Deep Metric Learning (2020),
 * arXiv:2003.13911, equation 4.
 */
public final class ProxyAnchorLoss extends EmbeddingLoss {

  /** The exponent of what is not in a sum: e to its power is 0. */
  private static final double ABSENT = -1e9;

  private final double margin;
  private final double alpha;

  private ProxyAnchorLoss(double margin, double alpha) {
    super("proxy-anchor");
    this.margin = margin;
    this.alpha = alpha;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param margin δ, in [0, 2]: no two cosines are farther apart
   * @param alpha α, the factor of the cosines, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the margin or α is out of its range
   */
  public static ProxyAnchorLoss of(double margin, double alpha) {
    if (!(margin >= 0 && margin <= 2)) {
      throw new IllegalArgumentException(
          "the margin of proxy anchor must be in [0, 2], got %s: it is a cosine, not an angle"
              .formatted(margin));
    }
    return new ProxyAnchorLoss(margin, Settings.positive("alpha of proxy anchor", alpha));
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
    return "proxy-anchor(margin=%s, alpha=%s)".formatted(margin, alpha);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray cos = CosineLogits.of(in);
    NDArray own = in.labels().oneHot((int) cos.getShape().get(1), cos.getDataType()).gt(0.5);
    NDArray absent = Constant.of(cos, ABSENT);
    NDArray pull = cos.sub(margin).mul(Constant.of(cos, -alpha));
    NDArray push = cos.add(margin).mul(Constant.of(cos, alpha));
    NDArray pulls = logOfOnePlusSum(NDArrays.where(own, pull, absent)).sum();
    NDArray pushes = logOfOnePlusSum(NDArrays.where(own.logicalNot(), push, absent)).mean();
    long present = Arrays.stream(in.classes()).distinct().count();
    return pulls.mul(Constant.of(pulls, 1.0 / present)).add(pushes);
  }

  /** log(1 + Σ e^z) over the rows of (N, C), without overflow: −log of the share of e^0 = 1. */
  private static NDArray logOfOnePlusSum(NDArray z) {
    long classes = z.getShape().get(1);
    NDArray zeros = z.getManager().zeros(new Shape(1, classes), z.getDataType());
    return zeros.concat(z, 0).logSoftmax(0).get(0).neg();
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Set;
import nearfar.distance.Constant;
import nearfar.distance.Cosine;
import nearfar.mining.AllPairs;
import nearfar.mining.PairMiner;

/**
 * Multi-similarity loss: a soft maximum over an anchor's positives and one over its negatives, each
 * with its own sharpness.
 *
 * <p><b>Formula</b>: with S_ij the cosine of rows i and j, P_i the rows of i's class and N_i those
 * of others, the mean over all N anchors i of
 *
 * <p>1/α · log(1 + Σ_k∈P_i exp(−α (S_ik − λ))) + 1/β · log(1 + Σ_k∈N_i exp(β (S_ik − λ))).
 *
 * <p>An empty set contributes 0. The paper also chooses pairs: see {@link #mined}. Zero vectors
 * have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: λ is a cosine; α and β are factors of cosines, without a unit.
 *
 * <p><b>Defaults</b>: all pairs; the paper takes α = 2, β = 50 and λ = 1 and chooses pairs, and
 * many take λ = 0.5.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if α or β is not greater than 0 and finite, λ
 * is not in [-1, 1], or a pair miner names a row that is not there; the inputs as {@link
 * EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(MultiSimilarityLoss.of(2, 50, 0.5))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wang, Han, Huang, Dong and Scott, Multi-Similarity Loss with General Pair
 * Weighting for Deep Metric Learning (2019), arXiv:1904.06627, equation 15.
 */
public final class MultiSimilarityLoss extends PairwiseLoss {

  private final double alpha;
  private final double beta;
  private final double base;
  private final PairMiner miner;

  private MultiSimilarityLoss(double alpha, double beta, double base, PairMiner miner) {
    super("multi-similarity");
    this.alpha = alpha;
    this.beta = beta;
    this.base = base;
    this.miner = miner;
  }

  /**
   * The loss on all pairs.
   *
   * @param alpha α, how sharply the least similar positives are weighed, greater than 0
   * @param beta β, how sharply the most similar negatives are weighed, greater than 0
   * @param base λ, the cosine above which negatives, and below which positives, count most, in [-1,
   *     1]
   * @return the loss
   * @throws IllegalArgumentException if a setting is out of its range
   */
  public static MultiSimilarityLoss of(double alpha, double beta, double base) {
    return new MultiSimilarityLoss(
        Settings.positive("alpha of multi-similarity", alpha),
        Settings.positive("beta of multi-similarity", beta),
        Settings.cosine("the base of multi-similarity", base),
        new AllPairs());
  }

  /**
   * The same loss on pairs that a miner chooses.
   *
   * @param miner which pairs; it is given cosine distances, 1 − S
   * @return the loss
   */
  public MultiSimilarityLoss mined(PairMiner miner) {
    return new MultiSimilarityLoss(alpha, beta, base, miner);
  }

  @Override
  public Set<Invariance> invariances() {
    return invariances(new Cosine(), false);
  }

  @Override
  public String describe() {
    return "multi-similarity(%s, alpha=%s, beta=%s, base=%s)".formatted(miner, alpha, beta, base);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray cos = cosines(anchors, rows);
    PairMasks pairs = PairMasks.mined(miner, Activation.relu(cos.neg().add(1)), labels);
    NDArray above = cos.sub(base);
    return side(above, -alpha, pairs.positive()).add(side(above, beta, pairs.negative())).mean();
  }

  /** log(1 + Σ exp(rate (S − λ))) / |rate| of each anchor. */
  private static NDArray side(NDArray above, double rate, NDArray mask) {
    NDArray sum = LogSumExp.of(above.mul(Constant.of(above, rate)), mask);
    return Activation.softPlus(sum).mul(Constant.of(sum, 1 / Math.abs(rate)));
  }
}

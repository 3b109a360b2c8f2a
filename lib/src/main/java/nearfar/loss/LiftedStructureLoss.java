package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import java.util.Set;
import nearfar.distance.Constant;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;

/**
 * Lifted structured loss: every pair of one class is compared with all negatives of both its rows
 * at once.
 *
 * <p><b>Formula</b>: with D the Euclidean distance, P the pairs of one class and margin α,
 *
 * <p>J_ij = log(Σ_k exp(α − D_ik) + Σ_l exp(α − D_jl)) + D_ij,
 *
 * <p>1 / (2 |P|) · Σ_(i,j)∈P [J_ij]₊²,
 *
 * <p>where k runs over the rows of other classes than i, and l over those of other classes than j.
 * It is the smooth bound of a hinge with the hardest negative. Hermans, Beyer and Leibe (2017)
 * generalise it differently: per anchor, with one sum over its positives too. A batch without a
 * positive pair, or without a negative one, gives 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: the margin is in the unit of the embeddings.
 *
 * <p><b>Defaults</b>: embeddings as they are; the paper takes α = 1.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the margin is negative, NaN or infinite;
 * the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(LiftedStructureLoss.of(1))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Oh Song, Xiang, Jegelka and Savarese, Deep Metric Learning via Lifted
 * Structured Feature Embedding (2016), arXiv:1511.06452, equation 4.
 */
public final class LiftedStructureLoss extends PairwiseLoss {

  private final double margin;
  private final Distance distance;

  private LiftedStructureLoss(double margin, Distance distance) {
    super("lifted-structure");
    this.margin = margin;
    this.distance = distance;
  }

  /**
   * The loss.
   *
   * @param margin α, in the unit of the embeddings, not negative
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static LiftedStructureLoss of(double margin) {
    return new LiftedStructureLoss(
        Settings.notNegative("the margin of a lifted structured loss", margin), new Euclidean());
  }

  /** {@return the same loss on embeddings scaled to length 1} */
  public LiftedStructureLoss normalized() {
    return new LiftedStructureLoss(margin, distance.normalized());
  }

  @Override
  public Set<Invariance> invariances() {
    return invariances(distance, false);
  }

  @Override
  public String describe() {
    return "lifted-structure(%s, margin=%s)".formatted(distance, margin);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray d = distance.pairwise(anchors, rows);
    PairMasks pairs = PairMasks.all(d, labels);
    NDArray near = d.neg().add(margin);
    NDArray ofI = LogSumExp.of(near, pairs.negative());
    NDArray ofJ = ofI;
    long batch = anchors.getShape().get(0);
    if (batch < labels.length) {
      // A row behind the batch, which is no anchor, has its negatives among the anchors.
      NDIndex behind = new NDIndex(":, {}:", batch);
      ofJ =
          ofI.concat(
              LogSumExp.of(near.get(behind).transpose(), pairs.negative().get(behind).transpose()));
    }
    NDArray terms = Activation.relu(LogSumExp.both(ofI, ofJ.transpose()).add(d)).square();
    return Reducer.MEAN.reduce(terms.mul(Constant.of(terms, 0.5)), pairs.positive());
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Set;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.mining.AllPairs;
import nearfar.mining.PairMiner;

/**
 * Contrastive loss: rows of one class are to be nearer than one margin, rows of two classes farther
 * than another.
 *
 * <p><b>Formula</b>: with a distance d, a positive margin p and a negative margin q, over the pairs
 * (i, j) of an anchor and another row,
 *
 * <p>mean over pairs of one class of [d_ij − p]₊ + mean over pairs of two classes of [q − d_ij]₊.
 *
 * <p>Each mean is over the terms greater than 0, so that the many negative pairs do not outweigh
 * the few positive ones; {@link #reduce} changes that for both. {@link #squared} squares every
 * term, as the paper does; its ½ is left out. A side without any pair is 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: both margins are in the unit of the distance.
 *
 * <p><b>Defaults</b>: Euclidean distance, p = 0, terms not squared, all pairs; the paper squares
 * the terms.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if a margin is negative, NaN or infinite, or
 * if a pair miner names a row that is not there; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(ContrastiveLoss.of(1))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Hadsell, Chopra and LeCun, Dimensionality Reduction by Learning an Invariant
 * Mapping (2006), equations 1 to 4.
 */
public final class ContrastiveLoss extends PairwiseLoss {

  private final Distance distance;
  private final double near;
  private final double far;
  private final boolean squared;
  private final Reducer reducer;
  private final PairMiner miner;

  private ContrastiveLoss(
      Distance distance,
      double near,
      double far,
      boolean squared,
      Reducer reducer,
      PairMiner miner) {
    super("contrastive");
    this.distance = distance;
    this.near = Settings.notNegative("the positive margin of a contrastive loss", near);
    this.far = Settings.notNegative("the negative margin of a contrastive loss", far);
    this.squared = squared;
    this.reducer = reducer;
    this.miner = miner;
  }

  /**
   * A contrastive loss with Euclidean distance that pulls rows of one class together entirely.
   *
   * @param margin q, how far apart rows of two classes shall be, in the unit of the embeddings, not
   *     negative
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static ContrastiveLoss of(double margin) {
    return of(new Euclidean(), 0, margin);
  }

  /**
   * A contrastive loss.
   *
   * @param distance d
   * @param positiveMargin p, how near is near enough, in the unit of the distance, not negative
   * @param negativeMargin q, how far is far enough, in the unit of the distance, not negative
   * @return the loss
   * @throws IllegalArgumentException if a margin is negative, NaN or infinite
   */
  public static ContrastiveLoss of(
      Distance distance, double positiveMargin, double negativeMargin) {
    return new ContrastiveLoss(
        distance, positiveMargin, negativeMargin, false, Reducer.MEAN_OF_POSITIVE, new AllPairs());
  }

  /** {@return the same loss with every term squared} */
  public ContrastiveLoss squared() {
    return new ContrastiveLoss(distance, near, far, true, reducer, miner);
  }

  /**
   * The same loss with another reducer.
   *
   * @param reducer how the terms of each side become one number
   * @return the loss
   */
  public ContrastiveLoss reduce(Reducer reducer) {
    return new ContrastiveLoss(distance, near, far, squared, reducer, miner);
  }

  /**
   * The same loss on pairs that a miner chooses.
   *
   * @param miner which pairs; it is given this loss's distances
   * @return the loss
   */
  public ContrastiveLoss mined(PairMiner miner) {
    return new ContrastiveLoss(distance, near, far, squared, reducer, miner);
  }

  @Override
  public Set<Invariance> invariances() {
    return invariances(distance, false);
  }

  @Override
  public String describe() {
    return "contrastive(%s, %s%s, %s, positive margin=%s, negative margin=%s)"
        .formatted(miner, distance, squared ? ", terms squared" : "", reducer, near, far);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray d = distance.pairwise(anchors, rows);
    PairMasks pairs = PairMasks.mined(miner, d, labels);
    return side(d.sub(near), pairs.positive()).add(side(d.neg().add(far), pairs.negative()));
  }

  private NDArray side(NDArray excess, NDArray mask) {
    NDArray terms = Activation.relu(excess);
    return reducer.reduce(squared ? terms.square() : terms, mask);
  }
}

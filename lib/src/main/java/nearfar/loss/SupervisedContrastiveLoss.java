package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * Supervised contrastive loss: of all other rows of the batch, an anchor is to choose those of its
 * class.
 *
 * <p><b>Formula</b>: with cosines s and temperature τ, P_i the other rows of i's class and A_i all
 * other rows, the mean, over the anchors i that have a positive, of
 *
 * <p>−1 / |P_i| · Σ_p∈P_i log(exp(s_ip / τ) / Σ_a∈A_i exp(s_ia / τ)).
 *
 * <p>Positives stand in the denominator too, so that with several of them it cannot reach 0: its
 * least value is about log |P_i|. The paper sums over the anchors; here is their mean. {@link
 * NtXentLoss} differs in the denominator. No anchor with a positive gives 0. Zero vectors have no
 * direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: τ has no unit; 1 / τ is the scale of the cosines.
 *
 * <p><b>Defaults</b>: none; the paper takes τ = 0.1.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the temperature is not greater than 0 and
 * finite; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SupervisedContrastiveLoss.of(0.1))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu and Krishnan,
 * Supervised Contrastive Learning (2020), arXiv:2004.11362, equation 2 (the sum outside).
 */
public final class SupervisedContrastiveLoss extends PairwiseLoss {

  private static final int[] ROW = {1};

  private final double temperature;

  private SupervisedContrastiveLoss(double temperature) {
    super("supervised-contrastive");
    this.temperature = temperature;
  }

  /**
   * The loss.
   *
   * @param temperature τ, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the temperature is not greater than 0 and finite
   */
  public static SupervisedContrastiveLoss of(double temperature) {
    return new SupervisedContrastiveLoss(
        Settings.positive("the temperature of supervised contrastive", temperature));
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public String describe() {
    return "supervised-contrastive(temperature=%s)".formatted(temperature);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray cos = cosines(anchors, rows);
    NDArray logits = cos.mul(Constant.of(cos, 1 / temperature));
    PairMasks pairs = PairMasks.all(cos, labels);
    NDArray others = pairs.positive().add(pairs.negative());
    NDArray surprise = LogSumExp.of(logits, others).sub(logits); // −log of the softmax
    NDArray positives = pairs.positive().sum(ROW, true);
    NDArray ofAnchors = surprise.mul(pairs.positive()).sum(ROW, true).div(positives.maximum(1));
    return Reducer.MEAN.reduce(ofAnchors, positives.minimum(1));
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * NT-Xent, normalised temperature-scaled cross entropy: an anchor is to find one positive among
 * that positive and all its negatives.
 *
 * <p><b>Formula</b>: with cosines s and temperature τ, the mean over the ordered pairs (i, j) of
 * one class of
 *
 * <p>−log(exp(s_ij / τ) / (exp(s_ij / τ) + Σ_k exp(s_ik / τ))),
 *
 * <p>where k runs over the rows of other classes than i. SimCLR has two views of every image and no
 * other positives; its labels say which views are of one image. With more rows a class, each
 * positive is compared with the negatives alone: {@link SupervisedContrastiveLoss} compares it with
 * the other positives too. No positive pair gives 0. Zero vectors have no direction: all their
 * cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: τ has no unit; 1 / τ is the scale of the cosines.
 *
 * <p><b>Defaults</b>: none; the paper takes τ = 0.1 for long trainings, and tries 0.05 to 1.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the temperature is not greater than 0 and
 * finite; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(NtXentLoss.of(0.1))
 *     .batches(ClassBatches.of(8, 2, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Chen, Kornblith, Norouzi and Hinton, A Simple Framework for Contrastive
 * Learning of Visual Representations (2020), arXiv:2002.05709, equation 1.
 */
public final class NtXentLoss extends PairwiseLoss {

  private final double temperature;

  private NtXentLoss(double temperature) {
    super("nt-xent");
    this.temperature = temperature;
  }

  /**
   * The loss.
   *
   * @param temperature τ, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the temperature is not greater than 0 and finite
   */
  public static NtXentLoss of(double temperature) {
    return new NtXentLoss(Settings.positive("the temperature of NT-Xent", temperature));
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public String describe() {
    return "nt-xent(temperature=%s)".formatted(temperature);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray cos = cosines(anchors, rows);
    NDArray logits = cos.mul(Constant.of(cos, 1 / temperature));
    PairMasks pairs = PairMasks.all(cos, labels);
    NDArray negatives = LogSumExp.of(logits, pairs.negative());
    return Reducer.MEAN.reduce(Activation.softPlus(negatives.sub(logits)), pairs.positive());
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.nn.Activation;
import java.util.Set;
import nearfar.distance.Constant;
import org.jspecify.annotations.Nullable;

/**
 * Circle loss: the farther a cosine is from where it should be, the harder it is pulled.
 *
 * <p><b>Formula</b>: let u = 1 − cos θ for a pair of one class and u = cos θ for one of two
 * classes: what is wrong with it. With a margin m and a scale γ, every pair has the logit
 *
 * <p>z = γ · α · (u − m), with the weight α = [u + m]₊,
 *
 * <p>and the value is the mean, over the anchors that have both kinds of pairs, of
 *
 * <p>log(1 + Σ_positives exp(z) · Σ_negatives exp(z)).
 *
 * <p>These are the paper's O and Δ (O_p = 1 + m, O_n = −m, Δ_p = 1 − m, Δ_n = m): for u ≥ −m, z is
 * γ (u² − m²), a circle around cosines of 1 and 0. As in the paper, α is a weight and is not
 * differentiated: the gradient is that of the loss with every α held. No anchor with both kinds
 * gives 0. Zero vectors have no direction: all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: m is a difference of cosines; γ is a factor without a unit.
 *
 * <p><b>Defaults</b>: none; the paper takes m = 0.25 and γ = 256 for faces, and m = 0.4 and γ = 80
 * for birds, cars and products.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if m is not in [0, 1], or γ not greater than 0
 * and finite; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(CircleLoss.of(0.4, 80))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Sun, Cheng, Zhang, Zhang, Zheng, Wang and Wei, Circle Loss: A Unified
 * Perspective of Pair Similarity Optimization (2020), arXiv:2002.10857, equations 4 to 10.
 */
public final class CircleLoss extends PairwiseLoss {

  private final double m;
  private final double gamma;

  /** The weights (A, N) of some batch, flat; null to take each batch's own. */
  private final double @Nullable [] held;

  private CircleLoss(double m, double gamma, double @Nullable [] held) {
    super("circle");
    this.m = m;
    this.gamma = gamma;
    this.held = held;
  }

  /**
   * The loss.
   *
   * @param m the margin, a difference of cosines in [0, 1]
   * @param gamma the scale γ, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if a setting is out of its range
   */
  public static CircleLoss of(double m, double gamma) {
    if (!(m >= 0 && m <= 1)) {
      throw new IllegalArgumentException(
          "the margin of the circle loss must be in [0, 1], a difference of cosines, got " + m);
    }
    return new CircleLoss(m, Settings.positive("gamma of the circle loss", gamma), null);
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public String describe() {
    return "circle(m=%s, gamma=%s)".formatted(m, gamma);
  }

  @Override
  CircleLoss held(NDArray anchors, NDArray rows, int[] labels) {
    NDArray cos = cosines(anchors, rows);
    NDArray wrong = wrong(cos, PairMasks.all(cos, labels));
    return new CircleLoss(m, gamma, Numbers.of(weights(wrong)));
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray cos = cosines(anchors, rows);
    PairMasks pairs = PairMasks.all(cos, labels);
    NDArray wrong = wrong(cos, pairs);
    NDArray logits = weights(wrong).mul(wrong.sub(m)).mul(Constant.of(cos, gamma));
    NDArray both =
        LogSumExp.of(logits, pairs.positive()).add(LogSumExp.of(logits, pairs.negative()));
    return Reducer.MEAN.reduce(Activation.softPlus(both), pairs.both());
  }

  private static NDArray wrong(NDArray cos, PairMasks pairs) {
    return NDArrays.where(pairs.positive().gt(0), cos.neg().add(1), cos);
  }

  private NDArray weights(NDArray wrong) {
    return held == null
        ? Activation.relu(wrong.stopGradient().add(m))
        : Constant.owned(
            wrong.getManager().create(held, wrong.getShape()).toType(wrong.getDataType(), false));
  }
}

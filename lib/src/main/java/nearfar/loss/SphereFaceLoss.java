package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import nearfar.distance.Constant;

/**
 * SphereFace (A-softmax): softmax cross entropy in which the true class's angle counts m times.
 *
 * <p><b>Formula</b>: let θ_j be the angle between an embedding x and class vector j, and y its true
 * class. The mean over the batch of −log softmax(z)_y, where
 *
 * <p>z_j = ‖x‖ cos θ_j for j ≠ y, and z_y = ‖x‖ ψ(θ_y),
 *
 * <p>ψ(θ) = (−1)^k cos(m θ) − 2k for θ in [kπ/m, (k + 1)π/m], k = 0 … m − 1.
 *
 * <p>Class vectors count by their direction alone, embeddings by their length too: it is the scale
 * of their softmax, and may grow. ψ falls from 1 to 1 − 2m, without a jump and with a slope of 0
 * where k changes. cos(m θ) is computed as Chebyshev's polynomial T_m(cos θ), whose gradient is
 * finite everywhere. As pytorch-metric-learning's loss with scale 1; the authors' training also
 * blends ψ with cos θ at first, which is left out. Zero vectors have no direction: all their
 * cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: the margin is a factor of the angle, without a unit.
 *
 * <p><b>Defaults</b>: none; the paper uses m = 4 for faces. With a large m and no blending a
 * network starts slowly: try 2 first.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a margin less than 1; inputs as {@link
 * EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SphereFaceLoss.of(2))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Liu et al., SphereFace: Deep Hypersphere Embedding for Face Recognition (2017),
 * arXiv:1704.08063, equations 6 and 7.
 */
public final class SphereFaceLoss extends EmbeddingLoss {

  private final int margin;

  private SphereFaceLoss(int margin) {
    super("sphereface");
    this.margin = margin;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param margin the integer m that multiplies the true class's angle, at least 1
   * @return the loss
   * @throws IllegalArgumentException if the margin is less than 1
   */
  public static SphereFaceLoss of(int margin) {
    return new SphereFaceLoss(
        Settings.atLeast(1, "the margin of SphereFace, a factor of the angle,", margin));
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
  public String describe() {
    return "sphereface(margin=%d)".formatted(margin);
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray cos = CosineLogits.of(in, this::psi);
    return SoftmaxLoss.crossEntropy(cos.mul(Lengths.of(in.embeddings())), in.labels());
  }

  private NDArray psi(NDArray cos) {
    NDArray k = cos.zerosLike();
    NDArray sign = cos.onesLike();
    for (int j = 1; j < margin; j++) {
      NDArray past = cos.lt(Math.cos(j * Math.PI / margin)).toType(cos.getDataType(), false);
      k = k.add(past);
      sign = sign.sub(past.mul(sign).mul(Constant.of(sign, 2)));
    }
    return sign.mul(cosOfMultiple(cos)).sub(k.mul(Constant.of(k, 2)));
  }

  /** T_m(cos θ) = cos(m θ), by T_n = 2 cos θ · T_(n − 1) − T_(n − 2). */
  private NDArray cosOfMultiple(NDArray cos) {
    NDArray twice = cos.mul(Constant.of(cos, 2));
    NDArray before = cos.onesLike();
    NDArray last = cos;
    for (int n = 2; n <= margin; n++) {
      NDArray next = twice.mul(last).sub(before);
      before = last;
      last = next;
    }
    return last;
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import java.util.function.UnaryOperator;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;

/**
 * What normalised softmax, CosFace and ArcFace share: class j's logit is the cosine of its vector
 * and the embedding, and a margin changes that of the true class alone.
 */
final class CosineLogits {

  /** Only angles count. */
  static final Set<Invariance> INVARIANCES =
      Set.of(
          Invariance.BATCH_ORDER,
          Invariance.CLASS_NUMBERS,
          Invariance.ROTATION,
          Invariance.EMBEDDING_LENGTH);

  private CosineLogits() {}

  /** The mean over the batch of −log softmax(s · cos)_y. */
  static NDArray crossEntropy(NDArray cos, double scale, Inputs in) {
    return SoftmaxLoss.crossEntropy(cos.mul(Constant.of(cos, scale)), in.labels());
  }

  /** cos θ_j of every embedding (N, D) to every class vector (C, D): (N, C). */
  static NDArray of(Inputs in) {
    NDArray w = UnitVectors.of(in.perClass(EmbeddingLoss.VECTORS));
    return UnitVectors.of(in.embeddings()).matMul(w.transpose());
  }

  /** Those to K vectors of each class, (C · K, D): (N, C, K). */
  static NDArray ofSubCenters(Inputs in, int k) {
    return of(in).reshape(in.embeddings().getShape().get(0), -1, k);
  }

  /** The same, with another target in the place of the true class's cosine (N, 1). */
  static NDArray of(Inputs in, UnaryOperator<NDArray> target) {
    return of(of(in), in, target);
  }

  /** The same, of cosines (N, C) or of what else stands for a class. */
  static NDArray of(NDArray cos, Inputs in, UnaryOperator<NDArray> target) {
    NDArray cosY = cos.gather(in.labels().expandDims(1), 1);
    NDArray isY = in.labels().oneHot((int) cos.getShape().get(1), cos.getDataType());
    return cos.add(isY.mul(target.apply(cosY).sub(cosY)));
  }
}

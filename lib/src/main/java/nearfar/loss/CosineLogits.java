package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import nearfar.distance.UnitVectors;

/**
 * What normalised softmax, CosFace and ArcFace share: class j's logit is the cosine of its vector
 * and the embedding, and a margin changes that of the true class alone.
 */
final class CosineLogits {

  private CosineLogits() {}

  /** cos θ_j of every embedding (N, D) to every class vector (C, D): (N, C). */
  static NDArray of(Inputs in) {
    NDArray w = UnitVectors.of(in.perClass(EmbeddingLoss.VECTORS));
    return UnitVectors.of(in.embeddings()).matMul(w.transpose());
  }

  /** The same, with another target in the place of the true class's cosine (N, 1). */
  static NDArray of(Inputs in, UnaryOperator<NDArray> target) {
    NDArray cos = of(in);
    NDArray cosY = cos.gather(in.labels().expandDims(1), 1);
    NDArray isY = in.labels().oneHot((int) cos.getShape().get(1), cos.getDataType());
    return cos.add(isY.mul(target.apply(cosY).sub(cosY)));
  }
}

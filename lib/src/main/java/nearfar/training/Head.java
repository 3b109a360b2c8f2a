package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import nearfar.loss.EmbeddingLoss;
import org.jspecify.annotations.Nullable;

/** How class vectors choose a class for an embedding. */
final class Head {

  private Head() {}

  /**
   * The classes chosen for a batch: by the largest logit W·x + b where there is a bias, by the
   * largest cosine where there are class vectors alone, else by the nearest center.
   *
   * @return (N) int64, or null where the network has no row per class
   */
  static @Nullable NDArray choose(NDList network) {
    NDArray x = network.head();
    NDArray vectors = network.get(EmbeddingLoss.VECTORS);
    NDArray bias = network.get(EmbeddingLoss.BIAS);
    NDArray centers = network.get(EmbeddingLoss.CENTERS);
    if (vectors != null) {
      return (bias != null
              ? x.matMul(vectors.transpose()).add(bias)
              // The length of x is the same for every class: only that of the rows counts.
              : x.matMul(vectors.normalize(2, 1).transpose()))
          .argMax(1);
    }
    if (centers != null) {
      // argmin ‖x − c‖² = argmax 2x·c − ‖c‖²
      return x.matMul(centers.transpose())
          .mul(2)
          .sub(centers.square().sum(new int[] {1}))
          .argMax(1);
    }
    return null;
  }
}

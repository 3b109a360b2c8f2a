package nearfar.distance;

import ai.djl.ndarray.NDArray;

/**
 * How far rows of embeddings are from each other: small is near. Differentiable in both arguments,
 * never negative, and with finite gradients everywhere, also where two rows are equal or zero.
 */
public interface Distance {

  /**
   * Distances between all rows of two arrays.
   *
   * @param x rows, (N, D), float32 or float64
   * @param y rows, (M, D), of the same data type
   * @return (N, M)
   */
  NDArray pairwise(NDArray x, NDArray y);

  /**
   * Distances between rows of the same index, computed from their difference.
   *
   * @param x rows, (N, D), float32 or float64
   * @param y rows, (N, D), of the same data type
   * @return (N)
   */
  NDArray rowwise(NDArray x, NDArray y);

  /** {@return this distance between the rows scaled to length 1, as FaceNet uses it} */
  default Distance normalized() {
    return new OnUnitVectors(this);
  }
}

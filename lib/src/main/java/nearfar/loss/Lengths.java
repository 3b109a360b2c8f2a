package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/** Lengths of rows, to be differentiated. */
final class Lengths {

  /** Below this length (1e-12) a row counts as zero, as it does in unit vectors. */
  private static final double LEAST_SQUARE = 1e-24;

  private Lengths() {}

  /** ‖x‖ of every row of (N, D), as (N, 1); 0 with a zero gradient for a row shorter than 1e-12. */
  static NDArray of(NDArray x) {
    NDArray squares = x.square().sum(new int[] {1}, true);
    NDArray apart = squares.gt(LEAST_SQUARE);
    // Replaced before the root: a dead branch after it would still leak an infinite gradient.
    NDArray safe = NDArrays.where(apart, squares, squares.onesLike());
    return NDArrays.where(apart, safe.sqrt(), squares.zerosLike());
  }
}

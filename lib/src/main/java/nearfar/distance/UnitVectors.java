package nearfar.distance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/** Rows scaled to length 1. */
public final class UnitVectors {

  /** Below this length (1e-12) a row counts as zero; its square is well above float32's least. */
  private static final double LEAST_SQUARE = 1e-24;

  private UnitVectors() {}

  /**
   * x / ‖x‖ of every row. A zero vector has no direction: a row shorter than 1e-12 is left as it
   * is, and gradients pass it unchanged, instead of being multiplied by the inverse of its length.
   *
   * @param x rows, (N, D)
   * @return rows of length 1, (N, D)
   */
  public static NDArray of(NDArray x) {
    NDArray squares = x.square().sum(new int[] {1}, true);
    // Replaced before the root: a dead branch after it would still leak an infinite gradient.
    NDArray safe = NDArrays.where(squares.gt(LEAST_SQUARE), squares, squares.onesLike());
    return x.div(safe.sqrt());
  }

  /**
   * 1 / ‖x‖ of every row, and 1 for a row shorter than 1e-12: what {@link #of} multiplies with,
   * without a gradient.
   *
   * @param x rows, (N, D)
   * @return (N, 1)
   */
  public static NDArray inverseLengths(NDArray x) {
    NDArray lengths = x.stopGradient().norm(new int[] {1}, true);
    NDArray zero = lengths.lt(Math.sqrt(LEAST_SQUARE)).toType(x.getDataType(), false);
    return lengths.addi(zero).powi(-1);
  }
}

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
   * ‖x‖ of every row, and 1 for a row shorter than 1e-12: what {@link #of} divides by, without a
   * gradient.
   *
   * @param x rows, (N, D)
   * @return (N, 1)
   */
  public static NDArray lengths(NDArray x) {
    NDArray lengths = x.stopGradient().norm(new int[] {1}, true);
    return lengths.addi(lengths.lt(Math.sqrt(LEAST_SQUARE)));
  }

  /**
   * The gradient with respect to x from that with respect to u = x / ‖x‖, which moves only across
   * itself: g ← (g − u (u · g)) / ‖x‖ of every row, in place.
   *
   * @param unit u, (N, D)
   * @param gradient g, (N, D), which is changed
   * @param lengths ‖x‖, (N, 1)
   */
  public static void across(NDArray unit, NDArray gradient, NDArray lengths) {
    NDArray along = unit.mul(gradient).sum(new int[] {1}, true);
    gradient.subi(unit.mul(along)).divi(lengths);
  }
}

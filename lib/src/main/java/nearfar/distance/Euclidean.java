package nearfar.distance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Set;

/**
 * ‖x − y‖, in [0, ∞); in [0, 2] between unit vectors. At distance 0, where the derivative does not
 * exist, the gradient is 0.
 */
public record Euclidean() implements Distance {

  private static final Distance SQUARED = new SquaredEuclidean();

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    return root(SQUARED.pairwise(x, y));
  }

  @Override
  public NDArray between(NDArray x) {
    return SQUARED.between(x).sqrt();
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return root(SQUARED.rowwise(x, y));
  }

  /** √0 has an infinite gradient, so 0 is replaced before the root and put back after it. */
  private static NDArray root(NDArray squares) {
    NDArray apart = squares.gt(0);
    NDArray safe = NDArrays.where(apart, squares, squares.onesLike());
    return NDArrays.where(apart, safe.sqrt(), squares.zerosLike());
  }

  @Override
  public Set<Symmetry> symmetries() {
    return Set.of(Symmetry.ROTATION, Symmetry.TRANSLATION);
  }

  @Override
  public String toString() {
    return "Euclidean";
  }
}

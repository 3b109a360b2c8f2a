package nearfar.distance;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far rows of embeddings are from each other: small is near. Differentiable in both arguments,
 * with finite gradients everywhere, also where two rows are equal or zero. Never negative unless
 * {@link #neverNegative()} says otherwise. Need not be symmetric: x is the anchor.
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
   * Distances between all rows of one array, as {@link #pairwise} gives them, where nobody asks for
   * a gradient: to be mined.
   *
   * @param x rows, (N, D), without a graph
   * @return (N, N); by {@link #pairwise} unless overridden with something leaner
   */
  default NDArray between(NDArray x) {
    return pairwise(x, x);
  }

  /**
   * Distances between rows of the same index, computed from their difference.
   *
   * @param x rows, (N, D), float32 or float64
   * @param y rows, (N, D), of the same data type
   * @return (N)
   */
  NDArray rowwise(NDArray x, NDArray y);

  /**
   * The gradient of Σ_ij w_ij d(x_i, x_j) with respect to x, where it is known on paper, so that no
   * graph over all pairs is needed. Of a distance that is {@linkplain #neverNegative() never
   * negative}, pairs at distance 0 are to have the weight 0: where {@link #pairwise} rounds to 0,
   * its gradient is 0.
   *
   * @param x rows, (N, D), without a graph
   * @param weights w, (N, N), symmetric: where d(x, y) = d(y, x), (w + wᵀ) / 2 gives the same sum
   *     as w
   * @return (N, D), or null where the engine has to differentiate; null unless overridden
   */
  default @Nullable NDArray gradient(NDArray x, NDArray weights) {
    return null;
  }

  /**
   * Whether 0 is the least distance there is, at which the gradient then is 0: pairs at distance 0
   * may be left out of a gradient.
   *
   * @return true unless overridden
   */
  default boolean neverNegative() {
    return true;
  }

  /**
   * Which changes of both rows leave the distance as it is; a loss made of distances claims the
   * same, and its certificate is held to it.
   *
   * @return nothing is claimed unless overridden
   */
  default Set<Symmetry> symmetries() {
    return Set.of();
  }

  /** {@return this distance between the rows scaled to length 1, as FaceNet uses it} */
  default Distance normalized() {
    return new OnUnitVectors(this);
  }
}

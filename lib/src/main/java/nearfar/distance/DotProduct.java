package nearfar.distance;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/**
 * −x·y, in (−∞, ∞): the more two rows agree, and the longer they are, the nearer. Nothing is added
 * to make it positive, since a constant cancels in every difference of distances, and no constant
 * is large enough. So it is not for losses that compare a distance with a fixed margin, or take its
 * square. {@link #normalized()} is −cos θ, which is {@link Cosine} less 1.
 *
 * <p>A row need not be nearest to itself: a longer one in the same direction is nearer.
 */
public record DotProduct() implements Distance {

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    return x.matMul(y.transpose()).neg();
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return x.mul(y).sum(new int[] {1}).neg();
  }

  /** −(w + wᵀ) x. */
  @Override
  public NDArray gradient(NDArray x, NDArray weights) {
    return weights.add(weights.transpose()).matMul(x).negi();
  }

  @Override
  public boolean neverNegative() {
    return false;
  }

  @Override
  public Set<Symmetry> symmetries() {
    return Set.of(Symmetry.ROTATION);
  }

  @Override
  public String toString() {
    return "dot product";
  }
}

package nearfar.distance;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Set;

/**
 * 1 − cos θ, θ being the angle between x and y: in [0, 2], 0 for equal directions, 1 for
 * perpendicular ones. A zero vector has no direction and is at distance 1 from everything.
 */
public record Cosine() implements Distance {

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    return fromCosine(UnitVectors.of(x).matMul(UnitVectors.of(y).transpose()));
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return fromCosine(UnitVectors.of(x).mul(UnitVectors.of(y)).sum(new int[] {1}));
  }

  /** Rounding can bring a cosine past 1: floored, since a distance is never negative. */
  private static NDArray fromCosine(NDArray cosine) {
    return Activation.relu(cosine.neg().add(1));
  }

  /** Itself: no length has a part in it. */
  @Override
  public Distance normalized() {
    return this;
  }

  @Override
  public Set<Symmetry> symmetries() {
    return Set.of(Symmetry.ROTATION, Symmetry.LENGTH);
  }

  @Override
  public String toString() {
    return "cosine";
  }
}

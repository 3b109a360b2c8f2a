package nearfar.distance;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A distance between directions: rows are scaled to length 1 first. */
record OnUnitVectors(Distance distance) implements Distance {

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    return distance.pairwise(UnitVectors.of(x), UnitVectors.of(y));
  }

  @Override
  public NDArray between(NDArray x) {
    return distance.between(UnitVectors.of(x));
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return distance.rowwise(UnitVectors.of(x), UnitVectors.of(y));
  }

  @Override
  public @Nullable NDArray gradient(NDArray x, NDArray weights) {
    NDArray lengths = UnitVectors.lengths(x);
    NDArray unit = x.div(lengths);
    NDArray gradient = distance.gradient(unit, weights);
    if (gradient != null) {
      UnitVectors.across(unit, gradient, lengths);
    }
    return gradient;
  }

  @Override
  public boolean neverNegative() {
    return distance.neverNegative();
  }

  /** Lengths have no part in it, and unit vectors turn with the rows but do not shift with them. */
  @Override
  public Set<Symmetry> symmetries() {
    return distance.symmetries().contains(Symmetry.ROTATION)
        ? Set.of(Symmetry.ROTATION, Symmetry.LENGTH)
        : Set.of(Symmetry.LENGTH);
  }

  @Override
  public Distance normalized() {
    return this;
  }

  @Override
  public String toString() {
    return distance + " of unit vectors";
  }
}

package nearfar.distance;

import ai.djl.ndarray.NDArray;

/** A distance between directions: rows are scaled to length 1 first. */
record OnUnitVectors(Distance distance) implements Distance {

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    return distance.pairwise(UnitVectors.of(x), UnitVectors.of(y));
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return distance.rowwise(UnitVectors.of(x), UnitVectors.of(y));
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

package nearfar.loss;

import ai.djl.ndarray.NDArray;

/** How the terms of a batch become one number. */
public enum Reducer {
  /** The sum over all terms: the textbook form; grows with the batch. */
  SUM {
    @Override
    NDArray reduce(NDArray terms) {
      return terms.sum();
    }

    @Override
    double weight(long terms, long positive) {
      return 1;
    }
  },

  /** The mean over all terms, those that are 0 included: fades as training succeeds. */
  MEAN {
    @Override
    NDArray reduce(NDArray terms) {
      return terms.mean();
    }

    @Override
    double weight(long terms, long positive) {
      return 1.0 / Math.max(1, terms);
    }
  },

  /**
   * The mean over the terms that are greater than 0, and 0 if there is none: keeps its size as
   * training succeeds. Called "batch all ≠ 0" by Hermans, Beyer and Leibe (2017), section 3.2.
   */
  MEAN_OF_POSITIVE {
    @Override
    NDArray reduce(NDArray terms) {
      NDArray positive = terms.gt(0).toType(terms.getDataType(), false).sum();
      return terms.sum().div(positive.maximum(1));
    }

    @Override
    double weight(long terms, long positive) {
      return 1.0 / Math.max(1, positive);
    }
  };

  /** Reduces at least one term to a scalar. */
  abstract NDArray reduce(NDArray terms);

  /** Reduces those terms whose mask is 1, not 0; 0 if there is none. */
  NDArray reduce(NDArray terms, NDArray mask) {
    NDArray taken = terms.mul(mask);
    return switch (this) {
      case SUM, MEAN_OF_POSITIVE -> reduce(taken);
      case MEAN -> taken.sum().div(mask.sum().maximum(1));
    };
  }

  /** What the sum of that many terms, so many of them positive, is multiplied with. */
  abstract double weight(long terms, long positive);

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}

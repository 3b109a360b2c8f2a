package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import nearfar.distance.Constant;

/** Logarithms of sums of exponentials, where no exponential overflows. */
final class LogSumExp {

  /**
   * Stands for log 0: little enough that its exponential is 0 beside any other, and finite, so that
   * no gradient is NaN. softplus of it, log(1 + Σ) of an empty sum, is 0 with a zero gradient.
   */
  private static final double LEAST = -1e30;

  private static final int[] ROW = {1};

  private LogSumExp() {}

  /**
   * log Σ_j exp(z_ij) over the j with mask 1, (A, N) to (A, 1); about -1e30 where there is none.
   */
  static NDArray of(NDArray z, NDArray mask) {
    NDArray taken = NDArrays.where(mask.gt(0), z, Constant.of(z, LEAST));
    NDArray most = taken.stopGradient().max(ROW, true);
    return taken.sub(most).exp().sum(ROW, true).log().add(most);
  }

  /** log(exp(a) + exp(b)) of every two numbers. */
  static NDArray both(NDArray a, NDArray b) {
    NDArray most = a.stopGradient().maximum(b.stopGradient());
    return a.sub(most).exp().add(b.sub(most).exp()).log().add(most);
  }
}

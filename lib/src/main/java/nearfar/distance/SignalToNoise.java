package nearfar.distance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Set;

/**
 * var(x − y) / var(x), the variances being over the D entries of a row: the noise that makes y out
 * of the anchor x, in units of the anchor's signal. In [0, ∞). Not symmetric: x is the anchor. Two
 * rows that differ by a number added to all entries are at distance 0, as are all rows where D = 1.
 *
 * <p>An anchor whose entries are all equal has no signal: below a standard deviation of 1e-6 its
 * variance is not divided by, and the distance is var(x − y).
 *
 * <p>Source: Yuan, Deng, Tang, Tang and Chen, Signal-to-Noise Ratio: A Robust Distance Metric for
 * Deep Metric Learning (2019), arXiv:1904.02616: the SNR distance.
 */
public record SignalToNoise() implements Distance {

  private static final Distance SQUARED = new SquaredEuclidean();

  /** Its square and its inverse square are well within float32. */
  private static final double LEAST_VARIANCE = 1e-12;

  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    NDArray signal = centered(x);
    // D var(x − y) is the squared distance of the centered rows.
    NDArray noise = SQUARED.pairwise(signal, centered(y));
    return perEntry(noise, x).div(safeVariance(signal));
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    NDArray signal = centered(x);
    NDArray noise = SQUARED.rowwise(signal, centered(y));
    return perEntry(noise, x).div(safeVariance(signal).squeeze(1));
  }

  private static NDArray centered(NDArray x) {
    return x.sub(x.mean(new int[] {1}, true));
  }

  private static NDArray safeVariance(NDArray signal) {
    NDArray variance = signal.square().mean(new int[] {1}, true);
    // Replaced before the division: a dead branch after it would still leak a gradient.
    return NDArrays.where(variance.gt(LEAST_VARIANCE), variance, variance.onesLike());
  }

  private static NDArray perEntry(NDArray sums, NDArray x) {
    return sums.mul(Constant.of(x, 1.0 / x.getShape().get(1)));
  }

  /** None: the mean of a row's entries singles out one direction, (1, …, 1). */
  @Override
  public Set<Symmetry> symmetries() {
    return Set.of();
  }

  @Override
  public String toString() {
    return "signal-to-noise";
  }
}

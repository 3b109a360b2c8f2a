package nearfar.evaluation;

import java.util.Arrays;

/** Figures of one kind, such as the angles of all pairs within a class. Immutable. */
public final class Sample {

  private final double[] sorted;
  private final double mean;
  private final double std;

  Sample(double[] values) {
    this.sorted = values.clone();
    Arrays.sort(sorted);
    // About the middle value, so that a narrow sample far from 0 keeps its digits.
    double shift = sorted[sorted.length / 2];
    double sum = 0;
    for (double x : sorted) {
      sum += x - shift;
    }
    this.mean = shift + sum / sorted.length;
    double squares = 0;
    for (double x : sorted) {
      squares += (x - mean) * (x - mean);
    }
    this.std = Math.sqrt(squares / sorted.length);
  }

  /**
   * How many figures there are.
   *
   * @return n
   */
  public int size() {
    return sorted.length;
  }

  /**
   * The arithmetic mean.
   *
   * @return Σx / n
   */
  public double mean() {
    return mean;
  }

  /**
   * The standard deviation of these figures, taken as the whole population.
   *
   * @return √(Σ(x − mean)² / n)
   */
  public double std() {
    return std;
  }

  /**
   * A quantile, interpolated linearly between neighbours (type 7, as NumPy does by default).
   *
   * @param p the fraction of figures below it, in [0, 1]; 0.5 asks for the median
   * @return the quantile
   * @throws IllegalArgumentException if p is not in [0, 1]
   */
  public double quantile(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a quantile's fraction must be in [0, 1], got " + p);
    }
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /**
   * The least figure.
   *
   * @return the minimum
   */
  public double min() {
    return sorted[0];
  }

  /**
   * The greatest figure.
   *
   * @return the maximum
   */
  public double max() {
    return sorted[sorted.length - 1];
  }

  /**
   * All figures.
   *
   * @return (n), sorted, a copy
   */
  public double[] values() {
    return sorted.clone();
  }

  /**
   * The fraction of figures in each of equally wide bins, divided by the bin's width. A bin has its
   * lower edge, the last one its upper edge too.
   */
  double[] density(double lower, double upper, int bins) {
    double width = (upper - lower) / bins;
    int[] counts = new int[bins];
    for (double x : sorted) {
      counts[Math.min((int) ((x - lower) / width), bins - 1)]++;
    }
    double[] density = new double[bins];
    for (int b = 0; b < bins; b++) {
      density[b] = counts[b] / (width * sorted.length);
    }
    return density;
  }
}

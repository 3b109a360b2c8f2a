package nearfar.evaluation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Figures of one kind, such as the angles of all pairs within a class. Immutable. */
public final class Sample {

  /** Rising. */
  private final double[] sorted;

  /** How many figures there are up to each of these; null where each of these is one figure. */
  private final long @Nullable [] upTo;

  private final double mean;
  private final double std;

  /** Takes rising figures, which nobody may write from then on. */
  Sample(double[] sorted, long @Nullable [] upTo) {
    this.sorted = sorted;
    this.upTo = upTo;
    // About the middle value, so that a narrow sample far from 0 keeps its digits.
    double shift = sorted[sorted.length / 2];
    double sum = 0;
    for (int i = 0; i < sorted.length; i++) {
      sum += count(i) * (sorted[i] - shift);
    }
    this.mean = shift + sum / size();
    double squares = 0;
    for (int i = 0; i < sorted.length; i++) {
      squares += count(i) * ((sorted[i] - mean) * (sorted[i] - mean));
    }
    this.std = Math.sqrt(squares / size());
  }

  /** Copies figures in any order. */
  static Sample of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Sample(sorted, null);
  }

  /** How many places the figures have in {@link #at}. */
  int places() {
    return sorted.length;
  }

  /** The figure at a place; figures rise. */
  double at(int place) {
    return sorted[place];
  }

  /** How many figures are before a place. */
  long before(int place) {
    return place == 0 ? 0 : upTo == null ? place : upTo[place - 1];
  }

  private long count(int place) {
    return before(place + 1) - before(place);
  }

  /**
   * How many figures there are.
   *
   * @return n
   */
  public long size() {
    return before(sorted.length);
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
    double at = p * (size() - 1);
    long below = (long) at;
    double value = ranked(below);
    return value + (at - below) * (ranked(Math.min(below + 1, size() - 1)) - value);
  }

  /** The figure with so many before it. */
  private double ranked(long rank) {
    if (upTo == null) {
      return sorted[(int) rank];
    }
    int found = Arrays.binarySearch(upTo, rank);
    return sorted[found < 0 ? -found - 1 : found + 1];
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
   * @throws IllegalStateException if they were counted and not kept, as those of more than 50
   *     million pairs are
   */
  public double[] values() {
    if (upTo != null) {
      throw new IllegalStateException(
          size() + " figures were counted and not kept: ask for quantiles or a density");
    }
    return sorted.clone();
  }

  /**
   * The fraction of figures in each of equally wide bins, divided by the bin's width. A bin has its
   * lower edge, the last one its upper edge too.
   */
  double[] density(double lower, double upper, int bins) {
    double width = (upper - lower) / bins;
    long[] counts = new long[bins];
    for (int i = 0; i < sorted.length; i++) {
      counts[Math.min((int) ((sorted[i] - lower) / width), bins - 1)] += count(i);
    }
    double[] density = new double[bins];
    for (int b = 0; b < bins; b++) {
      density[b] = counts[b] / (width * size());
    }
    return density;
  }
}

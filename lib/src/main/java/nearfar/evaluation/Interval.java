package nearfar.evaluation;

import java.util.Locale;

/**
 * A figure with the range that it might as well have been found in.
 *
 * @param estimate the figure as it was found
 * @param lower where the interval begins
 * @param upper where the interval ends
 */
public record Interval(double estimate, double lower, double upper) {

  /** The share of replicates that an interval of {@link #of} holds: {@value}. */
  public static final double LEVEL = 0.95;

  /**
   * Checks that there is an interval. The estimate may lie outside: percentile intervals are not
   * made from it.
   *
   * @param estimate the figure as it was found
   * @param lower where the interval begins
   * @param upper where the interval ends
   * @throws IllegalArgumentException if a figure is NaN or infinite, or the interval ends before it
   *     begins
   */
  public Interval {
    if (!Double.isFinite(estimate)
        || !Double.isFinite(lower)
        || !Double.isFinite(upper)
        || lower > upper) {
      throw new IllegalArgumentException(
          "an interval needs finite figures, and an end at or after its beginning, got "
              + estimate
              + " ["
              + lower
              + ", "
              + upper
              + "]");
    }
  }

  /**
   * The percentile interval of a bootstrap (Efron, "Bootstrap methods: another look at the
   * jackknife", 1979; Efron and Tibshirani, "An introduction to the bootstrap", 1993, section
   * 13.3): from the 2.5 % quantile of the replicates to the 97.5 % quantile.
   *
   * @param estimate the figure of the sample itself
   * @param replicates the same figure of each resample
   * @return the interval that holds {@value #LEVEL} of the replicates
   * @throws IllegalArgumentException if there is no replicate, or one is NaN or infinite
   */
  public static Interval of(double estimate, double... replicates) {
    if (replicates.length == 0) {
      throw new IllegalArgumentException("an interval needs a replicate or more, got none");
    }
    for (int i = 0; i < replicates.length; i++) {
      if (!Double.isFinite(replicates[i])) {
        throw new IllegalArgumentException(
            "replicates must be finite, got " + replicates[i] + " at position " + i);
      }
    }
    Sample sample = Sample.of(replicates);
    double tail = (1 - LEVEL) / 2;
    return new Interval(estimate, sample.quantile(tail), sample.quantile(1 - tail));
  }

  /**
   * Whether a figure is in the interval; both ends belong to it.
   *
   * @param figure any figure
   * @return whether lower ≤ figure ≤ upper
   */
  public boolean contains(double figure) {
    return lower <= figure && figure <= upper;
  }

  /**
   * How long the interval is.
   *
   * @return upper − lower
   */
  public double width() {
    return upper - lower;
  }

  /** Such as "0.612 [0.590, 0.634]". */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", estimate, lower, upper);
  }
}

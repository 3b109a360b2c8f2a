package nearfar.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Mean and standard deviation of one figure of several independent units, such as trainings with
 * different seeds. The interval of the mean is Student's ("The probable error of a mean", 1908): it
 * knows that the deviation was estimated from few units, which a bootstrap of few units does not.
 *
 * @param mean x̄ = Σ x_i / n
 * @param deviation s = √(Σ (x_i − x̄)² / (n − 1))
 * @param size n, the number of units, at least 2
 */
public record Spread(double mean, double deviation, int size) {

  /** The power at which {@link #detectable()} is stated: {@value}. */
  public static final double POWER = 0.8;

  /**
   * Checks the figures.
   *
   * @param mean any finite number
   * @param deviation a finite number, 0 or more
   * @param size at least 2: one unit has no deviation
   * @throws IllegalArgumentException if one of them is not so
   */
  public Spread {
    if (!Double.isFinite(mean) || !Double.isFinite(deviation) || deviation < 0) {
      throw new IllegalArgumentException(
          "a spread needs a finite mean and a deviation of 0 or more, got "
              + mean
              + " and "
              + deviation);
    }
    if (size < 2) {
      throw new IllegalArgumentException(
          "one unit has no deviation, got " + size + ": take two seeds or more");
    }
  }

  /**
   * The spread of some figures.
   *
   * @param values one for each unit, two or more
   * @return their spread
   * @throws IllegalArgumentException if there are fewer than two, or one is NaN or infinite
   */
  public static Spread of(double... values) {
    if (values.length < 2) {
      throw new IllegalArgumentException(
          "one unit has no deviation, got " + values.length + ": take two seeds or more");
    }
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, Math.sqrt(squares / (values.length - 1)), values.length);
  }

  /**
   * The spread of the differences a − b, unit by unit: what both have in common, such as the start
   * of a training, is taken away first.
   *
   * @param a one for each unit
   * @param b one for each unit, in the same order
   * @return the spread of a_i − b_i
   * @throws IllegalArgumentException as {@link #of}, or if there are not equally many
   */
  public static Spread difference(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "paired values belong to the same units, got " + a.length + " and " + b.length);
    }
    double[] differences = new double[a.length];
    Arrays.setAll(differences, i -> a[i] - b[i]);
    return of(differences);
  }

  /**
   * Student's interval of the mean: x̄ ± t · s / √n, with t the 97.5 % quantile of the distribution
   * with n − 1 degrees of freedom.
   *
   * @return the interval that holds the true mean in 95 % of such samples, if the units are
   *     independent and normally distributed
   */
  public Interval interval() {
    double half = student((1 + Interval.LEVEL) / 2) * deviation / Math.sqrt(size);
    return new Interval(mean, mean - half, mean + half);
  }

  /**
   * A line over a knob, as line charts take it: means with their 95 % intervals.
   *
   * @param x the knob's settings
   * @param spreads what was found at each of them
   * @return {x, means, lower ends, upper ends}
   * @throws IllegalArgumentException if there are not equally many
   */
  public static double[][] line(double[] x, List<Spread> spreads) {
    if (x.length != spreads.size()) {
      throw new IllegalArgumentException(
          "a line needs a spread for each x, got " + spreads.size() + " for " + x.length);
    }
    double[][] line = {x, new double[x.length], new double[x.length], new double[x.length]};
    for (int i = 0; i < x.length; i++) {
      Interval interval = spreads.get(i).interval();
      line[1][i] = interval.estimate();
      line[2][i] = interval.lower();
      line[3][i] = interval.upper();
    }
    return line;
  }

  /**
   * The smallest true mean that a two-sided test at 5 % tells from 0 with a probability of 80 %:
   * about (t₀.₉₇₅ + z₀.₈) · s / √n.
   *
   * @return the smallest detectable effect, in the unit of the figure
   */
  public double detectable() {
    double z = NormalDistribution.of(0, 1).inverseCumulativeProbability(POWER);
    return (student((1 + Interval.LEVEL) / 2) + z) * deviation / Math.sqrt(size);
  }

  private double student(double probability) {
    return TDistribution.of(size - 1).inverseCumulativeProbability(probability);
  }

  /**
   * Mean and deviation as text.
   *
   * @param pattern how each is written, such as "%.1f°"
   * @return such as "3.9° ± 1.2°"
   */
  public String text(String pattern) {
    return String.format(Locale.ROOT, pattern + " ± " + pattern, mean, deviation);
  }

  /** Such as "0.962 ± 0.012". */
  @Override
  public String toString() {
    return text("%.3f");
  }
}

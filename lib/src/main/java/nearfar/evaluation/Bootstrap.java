package nearfar.evaluation;

import java.util.Arrays;
import java.util.Random;

/**
 * How far a figure would move had other units been met: units are drawn with replacement, as many
 * as there are, and the figure is computed anew, many times (Efron, "Bootstrap methods: another
 * look at the jackknife", 1979).
 *
 * <p>Units must be independent of each other. Images of one class are not: draw classes, and all
 * images of a class with it. Where runs with several seeds were made, seeds are units too.
 *
 * <p>The same number of replicates, seed and number of units give the same draws on every machine:
 * two figures replicated with one bootstrap are paired, and their differences may be taken
 * replicate by replicate. With few units the intervals are too short: the variance among n units
 * that are drawn from is (n − 1)/n of the one to be estimated, and percentiles know no heavy tail.
 */
public final class Bootstrap {

  private final int replicates;
  private final long seed;

  private Bootstrap(int replicates, long seed) {
    this.replicates = replicates;
    this.seed = seed;
  }

  /**
   * A bootstrap; it draws nothing yet.
   *
   * @param replicates how often to draw, at least 1; a thousand or more for the ends of an interval
   * @param seed of the draws
   * @return the bootstrap
   * @throws IllegalArgumentException if there is no replicate
   */
  public static Bootstrap of(int replicates, long seed) {
    if (replicates < 1) {
      throw new IllegalArgumentException("draw at least once, got " + replicates + " replicates");
    }
    return new Bootstrap(replicates, seed);
  }

  /**
   * How often each unit is drawn in each replicate.
   *
   * @param units how many units there are, at least 1
   * @return (replicates, units): counts from 0 up, of which each row sums to the number of units
   * @throws IllegalArgumentException if there is no unit
   */
  public int[][] draws(int units) {
    if (units < 1) {
      throw new IllegalArgumentException("there must be a unit to draw from, got " + units);
    }
    // java.util.Random, since its sequence is part of its documentation.
    Random random = new Random(seed);
    int[][] counts = new int[replicates][units];
    for (int[] count : counts) {
      for (int i = 0; i < units; i++) {
        count[random.nextInt(units)]++;
      }
    }
    return counts;
  }

  /**
   * The mean of the units' values, with its percentile interval.
   *
   * @param values one for each unit
   * @return mean and interval
   * @throws IllegalArgumentException if there is no value, or one is NaN or infinite
   */
  public Interval mean(double... values) {
    double[] means =
        Arrays.stream(draws(values.length)).mapToDouble(count -> mean(values, count)).toArray();
    return Interval.of(Arrays.stream(values).sum() / values.length, means);
  }

  /**
   * The mean of the differences a − b of values that belong to the same units: what they have in
   * common, such as a class that is hard for both, is taken away first.
   *
   * @param a one for each unit
   * @param b one for each unit, in the same order
   * @return mean difference and interval
   * @throws IllegalArgumentException if there is no value, one is NaN or infinite, or there are not
   *     equally many
   */
  public Interval difference(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "paired values belong to the same units, got " + a.length + " and " + b.length);
    }
    double[] differences = new double[a.length];
    Arrays.setAll(differences, i -> a[i] - b[i]);
    return mean(differences);
  }

  /**
   * The replicates of a mean over two kinds of units: rows (such as runs with different seeds) and
   * columns (such as classes) are drawn independently of each other, each with replacement (Owen,
   * "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007, which is on the wide side:
   * the variance of what belongs to a single cell counts about three times).
   *
   * <p>Tables of the same size get the same draws, so that their replicates may be subtracted one
   * by one.
   *
   * @param table (rows, columns): a figure for each run and class
   * @return the mean of each replicate
   * @throws IllegalArgumentException if there is no figure, or rows are not equally long
   */
  public double[] crossed(double[][] table) {
    int columns = table.length == 0 ? 0 : table[0].length;
    for (double[] row : table) {
      if (row.length != columns) {
        throw new IllegalArgumentException(
            "every run needs a figure for each class, got rows of "
                + columns
                + " and "
                + row.length);
      }
    }
    int[][] drawn = draws(columns);
    // A sequence of its own: with the same seed the two kinds of units would be drawn alike.
    int[][] rows = new Bootstrap(replicates, ~seed).draws(table.length);
    double[] means = new double[replicates];
    for (int b = 0; b < replicates; b++) {
      for (int r = 0; r < table.length; r++) {
        means[b] += rows[b][r] * mean(table[r], drawn[b]) / table.length;
      }
    }
    return means;
  }

  private static double mean(double[] values, int[] count) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += count[i] * values[i];
    }
    return sum / values.length;
  }
}

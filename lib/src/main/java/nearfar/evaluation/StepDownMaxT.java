package nearfar.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Many comparisons, corrected together by the step-down max-T procedure (Westfall and Young,
 * "Resampling-based multiple testing", 1993, algorithm 2.8; with a bootstrap that is centred at the
 * figures found, Romano and Wolf, "Exact and approximate stepdown methods for multiple hypothesis
 * testing", Journal of the American Statistical Association 100, 2005).
 *
 * <p>With d_j the difference found in comparison j, d*_bj that of replicate b of B and s_j the
 * standard deviation of the d*_bj, let t_j = |d_j| / s_j and t*_bj = |d*_bj − d_j| / s_j: how far
 * chance moves a difference when there is none. The comparisons are sorted, t_(1) ≥ t_(2) ≥ …, and
 *
 * <pre>p_(r) = (1 + #{b : max over i ≥ r of t*_b(i) ≥ t_(r)}) / (B + 1)</pre>
 *
 * <p>of which none may fall below its predecessor. So p_j is how often, if all these differences
 * were zero, one of the comparisons that are still open would show at least so large a t.
 * Comparisons that share a side are correlated, and the maximum keeps that in; Holm's procedure
 * does not, and it multiplies the smallest p by the number of comparisons. Nothing is multiplied
 * here: p can be as small as 1/(B + 1), however many comparisons there are.
 *
 * <pre>{@code
 * var bootstrap = Bootstrap.of(20_000, 7);
 * double[][] a = {{0.9, 0.8, 0.7}, {0.9, 0.7, 0.8}};          // two runs, three classes
 * double[][] b = {{0.6, 0.4, 0.3}, {0.5, 0.4, 0.5}};
 * double[] x = bootstrap.crossed(a), y = bootstrap.crossed(b);   // the same draws
 * double[] difference = IntStream.range(0, x.length).mapToDouble(i -> x[i] - y[i]).toArray();
 * var test = StepDownMaxT.of(new double[] {0.35}, new double[][] {difference});
 * double p = test.p(0);
 * }</pre>
 *
 * <p>Immutable.
 */
public final class StepDownMaxT {

  /** The level of the critical value and of the intervals: {@value}. */
  public static final double LEVEL = 0.05;

  private final double[] estimates;
  private final double[] deviations;
  private final double[] adjusted;
  private final double critical;
  private final int replicates;

  private StepDownMaxT(double[] estimates, double[] deviations, double[][] t) {
    this.estimates = estimates;
    this.deviations = deviations;
    this.replicates = t[0].length;
    int many = estimates.length;
    int[] order =
        IntStream.range(0, many)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -statistic(j)))
            .mapToInt(j -> j)
            .toArray();
    adjusted = new double[many];
    double[] largest = new double[replicates];
    // From the smallest t to the largest: the maximum grows by one comparison at a time.
    for (int rank = many - 1; rank >= 0; rank--) {
      int j = order[rank];
      int reached = 0;
      for (int b = 0; b < replicates; b++) {
        largest[b] = Math.max(largest[b], t[j][b]);
        reached += largest[b] >= statistic(j) ? 1 : 0;
      }
      adjusted[j] = (1.0 + reached) / (replicates + 1);
    }
    for (int rank = 1; rank < many; rank++) {
      adjusted[order[rank]] = Math.max(adjusted[order[rank]], adjusted[order[rank - 1]]);
    }
    critical = Sample.of(largest).quantile(1 - LEVEL);
  }

  /**
   * Corrects comparisons.
   *
   * @param estimates the difference found in each comparison (J)
   * @param replicates the same difference in each replicate (J, B): in one replicate all
   *     comparisons have the same draw
   * @return p and intervals for all of them
   * @throws IllegalArgumentException if there is no comparison, there are fewer than two replicates
   *     or not equally many, a figure is NaN or infinite, or a comparison is the same in all
   *     replicates
   */
  public static StepDownMaxT of(double[] estimates, double[][] replicates) {
    if (estimates.length == 0 || estimates.length != replicates.length) {
      throw new IllegalArgumentException(
          "each comparison needs its difference and its replicates, got "
              + estimates.length
              + " differences and replicates of "
              + replicates.length);
    }
    int size = replicates[0].length;
    if (size < 2) {
      throw new IllegalArgumentException("draw at least twice, got " + size + " replicates");
    }
    double[] deviations = new double[estimates.length];
    double[][] t = new double[estimates.length][];
    for (int j = 0; j < estimates.length; j++) {
      if (replicates[j].length != size) {
        throw new IllegalArgumentException(
            "comparisons must share their draws, got "
                + size
                + " replicates of comparison 0 and "
                + replicates[j].length
                + " of comparison "
                + j);
      }
      double deviation = Spread.of(replicates[j]).deviation();
      double estimate = estimates[j];
      if (!(deviation > 0) || !Double.isFinite(estimate)) {
        throw new IllegalArgumentException(
            "comparison "
                + j
                + " needs a finite difference that varies between replicates, got "
                + estimate
                + " with a deviation of "
                + deviation);
      }
      deviations[j] = deviation;
      t[j] = Arrays.stream(replicates[j]).map(d -> Math.abs(d - estimate) / deviation).toArray();
    }
    return new StepDownMaxT(estimates.clone(), deviations, t);
  }

  /**
   * How often at least so large a t would occur among the comparisons still open, if all
   * differences were zero.
   *
   * @param comparison its number, from 0
   * @return the adjusted p, in [{@link #smallestP()}, 1]
   */
  public double p(int comparison) {
    return adjusted[comparison];
  }

  /**
   * The smallest p that this many replicates can give.
   *
   * @return 1/(B + 1)
   */
  public double smallestP() {
    return 1.0 / (replicates + 1);
  }

  /**
   * How many comparisons have a p below {@value #LEVEL}.
   *
   * @return their number
   */
  public int real() {
    return (int) Arrays.stream(adjusted).filter(p -> p < LEVEL).count();
  }

  /**
   * How many standard deviations a difference must be from zero to be real, where none else is: the
   * 95 % quantile of the largest t* of all comparisons. With one comparison it is about 1.96.
   *
   * @return the critical value
   */
  public double critical() {
    return critical;
  }

  /**
   * The difference with its simultaneous interval, d_j ± critical · s_j: of all these intervals
   * together, 95 % of such studies would have none that misses its truth.
   *
   * @param comparison its number, from 0
   * @return the difference and its interval
   */
  public Interval interval(int comparison) {
    double d = estimates[comparison];
    double half = critical * deviations[comparison];
    return new Interval(d, d - half, d + half);
  }

  /**
   * The smallest difference that would be found real in 80 % of such studies: (critical + 0.842) ·
   * s_j.
   *
   * @param comparison its number, from 0
   * @return the smallest detectable difference, in the unit of the differences
   */
  public double detectable(int comparison) {
    double z = NormalDistribution.of(0, 1).inverseCumulativeProbability(Spread.POWER);
    return (critical + z) * deviations[comparison];
  }

  private double statistic(int comparison) {
    return Math.abs(estimates[comparison]) / deviations[comparison];
  }
}

package nearfar.evaluation;

import java.util.Arrays;
import java.util.Locale;

/**
 * How much of what varies between trainings is due to the group (such as the loss), to the setting
 * within it (such as its learning rate), and to the repetition (seed, fold), by the analysis of
 * variance with random effects (Searle, Casella and McCulloch, "Variance components", 1992, chapter
 * 3): y_gsk = μ + G_g + S_gs + R_k + e_gsk, settings nested in groups, every setting trained in the
 * same K repetitions.
 *
 * <p>With n_g settings in group g, N in all, of L groups, each mean square has an expectation,
 *
 * <pre>
 * residual    E MS_e = σ_e²
 * repetition  E MS_R = σ_e² + N σ_R²
 * setting     E MS_S = σ_e² + K σ_S²
 * group       E MS_G = σ_e² + K σ_S² + K n₀ σ_G²,   n₀ = (N − Σ n_g² / N) / (L − 1)
 * </pre>
 *
 * <p>and the components solve these equations. So the luck of single trainings, which would make
 * settings differ even if all were equal, is taken off. A component may come out below zero, which
 * stands for none.
 *
 * @param group σ_G²: among groups
 * @param setting σ_S²: among the settings of one group
 * @param repetition σ_R²: among repetitions, in what all settings have in common
 * @param residual σ_e²: what is left, the luck of a single training
 */
public record VarianceComponents(double group, double setting, double repetition, double residual) {

  /**
   * Estimates the components.
   *
   * @param figures (L, n_g, K): by group, setting and repetition; n_g may differ
   * @return the components, in the square of the figures' unit
   * @throws IllegalArgumentException if there are fewer than two groups or repetitions, no group
   *     has two settings, a group has none, or repetitions are not equally many
   */
  public static VarianceComponents of(double[][][] figures) {
    int groups = figures.length;
    int n = Arrays.stream(figures).mapToInt(g -> g.length).sum();
    if (groups < 2 || n <= groups || Arrays.stream(figures).anyMatch(g -> g.length == 0)) {
      throw new IllegalArgumentException(
          "components need two groups or more, each with a setting and one with two, got "
              + groups
              + " groups and "
              + n
              + " settings");
    }
    int k = figures[0][0].length;
    double[][] all = Arrays.stream(figures).flatMap(Arrays::stream).toArray(double[][]::new);
    if (k < 2 || Arrays.stream(all).anyMatch(row -> row.length != k)) {
      throw new IllegalArgumentException(
          "every setting must be trained in the same two repetitions or more, got "
              + Arrays.stream(all).map(row -> row.length).distinct().sorted().toList());
    }
    double grand = mean(Arrays.stream(all).mapToDouble(VarianceComponents::mean).toArray());
    double[] columns = new double[k];
    Arrays.setAll(columns, r -> mean(Arrays.stream(all).mapToDouble(row -> row[r]).toArray()));
    double ofGroups = 0;
    double ofSettings = 0;
    double ofResidual = 0;
    double squares = 0;
    for (double[][] group : figures) {
      double[] means = Arrays.stream(group).mapToDouble(VarianceComponents::mean).toArray();
      double center = mean(means);
      ofGroups += k * group.length * square(center - grand);
      squares += square(group.length);
      for (int s = 0; s < group.length; s++) {
        ofSettings += k * square(means[s] - center);
        for (int r = 0; r < k; r++) {
          ofResidual += square(group[s][r] - means[s] - columns[r] + grand);
        }
      }
    }
    double ofColumns = n * Arrays.stream(columns).map(c -> square(c - grand)).sum();
    double residual = ofResidual / ((n - 1) * (k - 1.0));
    double setting = ofSettings / (n - groups);
    double perGroup = (n - squares / n) / (groups - 1);
    return new VarianceComponents(
        (ofGroups / (groups - 1) - setting) / (k * perGroup),
        (setting - residual) / k,
        (ofColumns / (k - 1) - residual) / n,
        residual);
  }

  /**
   * The standard deviation among groups.
   *
   * @return √max(0, σ_G²), in the figures' unit
   */
  public double amongGroups() {
    return Math.sqrt(Math.max(0, group));
  }

  /**
   * The standard deviation among the settings of one group.
   *
   * @return √max(0, σ_S²), in the figures' unit
   */
  public double amongSettings() {
    return Math.sqrt(Math.max(0, setting));
  }

  /**
   * The standard deviation of a single training's luck.
   *
   * @return √max(0, σ_e²), in the figures' unit
   */
  public double ofLuck() {
    return Math.sqrt(Math.max(0, residual));
  }

  /**
   * The shares of group, setting and luck in the variance of single trainings, apart from what all
   * have in common in a repetition.
   *
   * @return three shares that add up to 1; components below zero count as zero
   */
  public double[] shares() {
    double[] parts = {Math.max(0, group), Math.max(0, setting), Math.max(0, residual)};
    double sum = Arrays.stream(parts).sum();
    return Arrays.stream(parts).map(p -> sum == 0 ? 0 : p / sum).toArray();
  }

  /** Such as "group 0.021 (45 %), setting 0.018 (33 %), luck 0.015 (22 %)". */
  @Override
  public String toString() {
    double[] share = shares();
    return String.format(
        Locale.ROOT,
        "group %.3f (%.0f %%), setting %.3f (%.0f %%), luck %.3f (%.0f %%)",
        amongGroups(),
        100 * share[0],
        amongSettings(),
        100 * share[1],
        ofLuck(),
        100 * share[2]);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double square(double x) {
    return x * x;
  }
}

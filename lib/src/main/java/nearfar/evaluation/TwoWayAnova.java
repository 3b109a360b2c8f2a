package nearfar.evaluation;

/**
 * Which of two settings matters more: a figure was measured for every pair of their values, with
 * the same seeds for each, and its sum of squares is divided between them (analysis of variance of
 * a complete two-way design with blocks).
 *
 * <p>Let v_ijk be the figure at row setting i of I, column setting j of J and seed k of K, and a
 * dot a mean over that index. The parts add up to the total Σ(v_ijk − v̄)²:
 *
 * <p>rows JK·Σ(v_i·· − v̄)², columns IK·Σ(v_·j· − v̄)², seeds IJ·Σ(v_··k − v̄)², interaction
 * K·Σ(v_ij· − v_i·· − v_·j· + v̄)², and the rest.
 *
 * <p>A part says how much of the variation in <em>this</em> grid goes with a setting; with other
 * values of the settings it is another one.
 *
 * @param rows of the row setting alone, averaged over the columns
 * @param columns of the column setting alone, averaged over the rows
 * @param interaction of both together, beyond the sum of the two
 * @param seeds of the seeds: what all trainings of one seed have in common
 * @param rest of what the other parts do not say: chance
 */
public record TwoWayAnova(
    double rows, double columns, double interaction, double seeds, double rest) {

  /**
   * Divides the sum of squares.
   *
   * @param values the figure by row setting, column setting and seed: I ≥ 2, J ≥ 2, K ≥ 1
   * @return the parts, in squares of the figure's unit; with one seed, seeds and rest are 0 but for
   *     rounding
   * @throws IllegalArgumentException if there are fewer than two rows or columns, no seed, a cell
   *     has another number of seeds than the first, or a value is NaN or infinite
   */
  public static TwoWayAnova of(double[][][] values) {
    if (values.length < 2 || values[0].length < 2 || values[0][0].length < 1) {
      throw new IllegalArgumentException(
          "a two-way design needs two rows, two columns and a seed or more, got "
              + values.length
              + " rows of "
              + (values.length == 0 ? 0 : values[0].length)
              + " columns");
    }
    int i = values.length;
    int j = values[0].length;
    int k = values[0][0].length;
    double[] row = new double[i];
    double[] column = new double[j];
    double[] seed = new double[k];
    double[][] cell = new double[i][j];
    double mean = 0;
    for (int a = 0; a < i; a++) {
      checkLength("row " + a, "columns", values[a].length, j);
      for (int b = 0; b < j; b++) {
        checkLength("the cell in row " + a + ", column " + b, "seeds", values[a][b].length, k);
        for (int c = 0; c < k; c++) {
          double value = values[a][b][c];
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                "figures must be finite, got "
                    + value
                    + (" in row " + a + ", column " + b + ", seed " + c));
          }
          row[a] += value / (j * k);
          column[b] += value / (i * k);
          seed[c] += value / (i * j);
          cell[a][b] += value / k;
          mean += value / (i * j * k);
        }
      }
    }
    double rows = 0;
    double columns = 0;
    double interaction = 0;
    double seeds = 0;
    double rest = 0;
    for (int a = 0; a < i; a++) {
      for (int b = 0; b < j; b++) {
        double both = cell[a][b] - row[a] - column[b] + mean;
        for (int c = 0; c < k; c++) {
          double left = values[a][b][c] - cell[a][b] - seed[c] + mean;
          rows += square(row[a] - mean);
          columns += square(column[b] - mean);
          seeds += square(seed[c] - mean);
          interaction += square(both);
          rest += square(left);
        }
      }
    }
    return new TwoWayAnova(rows, columns, interaction, seeds, rest);
  }

  /** {@return all parts together: the sum of squared differences from the mean} */
  public double total() {
    return rows + columns + interaction + seeds + rest;
  }

  private static void checkLength(String where, String what, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          where
              + " has "
              + found
              + " "
              + what
              + " where the first has "
              + expected
              + ": a two-way design is complete, every pair of settings with every seed");
    }
  }

  private static double square(double value) {
    return value * value;
  }
}

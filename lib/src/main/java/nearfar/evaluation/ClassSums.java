package nearfar.evaluation;

import java.util.Arrays;

/** The sum of each class's rows, from which means follow, also those without one of the rows. */
final class ClassSums {

  private final double[][] rows;

  /** The labels that occur, rising, and the place of each row's. */
  private final int[] labels;

  private final int[] places;
  private final double[][] sums;
  private final int[] counts;

  ClassSums(double[][] rows, int[] labelOfRow) {
    this.rows = rows;
    this.labels = Arrays.stream(labelOfRow).distinct().sorted().toArray();
    this.places =
        Arrays.stream(labelOfRow).map(label -> Arrays.binarySearch(labels, label)).toArray();
    this.sums = new double[labels.length][rows[0].length];
    this.counts = new int[labels.length];
    for (int i = 0; i < rows.length; i++) {
      double[] sum = sums[places[i]];
      for (int k = 0; k < sum.length; k++) {
        sum[k] += rows[i][k];
      }
      counts[places[i]]++;
    }
  }

  int classes() {
    return labels.length;
  }

  int label(int place) {
    return labels[place];
  }

  /** Which class a row has, counted from 0 by rising labels. */
  int placeOf(int row) {
    return places[row];
  }

  int count(int place) {
    return counts[place];
  }

  /** In the direction of the mean. */
  double[] sum(int place) {
    return sums[place].clone();
  }

  /** The mean of the other rows of a row's class, of which there is one or more. */
  double[] meanOfRest(int row) {
    double[] mean = sum(places[row]);
    for (int k = 0; k < mean.length; k++) {
      mean[k] = (mean[k] - rows[row][k]) / (counts[places[row]] - 1);
    }
    return mean;
  }
}

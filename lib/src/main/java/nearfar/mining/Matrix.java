package nearfar.mining;

/** The door of the miners. */
final class Matrix {

  private Matrix() {}

  static void check(double[][] distances, int[] labels) {
    // Anchors are the first rows; rows of earlier batches may stand behind them.
    if (distances.length > labels.length) {
      throw notFitting(labels.length, distances.length + " rows");
    }
    for (int i = 0; i < distances.length; i++) {
      if (distances[i].length != labels.length) {
        throw notFitting(labels.length, distances[i].length + " columns in row " + i);
      }
    }
  }

  private static IllegalArgumentException notFitting(int n, String got) {
    return new IllegalArgumentException(
        "distances must be (A, %d) with A ≤ %d, a row for each anchor and a column for each of the %d labels, got %s"
            .formatted(n, n, n, got));
  }
}

package nearfar.mining;

/**
 * Pairs on the wrong side of a fixed distance: positives farther apart than one, negatives nearer
 * than another. {@code PairMarginMiner} of pytorch-metric-learning, where the defaults are 0.2 and
 * 0.8.
 *
 * @param positive positive pairs with a greater distance are taken, in the unit of the distance
 * @param negative negative pairs with a smaller distance are taken, in the unit of the distance
 */
public record PairMargin(double positive, double negative) implements PairMiner {

  /**
   * Makes a miner.
   *
   * @param positive positive pairs with a greater distance are taken; minus infinity takes all
   * @param negative negative pairs with a smaller distance are taken; infinity takes all
   * @throws IllegalArgumentException if one is NaN
   */
  public PairMargin {
    if (Double.isNaN(positive) || Double.isNaN(negative)) {
      throw new IllegalArgumentException(
          "the margins of pair mining must be numbers, got " + positive + " and " + negative);
    }
  }

  @Override
  public Pairs mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Pairs.Builder pairs = new Pairs.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      for (int j = 0; j < labels.length; j++) {
        if (labels[j] != labels[a]) {
          if (d[j] < negative) {
            pairs.negative(a, j);
          }
        } else if (j != a && d[j] > positive) {
          pairs.positive(a, j);
        }
      }
    }
    return pairs.build();
  }

  @Override
  public String toString() {
    return "pair-margin(" + positive + ", " + negative + ")";
  }
}

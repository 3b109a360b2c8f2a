package nearfar.mining;

/** Every pair of an anchor and another row: without mining. */
public record AllPairs() implements PairMiner {

  @Override
  public Pairs mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Pairs.Builder pairs = new Pairs.Builder();
    for (int a = 0; a < distances.length; a++) {
      for (int j = 0; j < labels.length; j++) {
        if (labels[j] != labels[a]) {
          pairs.negative(a, j);
        } else if (j != a) {
          pairs.positive(a, j);
        }
      }
    }
    return pairs.build();
  }

  @Override
  public String toString() {
    return "all pairs";
  }
}

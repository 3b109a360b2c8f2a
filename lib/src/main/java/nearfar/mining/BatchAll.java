package nearfar.mining;

/**
 * Every valid triplet: each anchor with each other row of its class and each row of another class.
 * A batch of P classes with K images each has P K (K − 1) (P − 1) K of them: of the order of N³.
 *
 * <p>Source: Hermans, Beyer and Leibe, In Defense of the Triplet Loss (2017), equation 6.
 */
public record BatchAll() implements Miner {

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      for (int p = 0; p < labels.length; p++) {
        if (p == a || labels[p] != labels[a]) {
          continue;
        }
        for (int n = 0; n < labels.length; n++) {
          if (labels[n] != labels[a]) {
            triplets.add(a, p, n);
          }
        }
      }
    }
    return triplets.build();
  }

  @Override
  public String toString() {
    return "batch-all";
  }
}

package nearfar.mining;

/**
 * One triplet for every anchor that has both: its farthest positive and its nearest negative. Among
 * equals the first row is taken.
 *
 * <p>Source: Hermans, Beyer and Leibe, In Defense of the Triplet Loss (2017), equation 5.
 */
public record BatchHard() implements Miner {

  private static final int NONE = -1;

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      int farthest = NONE;
      int nearest = NONE;
      for (int j = 0; j < labels.length; j++) {
        if (labels[j] != labels[a]) {
          nearest = nearest == NONE || d[j] < d[nearest] ? j : nearest;
        } else if (j != a) {
          farthest = farthest == NONE || d[j] > d[farthest] ? j : farthest;
        }
      }
      if (farthest != NONE && nearest != NONE) {
        triplets.add(a, farthest, nearest);
      }
    }
    return triplets.build();
  }

  @Override
  public String toString() {
    return "batch-hard";
  }
}

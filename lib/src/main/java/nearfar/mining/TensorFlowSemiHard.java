package nearfar.mining;

import java.util.function.IntPredicate;

/**
 * For every positive pair the hardest negative that is farther than the positive, and if there is
 * none the farthest negative: one triplet for each positive pair, hard ones where nothing better is
 * there. Among equals the first row is taken. For the other definitions of semi-hard see {@link
 * SemiHard}.
 *
 * <p>Source: {@code triplet_semihard_loss} of TensorFlow Addons, which computes {@link
 * FaceNetSemiHard} in that form.
 */
public record TensorFlowSemiHard() implements Miner {

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      int anchor = a;
      IntPredicate other = j -> labels[j] != labels[anchor];
      int farthest = Extremes.farthest(d, other);
      for (int j = 0; j < labels.length && farthest != Extremes.NONE; j++) {
        int p = j;
        if (p != a && labels[p] == labels[a]) {
          int beyond = Extremes.nearest(d, other.and(n -> d[n] > d[p]));
          triplets.add(a, p, beyond == Extremes.NONE ? farthest : beyond);
        }
      }
    }
    return triplets.build();
  }

  @Override
  public String toString() {
    return "TensorFlow semi-hard";
  }
}

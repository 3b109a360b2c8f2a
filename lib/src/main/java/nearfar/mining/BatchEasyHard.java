package nearfar.mining;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A choice among every anchor's positives, and one among its negatives: easy, semi-hard, hard or
 * all.
 *
 * <p>An easy positive lets a class fall into several groups: an anchor need only be near to one row
 * of its class. Easy positive with hard negative, and with semi-hard negative, are EPHN and EPSHN
 * of Xuan, Stylianou and Pless. Hard with hard is {@link BatchHard}, all with all {@link BatchAll},
 * all with semi-hard {@link FaceNetSemiHard}.
 *
 * <p>What is semi-hard depends on the other of the pair, which is chosen first: farther (or, for a
 * positive, nearer) than that, strictly; where there is none, there is no triplet. Among equals the
 * first row is taken. {@code BatchEasyHardMiner} of pytorch-metric-learning makes the same choices,
 * apart from semi-hard with all, which it refuses.
 *
 * <p>Source: Xuan, Stylianou and Pless, Improved Embeddings with Easy Positive Triplet Mining
 * (2020), arXiv:1904.04370, section 3.
 *
 * @param positive which positives
 * @param negative which negatives
 */
public record BatchEasyHard(Hardness positive, Hardness negative) implements Miner {

  /**
   * Makes a miner.
   *
   * @param positive which positives
   * @param negative which negatives
   * @throws IllegalArgumentException if both are semi-hard: each would wait for the other
   */
  public BatchEasyHard {
    if (positive == Hardness.SEMI_HARD && negative == Hardness.SEMI_HARD) {
      throw new IllegalArgumentException(
          "positive and negative cannot both be semi-hard, since each is chosen by the other:"
              + " choose the positive easy, hard or all");
    }
  }

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      int anchor = a;
      IntPredicate same = j -> j != anchor && labels[j] == labels[anchor];
      IntPredicate other = j -> labels[j] != labels[anchor];
      if (positive == Hardness.SEMI_HARD) {
        for (int n : chosen(negative, d, other, false)) {
          int p = Extremes.farthest(d, same.and(j -> d[j] < d[n]));
          if (p != Extremes.NONE) {
            triplets.add(a, p, n);
          }
        }
        continue;
      }
      int[] positives = chosen(positive, d, same, true);
      int[] negatives = chosen(negative, d, other, false);
      for (int p : positives) {
        for (int n : negative == Hardness.SEMI_HARD ? beyond(d, p, other) : negatives) {
          triplets.add(a, p, n);
        }
      }
    }
    return triplets.build();
  }

  private static int[] beyond(double[] d, int p, IntPredicate other) {
    return found(Extremes.nearest(d, other.and(j -> d[j] > d[p])));
  }

  private static int[] chosen(Hardness which, double[] d, IntPredicate among, boolean hardIsFar) {
    return switch (which) {
      case ALL -> IntStream.range(0, d.length).filter(among).toArray();
      case HARD -> found(hardIsFar ? Extremes.farthest(d, among) : Extremes.nearest(d, among));
      case EASY -> found(hardIsFar ? Extremes.nearest(d, among) : Extremes.farthest(d, among));
      case SEMI_HARD -> new int[0]; // chosen for each of the others
    };
  }

  private static int[] found(int row) {
    return row == Extremes.NONE ? new int[0] : new int[] {row};
  }

  @Override
  public String toString() {
    return "batch easy-hard(%s positive, %s negative)".formatted(positive, negative);
  }
}

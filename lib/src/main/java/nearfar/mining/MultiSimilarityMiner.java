package nearfar.mining;

import java.util.function.IntPredicate;

/**
 * Pairs that are hard in view of the anchor's others: negatives nearer than the farthest positive,
 * and positives farther than the nearest negative, with a slack ε on both sides:
 *
 * <p>(a, n) if d(a, n) &lt; max_p d(a, p) + ε, and (a, p) if d(a, p) &gt; min_n d(a, n) − ε.
 *
 * <p>The paper has it in similarities S; with d = 1 − S (cosine) or d = −S (dot product) it is the
 * same. An anchor without a positive or without a negative yields no pair.
 *
 * <p>Source: Wang, Han, Huang, Dong and Scott, Multi-Similarity Loss with General Pair Weighting
 * (2019), arXiv:1904.06627, equations 11 and 12; ε = 0.1 there.
 *
 * @param epsilon ε, in the unit of the distance, finite and not negative
 */
public record MultiSimilarityMiner(double epsilon) implements PairMiner {

  /**
   * Makes a miner.
   *
   * @param epsilon ε, in the unit of the distance, finite and not negative
   * @throws IllegalArgumentException if ε is negative, NaN or infinite
   */
  public MultiSimilarityMiner {
    if (!(epsilon >= 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException(
          "the slack epsilon of multi-similarity mining must be finite and not negative, got "
              + epsilon);
    }
  }

  @Override
  public Pairs mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Pairs.Builder pairs = new Pairs.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      int anchor = a;
      IntPredicate same = j -> j != anchor && labels[j] == labels[anchor];
      IntPredicate other = j -> labels[j] != labels[anchor];
      int farthest = Extremes.farthest(d, same);
      int nearest = Extremes.nearest(d, other);
      if (farthest == Extremes.NONE || nearest == Extremes.NONE) {
        continue;
      }
      for (int j = 0; j < labels.length; j++) {
        if (same.test(j) && d[j] > d[nearest] - epsilon) {
          pairs.positive(a, j);
        } else if (other.test(j) && d[j] < d[farthest] + epsilon) {
          pairs.negative(a, j);
        }
      }
    }
    return pairs.build();
  }

  @Override
  public String toString() {
    return "multi-similarity(" + epsilon + ")";
  }
}

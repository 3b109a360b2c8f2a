package nearfar.mining;

import java.util.Arrays;
import java.util.Random;

/**
 * For every positive pair one negative, drawn so that near and far ones come alike: two random
 * points of the unit sphere in n dimensions are at the distance d with a density proportional to
 *
 * <p>q(d) = dⁿ⁻² (1 − d²/4)^((n − 3)/2),
 *
 * <p>which for large n is a narrow peak about √2, and a uniform draw would see little else. So a
 * negative is drawn with a probability proportional to 1 / q(d). Nearer ones than {@code nearest}
 * count as being there, since their gradients are mostly noise; farther ones than {@code farthest}
 * are not drawn, since they cost nothing, and since 1 / q grows again beyond √2. An anchor without
 * a negative up to there yields no triplet.
 *
 * <p>Distances are Euclidean, not squared, between unit vectors: {@code new
 * Euclidean().normalized()}.
 *
 * <p><b>What is drawn, and when.</b> As with {@link RandomTriplets} there is no state that
 * advances: seed and labels give one number u in [0, 1) for each positive pair, and nothing else is
 * random. The negative is the first at which the running sum of the weights exceeds u times their
 * total (the inverse of the distribution function). So the choice follows the embeddings as that of
 * batch-hard does: a small change of them changes no triplet, except on a set of measure 0 where a
 * running sum meets u, and between these the loss has its gradient. That gradient takes the choice
 * as given, as those of all miners do: it knows nothing of how the probabilities move. Where labels
 * repeat in the same order batch after batch, the numbers u repeat too.
 *
 * <p>Source: Wu, Manmatha, Smola and Krähenbühl, Sampling Matters in Deep Embedding Learning
 * (2017), arXiv:1706.07567, section 4.1. There the weight is min(λ, 1 / q); the limits 0.5 and 1.4
 * are those of the authors' code. That draws anything where no negative is near enough.
 *
 * @param dimension n, the number of entries of an embedding, at least 2
 * @param nearest distances below count as this one, greater than 0
 * @param farthest beyond this distance nothing is drawn, greater than {@code nearest}, at most 2
 * @param seed chooses the draws, any number
 */
public record DistanceWeighted(int dimension, double nearest, double farthest, long seed)
    implements Miner {

  /** Unit vectors in float32 may be a little farther apart than 2. */
  private static final double ROUNDING = 1e-4;

  /**
   * Makes a miner.
   *
   * @param dimension n, the number of entries of an embedding, at least 2
   * @param nearest distances below count as this one, greater than 0
   * @param farthest beyond this distance nothing is drawn, greater than {@code nearest}, at most 2
   * @param seed chooses the draws, any number
   * @throws IllegalArgumentException if n is below 2, or the limits are not in this order
   */
  public DistanceWeighted {
    if (dimension < 2) {
      throw new IllegalArgumentException(
          "a sphere to draw from needs at least 2 dimensions, got " + dimension);
    }
    if (!(nearest > 0 && nearest < farthest && farthest <= 2)) {
      throw new IllegalArgumentException(
          "distances on the unit sphere need limits 0 < nearest < farthest <= 2, got "
              + nearest
              + " and "
              + farthest);
    }
  }

  /**
   * The limits of the authors' code: 0.5 and 1.4.
   *
   * @param dimension n, the number of entries of an embedding, at least 2
   * @param seed chooses the draws, any number
   * @return the miner
   * @throws IllegalArgumentException if n is below 2
   */
  public static DistanceWeighted of(int dimension, long seed) {
    return new DistanceWeighted(dimension, 0.5, 1.4, seed);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if a distance is greater than 2
   */
  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Random random = new Random(LabelSeed.of(seed, labels));
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] sums = runningSums(a, distances[a], labels);
      double total = sums.length == 0 ? 0 : sums[sums.length - 1];
      for (int p = 0; p < labels.length; p++) {
        if (p != a && labels[p] == labels[a]) {
          // Drawn in any case: whether an anchor has a negative must not move the others' draws.
          double u = random.nextDouble();
          if (total > 0) {
            triplets.add(a, p, firstAbove(sums, Math.min(u * total, Math.nextDown(total))));
          }
        }
      }
    }
    return triplets.build();
  }

  /** Of the weights of all rows, 0 for those of the anchor's class and for what is too far. */
  private double[] runningSums(int a, double[] d, int[] labels) {
    double[] weights = new double[d.length];
    Arrays.fill(weights, Double.NEGATIVE_INFINITY);
    double largest = Double.NEGATIVE_INFINITY;
    for (int n = 0; n < d.length; n++) {
      if (labels[n] != labels[a]) {
        if (d[n] > 2 + ROUNDING) {
          throw new IllegalArgumentException(
              "distance-weighted mining needs Euclidean distances of unit vectors, at most 2, got %s in row %d: use new Euclidean().normalized()"
                  .formatted(d[n], a));
        }
        if (d[n] <= farthest) {
          weights[n] = logWeight(Math.max(d[n], nearest));
          largest = Math.max(largest, weights[n]);
        }
      }
    }
    double sum = 0;
    for (int n = 0; n < d.length; n++) {
      // Relative to the largest: 1 / q itself leaves the range of double where n is large.
      sum += weights[n] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(weights[n] - largest);
      weights[n] = sum;
    }
    return weights;
  }

  /** −log q(d); at d = 2, where the cap vanishes, as close to it as matters. */
  private double logWeight(double d) {
    double cap = Math.max(1 - d * d / 4, 1e-8);
    return (2 - dimension) * Math.log(d) - (dimension - 3) / 2.0 * Math.log(cap);
  }

  /** The limit is below the last sum, so there is one. */
  private static int firstAbove(double[] sums, double limit) {
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sums[middle] > limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public String toString() {
    return "distance-weighted(n=%d, %s to %s, seed %d)"
        .formatted(dimension, nearest, farthest, seed);
  }
}

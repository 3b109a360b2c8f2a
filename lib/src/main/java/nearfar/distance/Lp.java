package nearfar.distance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Locale;
import java.util.Set;

/**
 * (Σ_k |x_k − y_k|ᵖ)^(1/p), in [0, ∞): Manhattan distance for p = 1, and for p = 2 {@link
 * Euclidean}, which it then is. Where two entries are equal and p = 1, or two rows are equal, the
 * derivative does not exist and the gradient is 0. Differences are scaled by the largest of the
 * pair, so that no p makes their powers vanish or overflow.
 *
 * <p>Turning all rows changes it, unless p = 2. {@link #normalized()} scales rows to length 1 in
 * the Euclidean sense, whatever p is.
 *
 * @param p the power, finite and at least 1
 */
public record Lp(double p) implements Distance {

  private static final Distance EUCLIDEAN = new Euclidean();

  /** Differences computed at once: 8 MB in float64. */
  private static final long BLOCK = 1 << 20;

  /**
   * Makes a distance.
   *
   * @param p the power, finite and at least 1
   * @throws IllegalArgumentException if p is less than 1, NaN or infinite: below 1 it is no
   *     distance, since a detour would be shorter
   */
  public Lp {
    if (!(p >= 1 && Double.isFinite(p))) {
      throw new IllegalArgumentException(
          "the power p of an Lp distance must be finite and at least 1, got " + p);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Without a graph in blocks of rows, in memory for (N, M). The engine's graph keeps the
   * differences of all pairs, a few arrays (N, M, D), unless p is 2: 4 MB each in float32 for 128
   * rows of 64, but 256 MB for 1024. There {@link #gradient} needs no graph.
   */
  @Override
  public NDArray pairwise(NDArray x, NDArray y) {
    if (p == 2) {
      return EUCLIDEAN.pairwise(x, y);
    }
    NDArray others = y.expandDims(0);
    NDList blocks = new NDList();
    long rows = blockRows(y);
    long n = x.getShape().get(0);
    for (long from = 0; from < n; from += rows) {
      try (NDManager block = x.getManager().newSubManager()) {
        NDArray differences = differences(x, others, from, Math.min(n, from + rows), block);
        NDArray distances = lengths(differences, 2);
        distances.attach(x.getManager());
        blocks.add(distances);
      }
    }
    return blocks.size() == 1 ? blocks.head() : NDArrays.concat(blocks);
  }

  @Override
  public NDArray rowwise(NDArray x, NDArray y) {
    return p == 2 ? EUCLIDEAN.rowwise(x, y) : lengths(x.sub(y), 1);
  }

  /**
   * With s = sign(x_i − y_j) (|x_i − y_j| / d)^(p − 1): Σ_j w_ij s_ij − Σ_j w_ji s_ji, by blocks.
   */
  @Override
  public NDArray gradient(NDArray x, NDArray weights) {
    NDArray gradient = x.zerosLike();
    NDArray others = x.expandDims(0);
    long rows = blockRows(x);
    long n = x.getShape().get(0);
    for (long from = 0; from < n; from += rows) {
      try (NDManager block = x.getManager().newSubManager()) {
        long to = Math.min(n, from + rows);
        NDArray differences = differences(x, others, from, to, block);
        NDArray d = lengths(differences, 2).expandDims(2);
        NDArray shares = differences.abs().div(NDArrays.where(d.eq(0), d.onesLike(), d));
        NDArray w = weights.get(new NDIndex("{}:{}", from, to));
        w.attach(block);
        NDArray slopes =
            differences.sign().muli(shares.pow(Constant.of(shares, p - 1))).muli(w.expandDims(2));
        NDArray own = gradient.get(new NDIndex("{}:{}", from, to));
        own.attach(block);
        gradient.set(new NDIndex("{}:{}", from, to), own.add(slopes.sum(new int[] {1})));
        gradient.subi(slopes.sum(new int[] {0}));
      }
    }
    return gradient;
  }

  private static long blockRows(NDArray y) {
    return Math.max(1, BLOCK / Math.max(1, y.size()));
  }

  /** x_i − y_j of some rows i and all j, (B, M, D), in memory of the block's. */
  private static NDArray differences(
      NDArray x, NDArray others, long from, long to, NDManager block) {
    NDArray some = x.get(new NDIndex("{}:{}", from, to));
    some.attach(block);
    return some.expandDims(1).sub(others);
  }

  /** Of the vectors along an axis. The largest entry is a constant: it cancels. */
  private NDArray lengths(NDArray differences, int axis) {
    int[] entries = {axis};
    NDArray sizes = differences.abs();
    NDArray largest = sizes.stopGradient().max(entries, true);
    NDArray equal = largest.eq(0);
    NDArray scale = NDArrays.where(equal, largest.onesLike(), largest);
    NDArray powers = sizes.div(scale).pow(Constant.of(sizes, p)).sum(entries, true);
    // 0 has an infinite gradient under the root: replaced before it, and put back after it.
    NDArray safe = NDArrays.where(equal, powers.onesLike(), powers);
    NDArray lengths = safe.pow(Constant.of(sizes, 1 / p)).mul(scale);
    return NDArrays.where(equal, lengths.zerosLike(), lengths).squeeze(axis);
  }

  @Override
  public Set<Symmetry> symmetries() {
    return p == 2 ? EUCLIDEAN.symmetries() : Set.of(Symmetry.TRANSLATION);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "L%s", p == Math.rint(p) ? (Object) (long) p : p);
  }
}

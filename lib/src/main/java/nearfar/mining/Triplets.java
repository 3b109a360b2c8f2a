package nearfar.mining;

import java.util.Arrays;

/** Triplets of a batch: rows of an anchor, of a positive (same class) and a negative (another). */
public final class Triplets {

  private final int[] anchors;
  private final int[] positives;
  private final int[] negatives;

  private Triplets(int[] anchors, int[] positives, int[] negatives) {
    this.anchors = anchors;
    this.positives = positives;
    this.negatives = negatives;
  }

  /**
   * Triplets from their rows, for a {@link Miner} of one's own.
   *
   * @param anchors the anchor's row of each triplet
   * @param positives the positive's row of each
   * @param negatives the negative's row of each
   * @return the triplets, a copy
   * @throws IllegalArgumentException if the three are not equally long
   */
  public static Triplets of(int[] anchors, int[] positives, int[] negatives) {
    if (positives.length != anchors.length || negatives.length != anchors.length) {
      throw new IllegalArgumentException(
          "a triplet has an anchor, a positive and a negative, got %d, %d and %d of them"
              .formatted(anchors.length, positives.length, negatives.length));
    }
    return new Triplets(anchors.clone(), positives.clone(), negatives.clone());
  }

  /** {@return how many triplets there are} */
  public int size() {
    return anchors.length;
  }

  /**
   * The anchor of a triplet.
   *
   * @param t the triplet's number in [0, size)
   * @return its row in the batch
   */
  public int anchor(int t) {
    return anchors[t];
  }

  /**
   * The positive of a triplet: another row of the anchor's class.
   *
   * @param t the triplet's number in [0, size)
   * @return its row in the batch
   */
  public int positive(int t) {
    return positives[t];
  }

  /**
   * The negative of a triplet: a row of another class.
   *
   * @param t the triplet's number in [0, size)
   * @return its row in the batch
   */
  public int negative(int t) {
    return negatives[t];
  }

  /** {@return how many triplets there are, in words} */
  @Override
  public String toString() {
    return size() + " triplets";
  }

  /** Triplets on their way in: three arrays that grow, since a batch can yield millions. */
  static final class Builder {

    /** 2²⁵: their distances and gradients take about 2 GB, and a step half a minute. */
    private static final int MOST = 1 << 25;

    private int[] anchors = new int[64];
    private int[] positives = new int[64];
    private int[] negatives = new int[64];
    private int size;

    void add(int anchor, int positive, int negative) {
      if (size == anchors.length) {
        if (size == MOST) {
          throw new IllegalArgumentException(
              "a batch must have at most "
                  + MOST
                  + " triplets, got more: draw smaller batches, or mine batch-hard");
        }
        int larger = 2 * size;
        anchors = Arrays.copyOf(anchors, larger);
        positives = Arrays.copyOf(positives, larger);
        negatives = Arrays.copyOf(negatives, larger);
      }
      anchors[size] = anchor;
      positives[size] = positive;
      negatives[size] = negative;
      size++;
    }

    Triplets build() {
      return new Triplets(
          Arrays.copyOf(anchors, size),
          Arrays.copyOf(positives, size),
          Arrays.copyOf(negatives, size));
    }
  }
}

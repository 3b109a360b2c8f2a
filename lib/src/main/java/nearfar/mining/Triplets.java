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

    private int[] anchors = new int[64];
    private int[] positives = new int[64];
    private int[] negatives = new int[64];
    private int size;

    void add(int anchor, int positive, int negative) {
      if (size == anchors.length) {
        int larger = Math.multiplyExact(2, size);
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

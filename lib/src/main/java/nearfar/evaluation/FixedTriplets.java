package nearfar.evaluation;

import java.util.SplittableRandom;

/**
 * Triplets of items, an anchor, another item of its class and one of another class, that are made
 * once and compared ever after: {@link TripletAccuracy} tells how many are in order. Immutable.
 *
 * <p>They are a random sample without repetition; every valid triplet has the same probability, so
 * that items of large classes are anchors more often. The same labels, number and seed give the
 * same triplets on every machine.
 */
public final class FixedTriplets {

  private final int[] anchors;
  private final int[] positives;
  private final int[] negatives;

  private FixedTriplets(int size) {
    anchors = new int[size];
    positives = new int[size];
    negatives = new int[size];
  }

  /**
   * Draws triplets.
   *
   * @param labels (N): the class of each item
   * @param count how many, at least 1
   * @param seed chooses the triplets, any number
   * @return the triplets
   * @throws IllegalArgumentException if the number is below 1, or above that of valid triplets
   */
  public static FixedTriplets of(int[] labels, int count, long seed) {
    ByClass items = new ByClass(labels);
    int n = items.size();
    long[] before = new long[n + 1];
    for (int i = 0; i < n; i++) {
      int own = items.classSize(i);
      before[i + 1] = before[i] + (own - 1L) * (n - own);
    }
    if (count < 1 || count > before[n]) {
      throw new IllegalArgumentException(
          "there must be at least 1 triplet, and at most the %d that these items make, got %d"
              .formatted(before[n], count));
    }
    FixedTriplets triplets = new FixedTriplets(count);
    long[] numbers = ByClass.draw(count, before[n], new SplittableRandom(seed));
    for (int t = 0; t < count; t++) {
      int a = ByClass.group(before, numbers[t]);
      int others = n - items.classSize(a);
      int p = items.begin[a] + (int) ((numbers[t] - before[a]) / others);
      int q = (int) ((numbers[t] - before[a]) % others);
      triplets.anchors[t] = items.rows[a];
      triplets.positives[t] = items.rows[p < a ? p : p + 1]; // the class without the anchor
      triplets.negatives[t] = items.rows[q < items.begin[a] ? q : q + items.classSize(a)];
    }
    return triplets;
  }

  /** {@return how many triplets there are} */
  public int size() {
    return anchors.length;
  }

  /**
   * The anchor of a triplet.
   *
   * @param t the triplet's number in [0, size)
   * @return its row among the embeddings
   */
  public int anchor(int t) {
    return anchors[t];
  }

  /**
   * The positive of a triplet: another item of the anchor's class.
   *
   * @param t the triplet's number in [0, size)
   * @return its row among the embeddings
   */
  public int positive(int t) {
    return positives[t];
  }

  /**
   * The negative of a triplet: an item of another class.
   *
   * @param t the triplet's number in [0, size)
   * @return its row among the embeddings
   */
  public int negative(int t) {
    return negatives[t];
  }

  /** {@return how many triplets there are, in words} */
  @Override
  public String toString() {
    return size() + " triplets";
  }
}

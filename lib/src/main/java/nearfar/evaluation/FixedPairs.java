package nearfar.evaluation;

import java.util.SplittableRandom;

/**
 * Pairs of items that are made once and compared ever after, as the list of pairs of a verification
 * benchmark: {@link PairVerification} tells how well they are told apart. Immutable.
 *
 * <p>Drawn pairs are a random sample without repetition of those that {@link Verification} takes
 * all of; every pair of a kind has the same probability, so that large classes have more of the
 * positive ones (Labeled Faces in the Wild draws persons first, then their images). The two kinds
 * are spread evenly over the list: each stretch of it has their share. The same labels, numbers and
 * seed give the same pairs on every machine.
 */
public final class FixedPairs {

  private final int[] first;
  private final int[] second;
  private final boolean[] same;

  private FixedPairs(int[] first, int[] second, boolean[] same) {
    this.first = first;
    this.second = second;
    this.same = same;
  }

  /**
   * Draws pairs.
   *
   * @param labels (N): the class of each item
   * @param positives how many pairs of one class, at least 1
   * @param negatives how many pairs of two classes, at least 1
   * @param seed chooses the pairs, any number
   * @return the pairs
   * @throws IllegalArgumentException if a number is below 1, or above that of such pairs there are
   */
  public static FixedPairs of(int[] labels, int positives, int negatives, long seed) {
    ByClass items = new ByClass(labels);
    int n = items.size();
    // Pairs by the earlier place of the two: with the later ones of its class, and of others.
    long[] within = new long[n + 1];
    long[] between = new long[n + 1];
    for (int i = 0; i < n; i++) {
      within[i + 1] = within[i] + items.end[i] - i - 1;
      between[i + 1] = between[i] + n - items.end[i];
    }
    check(positives, within[n], "of one class");
    check(negatives, between[n], "of two classes");
    SplittableRandom random = new SplittableRandom(seed);
    long[] ones = ByClass.draw(positives, within[n], random);
    long[] twos = ByClass.draw(negatives, between[n], random);
    int size = Math.addExact(positives, negatives);
    FixedPairs pairs = new FixedPairs(new int[size], new int[size], new boolean[size]);
    int p = 0;
    for (int k = 0; k < size; k++) {
      boolean same = (k + 1L) * positives / size > p;
      long[] before = same ? within : between;
      long number = same ? ones[p++] : twos[k - p];
      int i = ByClass.group(before, number);
      int j = (int) (number - before[i]) + (same ? i + 1 : items.end[i]);
      pairs.first[k] = items.rows[i];
      pairs.second[k] = items.rows[j];
      pairs.same[k] = same;
    }
    return pairs;
  }

  private static void check(int wanted, long there, String kind) {
    if (wanted < 1 || wanted > there) {
      throw new IllegalArgumentException(
          "of pairs %s there must be at least 1 and at most the %d that these items make, got %d"
              .formatted(kind, there, wanted));
    }
  }

  /**
   * Pairs of a list that there is already, in its order.
   *
   * @param labels (N): the class of each item
   * @param first (M): the first item of each pair, in [0, N)
   * @param second (M): the second item of each, another one
   * @return the pairs, a copy
   * @throws IllegalArgumentException if the two are not equally long, there is no such item, or one
   *     is paired with itself
   */
  public static FixedPairs of(int[] labels, int[] first, int[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "a pair has a first and a second item, got %d and %d of them"
              .formatted(first.length, second.length));
    }
    boolean[] same = new boolean[first.length];
    for (int k = 0; k < first.length; k++) {
      for (int item : new int[] {first[k], second[k]}) {
        if (item < 0 || item >= labels.length) {
          throw new IllegalArgumentException(
              "pairs must be of items in [0, %d), got %d in pair %d"
                  .formatted(labels.length, item, k));
        }
      }
      if (first[k] == second[k]) {
        throw new IllegalArgumentException(
            "a pair must be of two items, got %d twice in pair %d".formatted(first[k], k));
      }
      same[k] = labels[first[k]] == labels[second[k]];
    }
    return new FixedPairs(first.clone(), second.clone(), same);
  }

  /** {@return how many pairs there are} */
  public int size() {
    return same.length;
  }

  /**
   * The first item of a pair.
   *
   * @param k the pair's number in [0, size)
   * @return its row among the embeddings
   */
  public int first(int k) {
    return first[k];
  }

  /**
   * The second item of a pair.
   *
   * @param k the pair's number in [0, size)
   * @return its row among the embeddings
   */
  public int second(int k) {
    return second[k];
  }

  /**
   * Whether a pair is of one class.
   *
   * @param k the pair's number in [0, size)
   * @return true for a positive pair
   */
  public boolean same(int k) {
    return same[k];
  }

  /** {@return how many pairs are of one class} */
  public int positives() {
    int count = 0;
    for (boolean one : same) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** Such as "600 pairs, 300 of one class". */
  @Override
  public String toString() {
    return size() + " pairs, " + positives() + " of one class";
  }
}

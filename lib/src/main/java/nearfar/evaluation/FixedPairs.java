package nearfar.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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

  private FixedPairs(int size) {
    first = new int[size];
    second = new int[size];
    same = new boolean[size];
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
    int[] all = IntStream.range(0, labels.length).toArray();
    FixedPairs pairs = new FixedPairs(sum(positives, negatives));
    pairs.draw(0, labels, all, positives, negatives, new SplittableRandom(seed), "these items");
    return pairs;
  }

  /**
   * Draws pairs in folds that have no class in common: classes are dealt out to the folds, and each
   * fold's pairs are drawn among its own. {@link PairVerification} with as many folds then tries
   * each on classes that its threshold was not chosen on; where folds share classes, accuracy is
   * flattered (Wu et al., What is a Goldilocks Face Verification Test Set, 2024, arXiv:2405.15965).
   *
   * @param labels (N): the class of each item
   * @param folds how many, at least 2
   * @param positives how many pairs of one class in each fold, at least 1
   * @param negatives how many pairs of two classes in each fold, at least 1
   * @param seed chooses the folds and the pairs, any number
   * @return the pairs, fold by fold
   * @throws IllegalArgumentException if there are fewer than 2 folds, a number is below 1, or a
   *     fold's classes do not make so many pairs
   */
  public static FixedPairs inFolds(
      int[] labels, int folds, int positives, int negatives, long seed) {
    if (folds < 2) {
      throw new IllegalArgumentException("pairs need at least 2 folds, got " + folds);
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] classes = Arrays.stream(labels).distinct().sorted().toArray();
    long[] order = ByClass.draw(classes.length, classes.length, random);
    int[] foldOf = new int[classes.length];
    Arrays.setAll(foldOf, c -> (int) (order[c] % folds));
    int size = sum(positives, negatives);
    FixedPairs pairs = new FixedPairs(Math.multiplyExact(folds, size));
    for (int f = 0; f < folds; f++) {
      int fold = f;
      int[] rows =
          IntStream.range(0, labels.length)
              .filter(i -> foldOf[Arrays.binarySearch(classes, labels[i])] == fold)
              .toArray();
      String where = "the classes of fold " + f;
      pairs.draw(f * size, labels, rows, positives, negatives, random, where);
    }
    return pairs;
  }

  /** Pairs among some rows, in random order, the kinds spread evenly. */
  private void draw(
      int at,
      int[] labels,
      int[] among,
      int positives,
      int negatives,
      SplittableRandom random,
      String where) {
    ByClass items = new ByClass(Arrays.stream(among).map(i -> labels[i]).toArray());
    int n = items.size();
    // Pairs by the earlier place of the two: with the later ones of its class, and of others.
    long[] within = new long[n + 1];
    long[] between = new long[n + 1];
    for (int i = 0; i < n; i++) {
      within[i + 1] = within[i] + items.end[i] - i - 1;
      between[i + 1] = between[i] + n - items.end[i];
    }
    check(positives, within[n], "of one class", where);
    check(negatives, between[n], "of two classes", where);
    long[] ones = ByClass.draw(positives, within[n], random);
    long[] twos = ByClass.draw(negatives, between[n], random);
    int size = positives + negatives;
    int p = 0;
    for (int k = 0; k < size; k++) {
      boolean positive = (k + 1L) * positives / size > p;
      long[] before = positive ? within : between;
      long number = positive ? ones[p++] : twos[k - p];
      int i = ByClass.group(before, number);
      int j = (int) (number - before[i]) + (positive ? i + 1 : items.end[i]);
      first[at + k] = among[items.rows[i]];
      second[at + k] = among[items.rows[j]];
      same[at + k] = positive;
    }
  }

  private static int sum(int positives, int negatives) {
    if (positives < 1 || negatives < 1) {
      throw new IllegalArgumentException(
          "there must be at least 1 pair of each kind, got %d of one class and %d of two"
              .formatted(positives, negatives));
    }
    return Math.addExact(positives, negatives);
  }

  private static void check(int wanted, long there, String kind, String where) {
    if (wanted > there) {
      throw new IllegalArgumentException(
          "of pairs %s there can be at most the %d that %s make, got %d"
              .formatted(kind, there, where, wanted));
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
    FixedPairs pairs = new FixedPairs(first.length);
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
      pairs.first[k] = first[k];
      pairs.second[k] = second[k];
      pairs.same[k] = labels[first[k]] == labels[second[k]];
    }
    return pairs;
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

package nearfar.mining;

import java.util.Arrays;

/**
 * Pairs of a batch, each an anchor's row and another row: positive ones of one class, negative ones
 * of two.
 */
public final class Pairs {

  private final int[] positives;
  private final int[] negatives;

  private Pairs(int[] positives, int[] negatives) {
    this.positives = positives;
    this.negatives = negatives;
  }

  /** {@return how many pairs are of one class} */
  public int positives() {
    return positives.length / 2;
  }

  /** {@return how many pairs are of two classes} */
  public int negatives() {
    return negatives.length / 2;
  }

  /**
   * The anchor of a positive pair.
   *
   * @param k the pair's number in [0, positives)
   * @return its row
   */
  public int positiveAnchor(int k) {
    return positives[2 * k];
  }

  /**
   * The other row of a positive pair.
   *
   * @param k the pair's number in [0, positives)
   * @return its row, of the anchor's class
   */
  public int positive(int k) {
    return positives[2 * k + 1];
  }

  /**
   * The anchor of a negative pair.
   *
   * @param k the pair's number in [0, negatives)
   * @return its row
   */
  public int negativeAnchor(int k) {
    return negatives[2 * k];
  }

  /**
   * The other row of a negative pair.
   *
   * @param k the pair's number in [0, negatives)
   * @return its row, of another class than the anchor's
   */
  public int negative(int k) {
    return negatives[2 * k + 1];
  }

  /** {@return how many pairs there are, in words} */
  @Override
  public String toString() {
    return positives() + " positive and " + negatives() + " negative pairs";
  }

  /** Pairs on their way in, for a {@link PairMiner}. */
  public static final class Builder {

    /** 2²⁵, as of triplets. */
    private static final int MOST = 1 << 25;

    private int[] positives = new int[128];
    private int[] negatives = new int[128];
    private int numbersOfPositives;
    private int numbersOfNegatives;

    /** Makes a builder without pairs. */
    public Builder() {}

    /**
     * Adds a pair of one class.
     *
     * @param anchor the anchor's row
     * @param other the other row
     */
    public void positive(int anchor, int other) {
      positives = withRoom(positives, numbersOfPositives);
      positives[numbersOfPositives++] = anchor;
      positives[numbersOfPositives++] = other;
    }

    /**
     * Adds a pair of two classes.
     *
     * @param anchor the anchor's row
     * @param other the other row
     */
    public void negative(int anchor, int other) {
      negatives = withRoom(negatives, numbersOfNegatives);
      negatives[numbersOfNegatives++] = anchor;
      negatives[numbersOfNegatives++] = other;
    }

    private static int[] withRoom(int[] numbers, int used) {
      if (used < numbers.length) {
        return numbers;
      }
      if (used == 2 * MOST) {
        throw new IllegalArgumentException(
            "a batch must have at most "
                + MOST
                + " pairs of a kind, got more: draw smaller batches");
      }
      return Arrays.copyOf(numbers, 2 * numbers.length);
    }

    /** {@return the pairs added so far} */
    public Pairs build() {
      return new Pairs(
          Arrays.copyOf(positives, numbersOfPositives),
          Arrays.copyOf(negatives, numbersOfNegatives));
    }
  }
}

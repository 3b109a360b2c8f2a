package nearfar.mining;

/**
 * Chooses the pairs of a batch that a pair loss is made of: plain Java on a matrix of distances. A
 * batch without any yields an empty result and no error.
 */
public interface PairMiner {

  /**
   * The pairs of a batch.
   *
   * @param distances distances from each anchor to each row, (A, N) with A ≤ N: the anchors are the
   *     first A of the N rows, all of them unless rows of earlier batches stand behind; a row's
   *     distance to itself is not read
   * @param labels the class of each row, N
   * @return pairs, ordered by anchor
   * @throws IllegalArgumentException if the matrix is not (A, N), or there would be more than 2²⁵
   *     pairs
   */
  Pairs mine(double[][] distances, int[] labels);

  /**
   * Whether some of the choice is drawn, so that the same batch in another order, or with its
   * classes numbered otherwise, is another draw.
   *
   * @return false unless overridden
   */
  default boolean draws() {
    return false;
  }
}

package nearfar.mining;

/**
 * Chooses the triplets of a batch that a triplet loss is made of: plain Java on a matrix of
 * distances. A row that is alone in its class, or a batch of one class, yields no triplet as
 * anchor; a batch without any yields an empty result and no error.
 */
public interface Miner {

  /**
   * The triplets of a batch.
   *
   * @param distances distances from each anchor to each row, (A, N) with A ≤ N: the anchors are the
   *     first A of the N rows, all of them unless rows of earlier batches stand behind; a row's
   *     distance to itself is not read
   * @param labels the class of each row, N
   * @return triplets, ordered by anchor
   * @throws IllegalArgumentException if the matrix is not (A, N), or there would be more than 2²⁵
   *     triplets
   */
  Triplets mine(double[][] distances, int[] labels);

  /**
   * Whether some of the choice is drawn, so that the same batch in another order, or with its
   * classes numbered otherwise, is another draw.
   *
   * @return false unless overridden
   */
  default boolean draws() {
    return false;
  }

  /**
   * The pairs that these triplets are made of, each once: (anchor, positive) and (anchor,
   * negative). So a pair loss can be mined as a triplet loss is, for example a contrastive loss
   * with {@code new BatchHard().pairs()}.
   *
   * @return a miner of pairs, which has pairs only of anchors that are in a triplet
   */
  default PairMiner pairs() {
    return new PairsOfTriplets(this);
  }
}

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
   * @param distances distances between the batch's rows, (N, N); the diagonal is not read
   * @param labels the class of each row, N
   * @return triplets, ordered by anchor
   * @throws IllegalArgumentException if the matrix is not (N, N), or there would be more than 2²⁵
   *     triplets
   */
  Triplets mine(double[][] distances, int[] labels);
}

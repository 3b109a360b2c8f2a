package nearfar.evaluation;

/** The Euclidean distances |u − v| of all pairs, the embeddings taken as they are. */
public final class Distances {

  private Distances() {}

  /**
   * Measures every pair once.
   *
   * @param embeddings N vectors; {@link Embeddings#normalized()} first, if their lengths do not
   *     matter
   * @return distances within and between classes, on a grid from 0 to the greatest
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, or
   *     there are more than 10,000 embeddings
   */
  public static Distribution of(Embeddings embeddings) {
    Pairs pairs =
        Pairs.of(
            embeddings, embeddings.rows(), (u, v) -> Math.sqrt(Geometry.squaredDistance(u, v)));
    double greatest =
        Math.max(pairs.intra()[pairs.intra().length - 1], pairs.inter()[pairs.inter().length - 1]);
    // All embeddings in one point still have a distribution, all of it in the first bin.
    double upper = greatest > 0 ? greatest : 1;
    return Distribution.of("Euclidean distance", "", 0, upper, pairs.intra(), pairs.inter());
  }
}

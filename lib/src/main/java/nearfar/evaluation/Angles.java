package nearfar.evaluation;

/**
 * The angles of all pairs, in degrees: 2·atan2(|u − v|, |u + v|) for u and v at length one. Equal
 * embeddings give exactly 0; small angles keep their digits, which the arc cosine loses.
 */
public final class Angles {

  private Angles() {}

  /**
   * Measures every pair once.
   *
   * @param embeddings N vectors
   * @return angles within and between classes, in degrees, on a grid from 0 to 180
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, there
   *     are more than 10,000 embeddings, or one is the zero vector
   */
  public static Distribution of(Embeddings embeddings) {
    Pairs pairs = Pairs.of(embeddings, embeddings.units(), Geometry::angle);
    return Distribution.of("angle", "degrees", 0, 180, pairs.intra(), pairs.inter());
  }
}

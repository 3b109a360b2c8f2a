package nearfar.evaluation;

import java.util.concurrent.CancellationException;

/**
 * The angles of all pairs, in degrees: 2·atan2(|u − v|, |u + v|) for u and v at length one. Equal
 * embeddings give exactly 0; small angles keep their digits, which the arc cosine loses. The angles
 * of more than 50 million pairs are counted in cells: {@link Distribution#resolution()}.
 */
public final class Angles {

  private Angles() {}

  /**
   * Measures every pair once.
   *
   * @param embeddings N vectors
   * @return angles within and between classes, in degrees, on a grid from 0 to 180
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, or one
   *     is the zero vector
   * @throws CancellationException if the thread is interrupted
   */
  public static Distribution of(Embeddings embeddings) {
    return of(embeddings, Pairs.MOST_KEPT);
  }

  static Distribution of(Embeddings embeddings, long mostKept) {
    var angle =
        new Pairs.Figure(
            "angles",
            Geometry::angle,
            nearness -> Math.toDegrees(2 * Math.asin(Math.min(1, Math.sqrt(-nearness / 2)))),
            0);
    return new Distribution(
        "angle", "degrees", 0, 180, Pairs.of(embeddings, embeddings.units(), angle, mostKept));
  }
}

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

  /**
   * Measures the angle between each embedding and the class vector of its own class, θ_y of a loss
   * on cosines.
   *
   * @param embeddings N vectors of D entries
   * @param classVectors (C, D): the vector of each label
   * @return N angles in degrees, in the order of the embeddings
   * @throws IllegalArgumentException if there is but one class vector, a label has none, shapes do
   *     not match, or a vector is zero
   */
  public static double[] toOwnClassVector(Embeddings embeddings, double[][] classVectors) {
    return ClassDirections.vectors(embeddings, classVectors)
        .own(embeddings.units(), embeddings.labels());
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

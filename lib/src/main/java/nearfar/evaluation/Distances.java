package nearfar.evaluation;

import java.util.concurrent.CancellationException;

/**
 * The Euclidean distances |u − v| of all pairs, the embeddings taken as they are. Those of more
 * than 50 million pairs are counted in cells: {@link Distribution#resolution()}.
 */
public final class Distances {

  private Distances() {}

  /**
   * Measures every pair once.
   *
   * @param embeddings N vectors; {@link Embeddings#normalized()} first, if their lengths do not
   *     matter
   * @return distances within and between classes, on a grid from 0 to the greatest
   * @throws IllegalArgumentException if no class has two embeddings, or there is but one class
   * @throws CancellationException if the thread is interrupted
   */
  public static Distribution of(Embeddings embeddings) {
    return of(embeddings, Pairs.MOST_KEPT);
  }

  static Distribution of(Embeddings embeddings, long mostKept) {
    var distance =
        new Pairs.Figure(
            "distances",
            (u, v) -> Math.sqrt(Geometry.squaredDistance(u, v)),
            nearness -> Math.sqrt(-2 * nearness),
            0);
    Pairs pairs = Pairs.of(embeddings, embeddings.rows(), distance, mostKept);
    double greatest = Math.max(pairs.intra().max(), pairs.inter().max());
    // All embeddings in one point still have a distribution, all of it in the first bin.
    double upper = greatest > 0 ? greatest : 1;
    return new Distribution("Euclidean distance", "", 0, upper, pairs);
  }
}

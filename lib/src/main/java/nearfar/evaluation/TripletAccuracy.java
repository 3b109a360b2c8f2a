package nearfar.evaluation;

import java.util.Locale;

/**
 * The share of triplets whose positive is nearer to the anchor than their negative. Equal ones
 * count one half, as if a coin were thrown: 0.5 is chance, also where all embeddings are one point.
 * Over all triplets of one anchor it is the area under the ROC curve of that anchor's pairs; {@link
 * Verification#auc()} asks for more, one threshold for all anchors.
 *
 * @param accuracy the share, in [0, 1]
 * @param triplets how many were compared
 * @param ties how many of them are equal
 */
public record TripletAccuracy(double accuracy, int triplets, int ties) {

  /**
   * Compares by cosine similarity.
   *
   * @param embeddings what is compared
   * @param triplets made from the labels of these embeddings
   * @return the share
   * @throws IllegalArgumentException as {@link #of(Embeddings, FixedTriplets, Similarity)}
   */
  public static TripletAccuracy of(Embeddings embeddings, FixedTriplets triplets) {
    return of(embeddings, triplets, Similarity.COSINE);
  }

  /**
   * Compares by a similarity.
   *
   * @param embeddings what is compared
   * @param triplets made from the labels of these embeddings
   * @param similarity what to compare by
   * @return the share
   * @throws IllegalArgumentException if the triplets were made from other labels; if an embedding
   *     is the zero vector and the similarity is the cosine
   */
  public static TripletAccuracy of(
      Embeddings embeddings, FixedTriplets triplets, Similarity similarity) {
    double[][] rows = similarity.prepare(embeddings);
    int nearer = 0;
    int ties = 0;
    for (int t = 0; t < triplets.size(); t++) {
      int a = triplets.anchor(t);
      int p = triplets.positive(t);
      int n = triplets.negative(t);
      if (Math.max(a, Math.max(p, n)) >= rows.length
          || embeddings.label(a) != embeddings.label(p)
          || embeddings.label(a) == embeddings.label(n)) {
        throw new IllegalArgumentException(
            "triplets must be made from the labels of these %d embeddings, got triplet %d of the rows %d, %d, %d: make them with FixedTriplets.of(embeddings.labels(), ...)"
                .formatted(rows.length, t, a, p, n));
      }
      int order = Double.compare(similarity.of(rows[a], rows[p]), similarity.of(rows[a], rows[n]));
      nearer += order > 0 ? 1 : 0;
      ties += order == 0 ? 1 : 0;
    }
    return new TripletAccuracy((nearer + ties / 2.0) / triplets.size(), triplets.size(), ties);
  }

  /** Such as "accuracy 0.912 over 3,000 triplets". */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "accuracy %.3f over %,d triplets", accuracy, triplets);
  }
}

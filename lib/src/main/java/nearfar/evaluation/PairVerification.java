package nearfar.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many of a list of pairs are told rightly to be of one class or of two, by a threshold that
 * was chosen on other pairs: the pairs are cut into folds, stretches of the list of equal length;
 * for each fold the threshold is the one that does best on all others. The figure of a benchmark
 * such as Labeled Faces in the Wild (Huang, Ramesh, Berg and Learned-Miller 2007, View 2), which
 * has ten folds and gives mean and standard error over them. {@link FixedPairs#inFolds} makes folds
 * without a class in common.
 *
 * <p>A pair is accepted as of one class where its similarity is at least the threshold. Thresholds
 * are tried half way between similarities that follow each other, and beyond both ends; of equally
 * good ones the highest is taken.
 */
public final class PairVerification {

  /** As many as Labeled Faces in the Wild has: {@value}. */
  public static final int FOLDS = 10;

  private final double[] accuracies;
  private final double[] thresholds;
  private final int pairs;

  /** A pair's similarity and kind. */
  private record Case(double similarity, boolean same) {}

  private PairVerification(double[] accuracies, double[] thresholds, int pairs) {
    this.accuracies = accuracies;
    this.thresholds = thresholds;
    this.pairs = pairs;
  }

  /**
   * Compares by cosine similarity, in {@value #FOLDS} folds.
   *
   * @param embeddings what is compared
   * @param pairs made from the labels of these embeddings
   * @return the measure
   * @throws IllegalArgumentException as {@link #of(Embeddings, FixedPairs, Similarity, int)}
   */
  public static PairVerification of(Embeddings embeddings, FixedPairs pairs) {
    return of(embeddings, pairs, Similarity.COSINE, FOLDS);
  }

  /**
   * Compares by a similarity.
   *
   * @param embeddings what is compared
   * @param pairs made from the labels of these embeddings
   * @param similarity what to compare by
   * @param folds how many, at least 2
   * @return the measure
   * @throws IllegalArgumentException if there are fewer than 2 folds or fewer pairs than folds, or
   *     the pairs were made from other labels; if an embedding is the zero vector and the
   *     similarity is the cosine
   */
  public static PairVerification of(
      Embeddings embeddings, FixedPairs pairs, Similarity similarity, int folds) {
    if (folds < 2 || folds > pairs.size()) {
      throw new IllegalArgumentException(
          "%d pairs can be cut into 2 to %d folds, got %d"
              .formatted(pairs.size(), pairs.size(), folds));
    }
    Case[] cases = cases(embeddings, pairs, similarity);
    double[] accuracies = new double[folds];
    double[] thresholds = new double[folds];
    for (int f = 0; f < folds; f++) {
      int from = (int) ((long) f * cases.length / folds);
      int to = (int) ((f + 1L) * cases.length / folds);
      double threshold =
          best(
              IntStream.range(0, cases.length)
                  .filter(k -> k < from || k >= to)
                  .mapToObj(k -> cases[k])
                  .sorted(Comparator.comparingDouble(Case::similarity).reversed())
                  .toArray(Case[]::new));
      long right =
          Arrays.stream(cases, from, to).filter(c -> c.similarity >= threshold == c.same).count();
      thresholds[f] = threshold;
      accuracies[f] = (double) right / (to - from);
    }
    return new PairVerification(accuracies, thresholds, cases.length);
  }

  private static Case[] cases(Embeddings embeddings, FixedPairs pairs, Similarity similarity) {
    double[][] rows = similarity.prepare(embeddings);
    Case[] cases = new Case[pairs.size()];
    for (int k = 0; k < cases.length; k++) {
      int i = pairs.first(k);
      int j = pairs.second(k);
      if (Math.max(i, j) >= rows.length
          || (embeddings.label(i) == embeddings.label(j)) != pairs.same(k)) {
        throw new IllegalArgumentException(
            "pairs must be made from the labels of these %d embeddings, got pair %d of the rows %d and %d: make them with FixedPairs.of(embeddings.labels(), ...)"
                .formatted(rows.length, k, i, j));
      }
      cases[k] = new Case(similarity.of(rows[i], rows[j]), pairs.same(k));
    }
    return cases;
  }

  /** The threshold that is right most often; cases fall. */
  private static double best(Case[] cases) {
    int right = (int) Arrays.stream(cases).filter(c -> !c.same).count(); // accepting none
    int most = right;
    double threshold = Double.POSITIVE_INFINITY;
    for (int k = 0; k < cases.length; k++) {
      right += cases[k].same ? 1 : -1;
      boolean last = k == cases.length - 1;
      boolean tied = !last && cases[k + 1].similarity == cases[k].similarity;
      if (!tied && right > most) {
        most = right;
        threshold = last ? Double.NEGATIVE_INFINITY : between(cases[k + 1], cases[k]);
      }
    }
    return threshold;
  }

  /** Half way, or where no number is there the upper end: it accepts that one and not the lower. */
  private static double between(Case lower, Case upper) {
    double middle = lower.similarity + (upper.similarity - lower.similarity) / 2;
    return middle > lower.similarity ? middle : upper.similarity;
  }

  /**
   * The mean over the folds of the share of pairs told rightly.
   *
   * @return a share in [0, 1]; 0.5 is chance where the pairs are balanced
   */
  public double accuracy() {
    return Arrays.stream(accuracies).average().orElseThrow();
  }

  /**
   * The standard error of {@link #accuracy()}: the folds' standard deviation (of a sample, divided
   * by F − 1) over √F. Folds share most of the pairs that thresholds are chosen on, and may share
   * items, so it is too small rather than too large.
   *
   * @return the standard error
   */
  public double standardError() {
    double mean = accuracy();
    int folds = accuracies.length;
    double squares = Arrays.stream(accuracies).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (folds - 1) / folds);
  }

  /**
   * The share of each fold's pairs told rightly.
   *
   * @return (F), a copy
   */
  public double[] accuracies() {
    return accuracies.clone();
  }

  /**
   * The threshold for each fold, chosen on all others.
   *
   * @return (F), a copy; infinite where it is best to accept none, or all
   */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** Such as "accuracy 0.981 ± 0.004 over 6,000 pairs in 10 folds". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "accuracy %.3f ± %.3f over %,d pairs in %d folds",
        accuracy(),
        standardError(),
        pairs,
        accuracies.length);
  }
}

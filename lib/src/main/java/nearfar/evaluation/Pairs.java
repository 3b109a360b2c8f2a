package nearfar.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;

/**
 * One figure for each of the N(N − 1)/2 pairs, apart for pairs within a class and between classes.
 *
 * @param intra of pairs within a class
 * @param inter of pairs between classes
 * @param resolution how far at most a figure is from the one that it is counted as; 0 if all are
 *     kept
 */
record Pairs(Sample intra, Sample inter, double resolution) {

  /** So many are kept, in 400 MB: what a small machine's heap still holds. More are counted. */
  static final long MOST_KEPT = 50_000_000;

  /**
   * A figure of two rows that depends on their distance alone.
   *
   * @param name of several such, for messages
   * @param exact of two rows
   * @param ofNearness of the nearness −|u − v|² / 2, 0 or less; rising or falling throughout
   * @param granule how far the exact one's nearness may be from the rows' own, by rounding
   */
  record Figure(
      String name,
      ToDoubleBiFunction<double[], double[]> exact,
      DoubleUnaryOperator ofNearness,
      double granule) {}

  static Pairs of(Embeddings embeddings, double[][] rows, Figure figure, long mostKept) {
    long within = countWithin(embeddings);
    long all = rows.length * (rows.length - 1L) / 2;
    return all > mostKept
        ? PairCounts.of(embeddings.labels(), rows, figure)
        : kept(embeddings.labels(), rows, figure, (int) within);
  }

  private static Pairs kept(int[] labels, double[][] rows, Figure figure, int within) {
    int n = labels.length;
    double[] intra = new double[within];
    double[] inter = new double[(int) (n * (n - 1L) / 2) - within];
    // Where the figures of each row with those after it go; rows after it are counted backwards.
    int[] place = new int[n];
    Map<Integer, Integer> seen = new HashMap<>();
    for (int i = n - 1, before = within; i >= 0; i--) {
      before -= seen.merge(labels[i], 1, Integer::sum) - 1;
      place[i] = before;
    }
    Cores.share(
        n,
        "measuring " + figure.name(),
        () ->
            i -> {
              int p = place[i];
              int q = (int) (i * (2L * n - i - 1) / 2) - p;
              for (int j = i + 1; j < n; j++) {
                double value = figure.exact().applyAsDouble(rows[i], rows[j]);
                if (labels[i] == labels[j]) {
                  intra[p++] = value;
                } else {
                  inter[q++] = value;
                }
              }
            });
    Arrays.sort(intra);
    Arrays.sort(inter);
    return new Pairs(new Sample(intra, null), new Sample(inter, null), 0);
  }

  /**
   * Refuses embeddings without both kinds of pairs.
   *
   * @return how many pairs are within a class
   */
  static long countWithin(Embeddings embeddings) {
    int[] labels = embeddings.labels();
    int n = labels.length;
    // Each embedding makes a pair with those of its class seen before it.
    Map<Integer, Integer> seen = new HashMap<>();
    long within = 0;
    for (int label : labels) {
      within += seen.merge(label, 1, Integer::sum) - 1;
    }
    if (within == 0) {
      throw new IllegalArgumentException(
          "pairs within a class need a class with two embeddings or more, got "
              + n
              + " embeddings of "
              + embeddings.classes()
              + " classes, each alone in its class");
    }
    if (within == n * (n - 1L) / 2) {
      throw new IllegalArgumentException(
          "pairs between classes need two classes or more, got "
              + n
              + " embeddings, all of class "
              + embeddings.className(labels[0]));
    }
    return within;
  }
}

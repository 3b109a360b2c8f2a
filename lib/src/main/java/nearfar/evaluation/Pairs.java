package nearfar.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/**
 * One figure for each of the N(N − 1)/2 pairs, apart for pairs within a class and between classes;
 * both sorted, rising. Eight bytes a pair and nothing else, so that two million pairs take 16 MB.
 */
final class Pairs {

  /** 400 MB, and as much again for a distribution: what a small machine's heap still holds. */
  private static final long MOST = 50_000_000;

  private final double[] intra;
  private final double[] inter;

  private Pairs(double[] intra, double[] inter) {
    this.intra = intra;
    this.inter = inter;
  }

  static Pairs of(
      Embeddings embeddings, double[][] rows, ToDoubleBiFunction<double[], double[]> measure) {
    int[] labels = embeddings.labels();
    int n = labels.length;
    long within = check(embeddings);
    long between = n * (n - 1L) / 2 - within;
    double[] intra = new double[(int) within];
    double[] inter = new double[(int) between];
    int p = 0;
    int q = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double value = measure.applyAsDouble(rows[i], rows[j]);
        if (labels[i] == labels[j]) {
          intra[p++] = value;
        } else {
          inter[q++] = value;
        }
      }
    }
    Arrays.sort(intra);
    Arrays.sort(inter);
    return new Pairs(intra, inter);
  }

  /**
   * Refuses embeddings without both kinds of pairs, or with more pairs than are held.
   *
   * @return how many pairs are within a class
   */
  static long check(Embeddings embeddings) {
    int[] labels = embeddings.labels();
    int n = labels.length;
    // Each embedding makes a pair with those of its class seen before it.
    Map<Integer, Integer> seen = new HashMap<>();
    long within = 0;
    for (int label : labels) {
      within += seen.merge(label, 1, Integer::sum) - 1;
    }
    long between = n * (n - 1L) / 2 - within;
    if (within == 0) {
      throw new IllegalArgumentException(
          "pairs within a class need a class with two embeddings or more, got "
              + n
              + " embeddings of "
              + embeddings.classes()
              + " classes, each alone in its class");
    }
    if (between == 0) {
      throw new IllegalArgumentException(
          "pairs between classes need two classes or more, got "
              + n
              + " embeddings, all of class "
              + embeddings.className(labels[0]));
    }
    if (within + between > MOST) {
      throw new IllegalArgumentException(
          n
              + " embeddings make "
              + (within + between)
              + " pairs, but at most "
              + MOST
              + " are held: embed 10,000 images or fewer, such as images.atMost(classes, perClass,"
              + " seed)");
    }
    return within;
  }

  /** Of pairs within a class; not to be written. */
  double[] intra() {
    return intra;
  }

  /** Of pairs between classes; not to be written. */
  double[] inter() {
    return inter;
  }
}

package nearfar.evaluation;

import java.util.Arrays;
import java.util.Locale;

/**
 * How well two partitions of the same items agree, such as classes and clusters, by their mutual
 * information. With n items, n_ij of them in part i of one and part j of the other, and a_i and b_j
 * the sizes of the parts, in nats:
 *
 * <p>MI = Σ_ij n_ij/n · ln(n · n_ij / (a_i b_j)), H(U) = −Σ_i a_i/n · ln(a_i/n).
 *
 * <p>NMI = MI / mean(H(U), H(V)), the arithmetic mean. It rises with the number of parts, even
 * where these are drawn by chance. AMI = (MI − E) / (mean(H(U), H(V)) − E) takes that away: E is
 * the mean of MI over all ways to deal the items to parts of the same sizes, where n_ij follows the
 * hypergeometric distribution (N. X. Vinh, J. Epps, J. Bailey, "Information Theoretic Measures for
 * Clusterings Comparison", 2010, equation 24a). So AMI is 1 for equal partitions, 0 in the mean by
 * chance, and may be below 0.
 *
 * <p>Two partitions that are equal but for the names of their parts have 1 and 1, also where all
 * items are in one part or each in its own, and the formulas say 0/0. If one alone is in one part,
 * both are 0. Values are those of scikit-learn's {@code normalized_mutual_info_score} and {@code
 * adjusted_mutual_info_score}, but for each item in its own part on both sides.
 *
 * @param nmi normalised mutual information, in [0, 1]
 * @param ami adjusted mutual information, at most 1
 */
public record Agreement(double nmi, double ami) {

  /**
   * Compares two partitions. Time O(n + r·c + Σ_ij min(a_i, b_j)) for r and c parts.
   *
   * @param first the part of each item, any numbers
   * @param second the part of each item, any numbers
   * @return the agreement, the same for (second, first)
   * @throws IllegalArgumentException if there is no item, or there are not equally many
   */
  public static Agreement of(int[] first, int[] second) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "two partitions must be of the same items, one or more, got "
              + first.length
              + " and "
              + second.length);
    }
    int[] u = places(first);
    int[] v = places(second);
    int[] a = counts(u);
    int[] b = counts(v);
    int n = u.length;
    // Pairs of parts that have items, as numbers: the table of all of them may be large and empty.
    long[] cells = new long[n];
    Arrays.setAll(cells, i -> (long) u[i] * b.length + v[i]);
    Arrays.sort(cells);
    double mutual = 0;
    int different = 0;
    for (int from = 0, to; from < n; from = to) {
      to = from + 1;
      while (to < n && cells[to] == cells[from]) {
        to++;
      }
      double both = to - from;
      double product =
          (double) a[(int) (cells[from] / b.length)] * b[(int) (cells[from] % b.length)];
      mutual += both / n * Math.log(n * both / product);
      different++;
    }
    if (different == a.length && different == b.length) {
      return new Agreement(1, 1);
    }
    double mean = (entropy(a, n) + entropy(b, n)) / 2;
    double expected = expected(a, b, n);
    return new Agreement(
        Math.max(0, Math.min(1, mutual / mean)),
        a.length == 1 || b.length == 1 ? 0 : (mutual - expected) / (mean - expected));
  }

  /** The parts as numbers from 0 up. */
  private static int[] places(int[] parts) {
    int[] names = Arrays.stream(parts).distinct().sorted().toArray();
    return Arrays.stream(parts).map(part -> Arrays.binarySearch(names, part)).toArray();
  }

  private static int[] counts(int[] places) {
    int[] counts = new int[Arrays.stream(places).max().orElseThrow() + 1];
    for (int place : places) {
      counts[place]++;
    }
    return counts;
  }

  private static double entropy(int[] counts, double n) {
    return Arrays.stream(counts).mapToDouble(c -> -c / n * Math.log(c / n)).sum();
  }

  /** The mean of the mutual information over all deals. */
  static double expected(int[] a, int[] b, int n) {
    double[] logFactorial = new double[n + 1];
    for (int i = 2; i <= n; i++) {
      logFactorial[i] = logFactorial[i - 1] + Math.log(i);
    }
    // Parts of one size have one term: there are few sizes, however many parts there are.
    int[][] rows = sizes(a);
    int[][] columns = sizes(b);
    double expected = 0;
    for (int[] row : rows) {
      for (int[] column : columns) {
        expected += (double) row[1] * column[1] * term(row[0], column[0], n, logFactorial);
      }
    }
    return expected;
  }

  /** Each size that occurs, and how often. */
  private static int[][] sizes(int[] counts) {
    int[] distinct = Arrays.stream(counts).distinct().sorted().toArray();
    int[][] sizes = new int[distinct.length][];
    Arrays.setAll(
        sizes,
        s ->
            new int[] {
              distinct[s], (int) Arrays.stream(counts).filter(c -> c == distinct[s]).count()
            });
    return sizes;
  }

  /** Σ over k, the number of items common to parts of a and b items, by its probability. */
  private static double term(int a, int b, int n, double[] logFactorial) {
    double fixed =
        logFactorial[a]
            + logFactorial[b]
            + logFactorial[n - a]
            + logFactorial[n - b]
            - logFactorial[n];
    double sum = 0;
    for (int k = Math.max(1, a + b - n); k <= Math.min(a, b); k++) {
      double logProbability =
          fixed
              - logFactorial[k]
              - logFactorial[a - k]
              - logFactorial[b - k]
              - logFactorial[n - a - b + k];
      sum +=
          (double) k / n * Math.log((double) n * k / ((double) a * b)) * Math.exp(logProbability);
    }
    return sum;
  }

  /** Such as "NMI 0.912, AMI 0.874". */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "NMI %.3f, AMI %.3f", nmi, ami);
  }
}

package nearfar.loss;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The losses over pairs and tuples once more, from the papers and in plain loops: exponentials and
 * their sums as they are printed, distances by differences, no matrix and no mask.
 *
 * @param x the rows
 * @param y their classes
 * @param anchors how many of them, the first, are compared with the others
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PairOracles(double[][] x, int[] y, int anchors) {

  /** A batch by itself. */
  static ToDoubleFunction<Batch> of(ToDoubleFunction<PairOracles> formula) {
    return b -> formula.applyAsDouble(new PairOracles(b.embeddings(), b.labels(), b.size()));
  }

  private boolean positive(int i, int j) {
    return i != j && y[i] == y[j];
  }

  private boolean negative(int i, int j) {
    return y[i] != y[j];
  }

  private double cos(int i, int j) {
    return Math.cos(Oracle.angle(x[i], x[j]));
  }

  private double distance(int i, int j) {
    double sum = 0;
    for (int k = 0; k < x[i].length; k++) {
      sum += (x[i][k] - x[j][k]) * (x[i][k] - x[j][k]);
    }
    return Math.sqrt(sum);
  }

  /** Both means over the terms greater than 0, or over all. */
  double contrastive(double near, double far, double power, boolean all) {
    double[] sum = new double[2];
    int[] terms = new int[2];
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < x.length; j++) {
        if (i != j) {
          int side = positive(i, j) ? 0 : 1;
          double excess = side == 0 ? distance(i, j) - near : far - distance(i, j);
          if (excess > 0 || all) {
            terms[side]++;
            sum[side] += Math.pow(Math.max(0, excess), power);
          }
        }
      }
    }
    return sum[0] / Math.max(1, terms[0]) + sum[1] / Math.max(1, terms[1]);
  }

  /** Mean over all triplets of an anchor. */
  double triplet(double margin) {
    double sum = 0;
    int triplets = 0;
    for (int a = 0; a < anchors; a++) {
      for (int p = 0; p < x.length; p++) {
        for (int n = 0; n < x.length; n++) {
          if (positive(a, p) && negative(a, n)) {
            sum += Math.max(0, distance(a, p) - distance(a, n) + margin);
            triplets++;
          }
        }
      }
    }
    return sum / Math.max(1, triplets);
  }

  double nPairs(boolean normalized) {
    Map<Integer, Integer> first = new HashMap<>();
    Map<Integer, Integer> second = new HashMap<>();
    for (int i = x.length - 1; i >= 0; i--) {
      if (first.containsKey(y[i])) {
        second.put(y[i], first.get(y[i]));
      }
      first.put(y[i], i);
    }
    second.keySet().removeIf(label -> Objects.requireNonNull(first.get(label)) >= anchors);
    double sum = 0;
    for (int label : second.keySet()) {
      int a = Objects.requireNonNull(first.get(label));
      double inside = 1;
      for (int other : second.keySet()) {
        if (other != label) {
          inside +=
              Math.exp(
                  similarity(a, Objects.requireNonNull(second.get(other)), normalized)
                      - similarity(a, Objects.requireNonNull(second.get(label)), normalized));
        }
      }
      sum += Math.log(inside);
    }
    return sum / Math.max(1, second.size());
  }

  private double similarity(int i, int j, boolean normalized) {
    return normalized ? cos(i, j) : Oracle.dot(x[i], x[j]);
  }

  /** Equation 4 as it is printed; each pair of anchors counts in both orders, so does |P|. */
  double lifted(double margin) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < x.length; j++) {
        if (positive(i, j)) {
          double inside = 0;
          for (int k = 0; k < x.length; k++) {
            inside += negative(i, k) ? Math.exp(margin - distance(i, k)) : 0;
          }
          for (int l = 0; l < (j < anchors ? x.length : anchors); l++) {
            inside += negative(j, l) ? Math.exp(margin - distance(j, l)) : 0;
          }
          sum += Math.pow(Math.max(0, Math.log(inside) + distance(i, j)), 2);
          pairs++;
        }
      }
    }
    return sum / (2.0 * Math.max(1, pairs));
  }

  double multiSimilarity(double alpha, double beta, double base) {
    double sum = 0;
    for (int i = 0; i < anchors; i++) {
      double positives = 1;
      double negatives = 1;
      for (int j = 0; j < x.length; j++) {
        positives += positive(i, j) ? Math.exp(-alpha * (cos(i, j) - base)) : 0;
        negatives += negative(i, j) ? Math.exp(beta * (cos(i, j) - base)) : 0;
      }
      sum += Math.log(positives) / alpha + Math.log(negatives) / beta;
    }
    return sum / anchors;
  }

  /** With the optima O and margins Δ of the paper. */
  double circle(double m, double gamma) {
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < anchors; i++) {
      int row = i;
      if (IntStream.range(0, x.length).noneMatch(j -> positive(row, j))
          || IntStream.range(0, x.length).noneMatch(j -> negative(row, j))) {
        continue;
      }
      double inside = 1;
      for (int n = 0; n < x.length; n++) {
        for (int p = 0; p < x.length; p++) {
          if (negative(i, n) && positive(i, p)) {
            double ofN = Math.max(0, cos(i, n) + m) * (cos(i, n) - m);
            double ofP = Math.max(0, 1 + m - cos(i, p)) * (cos(i, p) - (1 - m));
            inside += Math.exp(gamma * (ofN - ofP));
          }
        }
      }
      sum += Math.log(inside);
      counted++;
    }
    return sum / Math.max(1, counted);
  }

  double supervisedContrastive(double temperature) {
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < anchors; i++) {
      double all = 0;
      double logs = 0;
      int positives = 0;
      for (int a = 0; a < x.length; a++) {
        all += a == i ? 0 : Math.exp(cos(i, a) / temperature);
      }
      for (int p = 0; p < x.length; p++) {
        if (positive(i, p)) {
          logs += Math.log(Math.exp(cos(i, p) / temperature) / all);
          positives++;
        }
      }
      if (positives > 0) {
        sum -= logs / positives;
        counted++;
      }
    }
    return sum / Math.max(1, counted);
  }

  double ntXent(double temperature) {
    DoubleUnaryOperator exp = cos -> Math.exp(cos / temperature);
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < x.length; j++) {
        if (positive(i, j)) {
          double own = exp.applyAsDouble(cos(i, j));
          double all = own;
          for (int k = 0; k < x.length; k++) {
            all += negative(i, k) ? exp.applyAsDouble(cos(i, k)) : 0;
          }
          sum -= Math.log(own / all);
          pairs++;
        }
      }
    }
    return sum / Math.max(1, pairs);
  }

  /** From the triangle: ‖a − p‖² − 4 tan²α ‖n − c‖² less what it is if all three are at 90°. */
  double angular(double alpha) {
    double tan2 = Math.tan(alpha) * Math.tan(alpha);
    double constant = 2 - 4 * tan2 * (1 + 0.5);
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < anchors; i++) {
      for (int j = 0; j < x.length; j++) {
        if (positive(i, j)) {
          double inside = 1;
          for (int n = 0; n < x.length; n++) {
            if (negative(i, n)) {
              double[] a = unit(x[i]);
              double[] p = unit(x[j]);
              double[] c = new double[a.length];
              Arrays.setAll(c, k -> (a[k] + p[k]) / 2);
              double hinge = square(a, p) - 4 * tan2 * square(unit(x[n]), c);
              inside += Math.exp(hinge - constant);
            }
          }
          sum += Math.log(inside);
          pairs++;
        }
      }
    }
    return sum / Math.max(1, pairs);
  }

  private static double[] unit(double[] row) {
    double length = Oracle.length(row);
    return Arrays.stream(row).map(v -> v / length).toArray();
  }

  private static double square(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(k -> Math.pow(a[k] - b[k], 2)).sum();
  }
}

package nearfar.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import nearfar.mining.Miner;
import nearfar.mining.Triplets;

/**
 * The losses once more, from the papers and in plain loops: no logits matrix, no Gram matrix, no
 * identity for cos(θ + m), so that nothing is shared with the implementation but the definition.
 */
final class Oracle {

  private Oracle() {}

  static double softmax(Batch b) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double[] logits = new double[b.classes()];
      for (int j = 0; j < logits.length; j++) {
        logits[j] = dot(b.vectors()[j], b.embeddings()[i]) + b.bias()[j];
      }
      sum += surprise(logits, b.labels()[i]);
    }
    return sum / b.size();
  }

  static double arcface(Batch b, double margin, double scale) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double[] logits = new double[b.classes()];
      for (int j = 0; j < logits.length; j++) {
        double theta = angle(b.embeddings()[i], b.vectors()[j]);
        if (j != b.labels()[i]) {
          logits[j] = scale * Math.cos(theta);
        } else if (theta <= Math.PI - margin) {
          logits[j] = scale * Math.cos(theta + margin);
        } else {
          logits[j] = scale * (Math.cos(theta) - margin * Math.sin(margin));
        }
      }
      sum += surprise(logits, b.labels()[i]);
    }
    return sum / b.size();
  }

  static double cosface(Batch b, double margin, double scale) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double[] logits = new double[b.classes()];
      for (int j = 0; j < logits.length; j++) {
        logits[j] = scale * Math.cos(angle(b.embeddings()[i], b.vectors()[j]));
      }
      logits[b.labels()[i]] -= scale * margin;
      sum += surprise(logits, b.labels()[i]);
    }
    return sum / b.size();
  }

  static double center(Batch b) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      sum += Math.pow(length(minus(b.embeddings()[i], b.centers()[b.labels()[i]])), 2);
    }
    return sum;
  }

  /** Wen's update, class by class over all classes. */
  static double[][] wen(Batch b, double alpha) {
    double[][] centers = new double[b.centers().length][];
    for (int j = 0; j < centers.length; j++) {
      double[] c = b.centers()[j].clone();
      double[] delta = new double[c.length];
      int n = 0;
      for (int i = 0; i < b.size(); i++) {
        if (b.labels()[i] == j) {
          n++;
          for (int k = 0; k < c.length; k++) {
            delta[k] += b.centers()[j][k] - b.embeddings()[i][k];
          }
        }
      }
      for (int k = 0; k < c.length; k++) {
        c[k] -= alpha * delta[k] / (1 + n);
      }
      centers[j] = c;
    }
    return centers;
  }

  /** Distances of the batch's rows by their difference, squared or not. */
  static double[][] distances(Batch b, boolean squared) {
    double[][] d = new double[b.size()][b.size()];
    for (int i = 0; i < d.length; i++) {
      for (int j = 0; j < d.length; j++) {
        double length = length(minus(b.embeddings()[i], b.embeddings()[j]));
        d[i][j] = squared ? length * length : length;
      }
    }
    return d;
  }

  /** d(a, n) and d(a, p) of every valid triplet. */
  record Term(int anchor, double positive, double negative) {}

  static List<Term> all(Batch b, double[][] d) {
    List<Term> terms = new ArrayList<>();
    for (int a = 0; a < b.size(); a++) {
      for (int p = 0; p < b.size(); p++) {
        for (int n = 0; n < b.size(); n++) {
          if (a != p && b.labels()[a] == b.labels()[p] && b.labels()[a] != b.labels()[n]) {
            terms.add(new Term(a, d[a][p], d[a][n]));
          }
        }
      }
    }
    return terms;
  }

  static List<Term> hard(Batch b, double[][] d) {
    List<Term> hardest = new ArrayList<>();
    for (int a = 0; a < b.size(); a++) {
      int anchor = a;
      List<Term> mine = all(b, d).stream().filter(t -> t.anchor == anchor).toList();
      if (!mine.isEmpty()) {
        hardest.add(
            new Term(
                a,
                mine.stream().mapToDouble(Term::positive).max().orElseThrow(),
                mine.stream().mapToDouble(Term::negative).min().orElseThrow()));
      }
    }
    return hardest;
  }

  static List<Term> semiHard(Batch b, double[][] d, double margin) {
    return all(b, d).stream()
        .filter(t -> t.negative > t.positive && t.negative - t.positive <= margin)
        .toList();
  }

  /** What a miner chooses; that it chooses rightly is for its own tests. */
  static List<Term> chosen(Miner miner, Batch b, double[][] d) {
    Triplets chosen = miner.mine(d, b.labels());
    List<Term> terms = new ArrayList<>();
    for (int t = 0; t < chosen.size(); t++) {
      int a = chosen.anchor(t);
      terms.add(new Term(a, d[a][chosen.positive(t)], d[a][chosen.negative(t)]));
    }
    return terms;
  }

  static double sum(List<Term> terms, ToDoubleFunction<Term> cost) {
    return terms.stream().mapToDouble(cost).sum();
  }

  static double mean(List<Term> terms, ToDoubleFunction<Term> cost) {
    return terms.stream().mapToDouble(cost).average().orElse(0);
  }

  static double meanOfPositive(List<Term> terms, ToDoubleFunction<Term> cost) {
    return terms.stream().mapToDouble(cost).filter(v -> v > 0).average().orElse(0);
  }

  static ToDoubleFunction<Term> hinge(double margin) {
    return t -> Math.max(0, t.positive - t.negative + margin);
  }

  static double soft(Term t) {
    return Math.log(1 + Math.exp(t.positive - t.negative));
  }

  /** −log of the share of one logit. */
  private static double surprise(double[] logits, int label) {
    double others = 0;
    for (double logit : logits) {
      others += Math.exp(logit - logits[label]);
    }
    return Math.log(others);
  }

  static double angle(double[] x, double[] y) {
    double cos = dot(x, y) / length(x) / length(y);
    return Math.acos(Math.max(-1, Math.min(1, cos)));
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  static double length(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double[] minus(double[] x, double[] y) {
    double[] difference = x.clone();
    for (int k = 0; k < x.length; k++) {
      difference[k] -= y[k];
    }
    return difference;
  }
}

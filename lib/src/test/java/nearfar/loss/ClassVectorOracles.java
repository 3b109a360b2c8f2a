package nearfar.loss;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The losses over class vectors once more, from the papers and in plain loops: angles by acos,
 * distances by differences, exponentials as they are written.
 */
final class ClassVectorOracles {

  private ClassVectorOracles() {}

  /** What an embedding's angle to its own class vector becomes. */
  private interface Target {
    double of(int row, double theta);
  }

  /**
   * Softmax over cosines with another one for the true class, whose factor a row has of its own.
   */
  private static double softmax(Batch b, int perClass, double[] factor, Target target) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double own = factor[i] * target.of(i, nearest(b, i, b.labels()[i], perClass));
      double total = 0;
      for (int j = 0; j < b.classes(); j++) {
        double logit = j == b.labels()[i] ? own : factor[i] * Math.cos(nearest(b, i, j, perClass));
        total += Math.exp(logit - own);
      }
      sum += Math.log(total);
    }
    return sum / b.size();
  }

  private static double[] same(Batch b, double factor) {
    return DoubleStream.generate(() -> factor).limit(b.size()).toArray();
  }

  /** The smallest angle to one of a class's vectors. */
  private static double nearest(Batch b, int i, int j, int perClass) {
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < perClass; k++) {
      least = Math.min(least, angle(b.embeddings()[i], b.vectors()[j * perClass + k]));
    }
    return least;
  }

  /** A zero vector is at a right angle to everything. */
  private static double angle(double[] x, double[] y) {
    return Oracle.length(x) == 0 || Oracle.length(y) == 0 ? Math.PI / 2 : Oracle.angle(x, y);
  }

  static double combined(Batch b, double m1, double m2, double m3, double scale) {
    return softmax(b, 1, same(b, scale), (i, theta) -> combinedTarget(theta, m1, m2, m3));
  }

  static double combinedTarget(double theta, double m1, double m2, double m3) {
    if (m1 * theta + m2 <= Math.PI) {
      return Math.cos(m1 * theta + m2) - m3;
    }
    double start = (Math.PI - m2) / m1;
    double after = -Math.cos(m2) - m2 * Math.sin(m2); // where it goes on from
    return after + Math.cos(theta) - Math.cos(start) - m3;
  }

  static double sphereface(Batch b, int m) {
    double[] lengths = lengths(b);
    return softmax(b, 1, lengths, (i, theta) -> psi(theta, m));
  }

  static double psi(double theta, int m) {
    int k = (int) Math.min(m - 1, Math.floor(theta * m / Math.PI));
    return (k % 2 == 0 ? 1 : -1) * Math.cos(m * theta) - 2 * k;
  }

  static double subCenterArcface(Batch b, double margin, double scale, int perClass) {
    return softmax(b, perClass, same(b, scale), (i, theta) -> combinedTarget(theta, 1, margin, 0));
  }

  static double magface(
      Batch b, double scale, double from, double to, double least, double most, double lambda) {
    double[] a = Arrays.stream(lengths(b)).map(v -> Math.max(from, Math.min(to, v))).toArray();
    double g = Arrays.stream(a).map(v -> v / (to * to) + 1 / v).average().orElseThrow();
    return lambda * g
        + softmax(
            b,
            1,
            same(b, scale),
            (i, theta) -> {
              double share = (a[i] - from) / (to - from);
              return combinedTarget(theta, 1, (1 - share) * least + share * most, 0);
            });
  }

  static double adaface(Batch b, double margin, double h, double scale) {
    double[] a = lengths(b);
    double mean = Arrays.stream(a).average().orElseThrow();
    double variance = Arrays.stream(a).map(v -> v * v - mean * mean).sum() / (a.length - 1);
    return softmax(
        b,
        1,
        same(b, scale),
        (i, theta) -> {
          double quality = h * (a[i] - mean) / (Math.sqrt(variance) + 1e-3);
          quality = Math.max(-1, Math.min(1, quality));
          double moved = Math.max(0, Math.min(Math.PI, theta - margin * quality));
          return Math.cos(moved) - (margin * quality + margin);
        });
  }

  static double proxyNca(Batch b, double temperature) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double total = 0;
      double own = 0;
      for (int j = 0; j < b.classes(); j++) {
        double near =
            Math.exp(-squared(unit(b.embeddings()[i]), unit(b.vectors()[j])) / temperature);
        total += near;
        own = j == b.labels()[i] ? near : own;
      }
      sum -= Math.log(own / total);
    }
    return sum / b.size();
  }

  static double proxyAnchor(Batch b, double margin, double alpha) {
    double pulls = 0;
    double pushes = 0;
    int present = 0;
    for (int j = 0; j < b.classes(); j++) {
      double pull = 1;
      double push = 1;
      for (int i = 0; i < b.size(); i++) {
        double cos = Math.cos(angle(b.embeddings()[i], b.vectors()[j]));
        if (b.labels()[i] == j) {
          pull += Math.exp(-alpha * (cos - margin));
        } else {
          push += Math.exp(alpha * (cos + margin));
        }
      }
      int own = j;
      present += IntStream.of(b.labels()).anyMatch(y -> y == own) ? 1 : 0;
      pulls += Math.log(pull);
      pushes += Math.log(push);
    }
    return pulls / present + pushes / b.classes();
  }

  static double softTriple(
      Batch b, int centers, double scale, double gamma, double margin, double tau) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double total = 0;
      double own = 0;
      for (int j = 0; j < b.classes(); j++) {
        double weighted = 0;
        double weights = 0;
        for (int k = 0; k < centers; k++) {
          double cos = Math.cos(angle(b.embeddings()[i], b.vectors()[j * centers + k]));
          weighted += Math.exp(cos / gamma) * cos;
          weights += Math.exp(cos / gamma);
        }
        boolean mine = j == b.labels()[i];
        double near = Math.exp(scale * (weighted / weights - (mine ? margin : 0)));
        total += near;
        own = mine ? near : own;
      }
      sum -= Math.log(own / total);
    }
    double spread = 0;
    for (int j = 0; j < b.classes(); j++) {
      for (int k = 0; k < centers; k++) {
        for (int l = k + 1; l < centers; l++) {
          double[] one = unit(b.vectors()[j * centers + k]);
          double[] other = unit(b.vectors()[j * centers + l]);
          spread += Math.sqrt(squared(one, other));
        }
      }
    }
    return sum / b.size() + tau * spread / (b.classes() * centers * Math.max(1, centers - 1));
  }

  /** Half the mean of (p − q)² over all pairs of figures is their variance. */
  static double centerVariance(Batch b) {
    double[] squares =
        Arrays.stream(b.vectors()).mapToDouble(row -> Math.pow(Oracle.length(row), 2)).toArray();
    double sum = 0;
    for (double p : squares) {
      for (double q : squares) {
        sum += (p - q) * (p - q);
      }
    }
    return sum / squares.length / squares.length / 2 / 4;
  }

  static double embeddingNorm(Batch b, double target) {
    return Arrays.stream(lengths(b)).map(v -> Math.pow(v - target, 2)).average().orElseThrow();
  }

  private static double[] lengths(Batch b) {
    return Arrays.stream(b.embeddings()).mapToDouble(Oracle::length).toArray();
  }

  private static double[] unit(double[] row) {
    double length = Oracle.length(row);
    return length == 0 ? row : Arrays.stream(row).map(v -> v / length).toArray();
  }

  private static double squared(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += (x[k] - y[k]) * (x[k] - y[k]);
    }
    return sum;
  }
}

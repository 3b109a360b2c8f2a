package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarginAdviceTest {

  private static double[] at(double degrees) {
    return new double[] {Math.cos(Math.toRadians(degrees)), Math.sin(Math.toRadians(degrees))};
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  private static double cos(double[] u, double[] v) {
    double product = 0;
    double uu = 0;
    double vv = 0;
    for (int k = 0; k < u.length; k++) {
      product += u[k] * v[k];
      uu += u[k] * u[k];
      vv += v[k] * v[k];
    }
    return product / Math.sqrt(uu * vv);
  }

  @Test
  void isRightWhereItCanBeSeen() {
    // Class vectors at 0° and 80°; embeddings 5° and 15° off, towards each other.
    Embeddings e =
        Embeddings.of(new double[][] {at(5), at(15), at(65), at(75)}, new int[] {0, 0, 1, 1});
    MarginAdvice advice = MarginAdvice.of(e, new double[][] {at(0), at(80)}, 101);
    // Rooms 75 − 5 and 65 − 15, twice each.
    assertEquals(Math.toRadians(60), advice.angularMargin(), FLOAT64);
    double five = Math.cos(Math.toRadians(5)) - Math.cos(Math.toRadians(75));
    double fifteen = Math.cos(Math.toRadians(15)) - Math.cos(Math.toRadians(65));
    assertEquals((five + fifteen) / 2, advice.cosineMargin(), FLOAT64);
    // To the other of the class 10°, to the nearest of the other class 60° and 50°.
    double near = Math.cos(Math.toRadians(10));
    double gaps = 2 * near - Math.cos(Math.toRadians(60)) - Math.cos(Math.toRadians(50));
    assertEquals(gaps, advice.tripletMargin(), FLOAT64);
    // Half of the probability 0.99 needs more than the 45° of AdaCos: by the logits themselves.
    double s = advice.scale();
    double best = Math.exp(s * Math.cos(Math.toRadians(60)));
    double p = best / (best + 100 * Math.exp(-s / 100));
    assertEquals(0.99, p, FLOAT64);
    String reason = advice.rows().get(0).reason();
    assertTrue(reason.startsWith("4 embeddings have in the median 60.0° more"), reason);
    // ψ = 80°; the 95 % quantile of {5, 5, 15, 15} is 15.
    assertTrue(reason.contains("80.0° apart"), reason);
    assertTrue(reason.contains("up to 50.0° a margin would leave nearly all at rest"), reason);
    assertTrue(Double.isNaN(advice.threshold()), "four pairs between classes are too few");
  }

  /** The median angle of class means, of rows at length one, to their nearest. */
  private static double apart(Embeddings e, int classes) {
    double[][] means = new double[classes][e.dimension()];
    for (int i = 0; i < e.size(); i++) {
      double length = Math.sqrt(square(e.vector(i)));
      for (int k = 0; k < e.dimension(); k++) {
        means[e.label(i)][k] += e.vector(i)[k] / length;
      }
    }
    List<Double> angles = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      double nearest = -1;
      for (int d = 0; d < classes; d++) {
        nearest = d == c ? nearest : Math.max(nearest, cos(means[c], means[d]));
      }
      angles.add(Math.acos(nearest));
    }
    return median(angles);
  }

  private static double square(double[] u) {
    double sum = 0;
    for (double x : u) {
      sum += x * x;
    }
    return sum;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsPlainLoopsOnMeansWithoutTheEmbeddingItself(long seed) {
    Embeddings e = Clouds.random(120, 6, 7, 0.5, seed);
    List<Double> angles = new ArrayList<>();
    List<Double> cosines = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    List<Double> own = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double[][] means = new double[7][6];
      int[] counts = new int[7];
      double nearest = -2;
      double like = 0;
      for (int j = 0; j < 120; j++) {
        if (j != i) {
          double length = Math.sqrt(square(e.vector(j)));
          counts[e.label(j)]++;
          for (int k = 0; k < 6; k++) {
            means[e.label(j)][k] += e.vector(j)[k] / length;
          }
          if (e.label(j) == e.label(i)) {
            like += cos(e.vector(i), e.vector(j));
          } else {
            nearest = Math.max(nearest, cos(e.vector(i), e.vector(j)));
          }
        }
      }
      double other = -2;
      for (int c = 0; c < 7; c++) {
        other = c == e.label(i) ? other : Math.max(other, cos(e.vector(i), means[c]));
      }
      double mine = cos(e.vector(i), means[e.label(i)]);
      own.add(Math.acos(mine));
      angles.add(Math.acos(other) - Math.acos(mine));
      cosines.add(mine - other);
      gaps.add(2 * (like / counts[e.label(i)] - nearest));
    }
    MarginAdvice advice = MarginAdvice.of(e, 40);
    double apart = apart(e, 7);
    double room = Math.max(0, Math.min(apart, median(angles)));
    assertEquals(room, advice.angularMargin(), 1e-8);
    double ofCosines = Math.max(0, Math.min(1 - Math.cos(apart), median(cosines)));
    assertEquals(ofCosines, advice.cosineMargin(), 1e-8);
    double gap = median(gaps);
    assertEquals(gap > 0 ? gap : Double.NaN, advice.tripletMargin(), 1e-8);
    double m = advice.angularMargin();
    double steepest = Math.log(39) / Math.cos(Math.min(Math.PI / 4, median(own) + m));
    double least = (Math.log(39) + Math.log(99)) / (Math.cos(m) + 1 / 39.0);
    assertEquals(Math.max(steepest, least), advice.scale(), 1e-6);
    Verification v = Verification.of(e);
    // 6,120 pairs between classes: 0.01 is the least power of ten with ten of them.
    assertEquals(v.thresholdAtFar(0.01).threshold(), advice.threshold());
  }

  @Test
  void saysWhereThereIsNoRoom() {
    Embeddings e = Clouds.random(200, 3, 10, 30, 1);
    MarginAdvice advice = MarginAdvice.of(e, 10);
    assertEquals(0, advice.angularMargin());
    assertEquals(0, advice.cosineMargin());
    assertTrue(Double.isNaN(advice.tripletMargin()));
    assertTrue(advice.rows().get(0).reason().contains("train without a margin first"));
    assertTrue(advice.rows().get(0).reason().contains("no margin would leave"));
    assertTrue(advice.rows().get(2).reason().contains("mine semi-hard"));
    // No margin is wider than the angle between neighbours.
    double[][] tight = {at(0), at(0), at(2), at(2), at(170), at(170)};
    MarginAdvice narrow = MarginAdvice.of(Embeddings.of(tight, new int[] {0, 0, 1, 1, 2, 2}), 3);
    assertEquals(Math.toRadians(2), narrow.angularMargin(), FLOAT64);
    refused(() -> MarginAdvice.of(e, 1), "got 1 to train on");
    refused(() -> MarginAdvice.of(e, new double[2][3], 10), "zero vector");
    refused(
        () -> MarginAdvice.of(Embeddings.of(new double[][] {at(0), at(1)}, new int[] {0, 1}), 2),
        "each alone in its class");
  }
}

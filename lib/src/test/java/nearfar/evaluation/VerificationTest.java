package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

  @Test
  void aThresholdFromElsewhereHasTheRatesThatAreCounted() {
    Random random = new Random(11);
    double[][] x = new double[40][3];
    int[] y = new int[40];
    for (int i = 0; i < 40; i++) {
      y[i] = i % 5;
      for (int k = 0; k < 3; k++) {
        x[i][k] = random.nextGaussian() + (k == y[i] % 3 ? 1 : 0);
      }
    }
    Embeddings embeddings = Embeddings.of(x, y);
    double[][] u = embeddings.normalized().vectors();
    Verification verification = Verification.of(embeddings);
    for (double threshold : new double[] {-1, -0.2, 0.3, 0.9, 1.1}) {
      double[] accepted = new double[2];
      double[] all = new double[2];
      for (int i = 0; i < 40; i++) {
        for (int j = 0; j < i; j++) {
          int within = y[i] == y[j] ? 1 : 0;
          double cosine = u[i][0] * u[j][0] + u[i][1] * u[j][1] + u[i][2] * u[j][2];
          all[within]++;
          accepted[within] += cosine >= threshold ? 1 : 0;
        }
      }
      Verification.Point at = verification.at(threshold);
      assertEquals(accepted[0] / all[0], at.far(), 1e-12);
      assertEquals(accepted[1] / all[1], at.tar(), 1e-12);
      assertEquals(threshold, at.threshold());
    }
    Verification.Point chosen = verification.thresholdAtFar(0.1);
    assertEquals(chosen, verification.at(chosen.threshold()));
    refused(() -> verification.at(Double.NaN), "NaN");
  }

  @Test
  void isRightWhereItCanBeCountedByHand() {
    // Distances on the line 0 1 3 | 4: within 1 2 3, between 4 3 1.
    Embeddings e = Embeddings.of(new double[][] {{0}, {1}, {3}, {4}}, new int[] {0, 0, 0, 1});
    Verification v = Verification.of(e, Similarity.EUCLIDEAN);
    // Falling: {1, 1'}, {2}, {3, 3'}, {4'}: (far, tar) = (1/3, 1/3), (1/3, 2/3), (2/3, 1), (1, 1).
    assertEquals(3, v.intraPairs());
    assertEquals(3, v.interPairs());
    assertEquals(1 / 18.0 + 5 / 18.0 + 1 / 3.0, v.auc(), FLOAT64);
    assertEquals(1 / 3.0, v.eer(), FLOAT64);
    assertEquals((1 / 2.0 + 2 / 3.0 + 3 / 5.0) / 3, v.averagePrecision(), FLOAT64);
    assertEquals(0, v.tarAtFar(0.3));
    assertEquals(2 / 3.0, v.tarAtFar(1 / 3.0), FLOAT64);
    assertEquals(1, v.tarAtFar(1), FLOAT64);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void equalsBruteForceWithTiesAndOneImageClasses(long seed) {
    for (Similarity similarity : Similarity.values()) {
      equalsBruteForce(Clouds.tied(seed), similarity);
      equalsBruteForce(Clouds.cube(seed), similarity);
      equalsBruteForce(Clouds.random(25, 4, 5, 0.7, seed), similarity);
    }
  }

  /** Counts all pairs anew at every threshold; the area is the probability that it stands for. */
  private static void equalsBruteForce(Embeddings e, Similarity similarity) {
    List<Double> within = new ArrayList<>();
    List<Double> between = new ArrayList<>();
    TreeSet<Double> thresholds = new TreeSet<>();
    for (int j = 0; j < e.size(); j++) {
      for (int i = 0; i < j; i++) {
        double s = RetrievalTest.rounded(RetrievalTest.similarity(e, i, j, similarity));
        (e.label(i) == e.label(j) ? within : between).add(s);
        thresholds.add(s);
      }
    }
    double wins = 0;
    for (double w : within) {
      for (double b : between) {
        wins += w > b ? 1 : w == b ? 0.5 : 0;
      }
    }
    double nearest = 1;
    double equalError = 0.5;
    double averagePrecision = 0;
    double tarBefore = 0;
    double[] fars = {0, 0.01, 0.1, 0.37, 1};
    double[] best = new double[fars.length];
    for (double t : thresholds.descendingSet()) {
      double accepted = within.stream().filter(s -> s >= t).count();
      double falsely = between.stream().filter(s -> s >= t).count();
      double tar = accepted / within.size();
      double far = falsely / between.size();
      averagePrecision += (tar - tarBefore) * accepted / (accepted + falsely);
      tarBefore = tar;
      if (Math.abs(far - (1 - tar)) < nearest) {
        nearest = Math.abs(far - (1 - tar));
        equalError = (far + 1 - tar) / 2;
      }
      for (int f = 0; f < fars.length; f++) {
        best[f] = far <= fars[f] ? Math.max(best[f], tar) : best[f];
      }
    }
    Verification v = Verification.of(e, similarity);
    assertEquals(within.size(), v.intraPairs());
    assertEquals(between.size(), v.interPairs());
    assertEquals(wins / within.size() / between.size(), v.auc(), FLOAT64);
    assertEquals(equalError, v.eer(), FLOAT64);
    assertEquals(averagePrecision, v.averagePrecision(), FLOAT64);
    for (int f = 0; f < fars.length; f++) {
      assertEquals(best[f], v.tarAtFar(fars[f]), FLOAT64, "FAR " + fars[f]);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23})
  void theCurveRisesFromCornerToCornerOverTheSameArea(long seed) {
    for (Embeddings e : List.of(Clouds.tied(seed), Clouds.random(80, 4, 6, 0.7, seed))) {
      Verification v = Verification.of(e);
      List<Verification.Point> roc = v.roc();
      assertEquals(new Verification.Point(0, 0, Double.POSITIVE_INFINITY), roc.get(0));
      assertEquals(1, roc.get(roc.size() - 1).far());
      assertEquals(1, roc.get(roc.size() - 1).tar());
      double area = 0;
      for (int i = 1; i < roc.size(); i++) {
        var a = roc.get(i - 1);
        var b = roc.get(i);
        assertTrue(b.far() >= a.far() && b.tar() >= a.tar() && b.threshold() < a.threshold());
        area += (b.far() - a.far()) * (a.tar() + b.tar()) / 2;
      }
      assertEquals(v.auc(), area, FLOAT64);
      assertTrue(
          roc.size() <= 2 * Math.min(v.intraPairs(), v.interPairs()) + 2, "corners: " + roc.size());
    }
  }

  @Test
  void separateClassesAreToldApartAndOnePointIsChance() {
    double[][] apart = {{1, 0}, {1, 0.1}, {0, 1}, {0.1, 1}};
    Verification perfect = Verification.of(Embeddings.of(apart, new int[] {0, 0, 1, 1}));
    assertEquals(1, perfect.auc());
    assertEquals(0, perfect.eer());
    assertEquals(1, perfect.averagePrecision());
    assertEquals(1, perfect.tarAtFar(0));
    double[][] collapsed = {{1, 2}, {1, 2}, {1, 2}, {1, 2}};
    Verification chance = Verification.of(Embeddings.of(collapsed, new int[] {0, 0, 1, 1}));
    assertEquals(0.5, chance.auc());
    assertEquals(0.5, chance.eer());
    assertEquals(2 / 6.0, chance.averagePrecision(), FLOAT64);
    assertEquals(0, chance.tarAtFar(0.99));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33})
  void equalDirectionsAreTiedToTheLastDigit(long seed) {
    // Ten directions, each twice at two lengths: one class a direction, then all in two classes.
    double[][] directions = Clouds.gaussian(new Random(seed), 10, 7);
    double[][] vectors = new double[20][7];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      labels[i] = i < 19 ? i / 2 : 0;
      for (int k = 0; k < 7; k++) {
        vectors[i][k] = directions[i / 2][k] * (1 + i);
      }
    }
    // Nine pairs of one direction are within a class and one is not; all are accepted at 1.
    Verification v = Verification.of(Embeddings.of(vectors, labels));
    assertEquals(1, v.roc().get(1).threshold());
    assertEquals(1.0 / v.interPairs(), v.roc().get(1).far());
    assertEquals(9.0 / v.intraPairs(), v.roc().get(1).tar());
  }

  @Test
  void refusesWhatHasNoAnswer() {
    refused(
        () -> Verification.of(Embeddings.of(new double[][] {{1}}, new int[] {0})), "1 embeddings");
    refused(
        () -> Verification.of(Embeddings.of(new double[][] {{1}, {2}}, new int[] {4, 4})),
        "two classes or more",
        "2 embeddings, all of class 4");
    refused(
        () -> Verification.of(Embeddings.of(new double[][] {{1}, {2}}, new int[] {0, 1})),
        "each alone in its class");
    Verification v =
        Verification.of(Embeddings.of(new double[][] {{1}, {2}, {-1}}, new int[] {0, 0, 1}));
    assertEquals(1, v.tarAtFar(0));
    assertEquals(1, v.tarAtFar(1));
    refused(() -> v.tarAtFar(-0.1), "[0, 1]", "got -0.1");
    refused(() -> v.tarAtFar(Double.NaN), "got NaN");
  }

  @ParameterizedTest(name = "{0} × {1}, moved by {2}, spread {3}")
  @CsvSource({
    "700, 64, 0, 0.8",
    "1100, 5, 0, 0.7",
    "600, 8, 3, 1e-6",
    "600, 8, 1000, 1",
    "300, 2, 0, 1",
    "300, 4, 0, 1e200"
  })
  void countedPairsAreWithinTheResolutionOfKeptOnes(int n, int d, double moved, double spread) {
    double[][] rows = Clouds.random(n, d, n / 20, 1, n).vectors();
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % (n / 20);
      for (int k = 0; k < d; k++) {
        rows[i][k] = moved + spread * rows[i][k];
      }
    }
    rows[n - 1] = rows[n - 1 - n / 20]; // a pair that is one vector
    Embeddings e = Embeddings.of(rows, labels);
    for (Similarity similarity : Similarity.values()) {
      if (spread > 1e100 && similarity == Similarity.EUCLIDEAN) {
        refused(() -> Verification.of(e, similarity, 0), "leave the range");
        continue;
      }
      Verification kept = Verification.of(e, similarity);
      Verification counted = Verification.of(e, similarity, 0);
      double resolution = counted.resolution();
      List<Verification.Point> exact = kept.roc();
      double range = exact.get(1).threshold() - exact.get(exact.size() - 1).threshold();
      assertEquals(0, kept.resolution());
      assertTrue(resolution > 0 && resolution < 3e-4 * range, resolution + " of " + range);
      assertTrue(counted.toString().contains("counted to ±"), counted.toString());
      assertFalse(kept.toString().contains("±"), kept.toString());
      assertEquals(kept.intraPairs(), counted.intraPairs());
      assertEquals(kept.interPairs(), counted.interPairs());
      List<Verification.Point> corners = counted.roc();
      for (int c = 1; c < corners.size(); c += 1 + corners.size() / 12) {
        Verification.Point point = corners.get(c);
        double t = point.threshold();
        double[] fewest = rates(e, similarity, t + 1.001 * resolution);
        double[] most = rates(e, similarity, t - 1.001 * resolution);
        assertTrue(fewest[0] <= point.far() && point.far() <= most[0], point + " far");
        assertTrue(fewest[1] <= point.tar() && point.tar() <= most[1], point + " tar");
      }
      assertEquals(kept.auc(), counted.auc(), 2e-4);
      assertEquals(kept.eer(), counted.eer(), 1e-3);
    }
  }

  private static double[] rates(Embeddings e, Similarity similarity, double threshold) {
    double[][] rows = similarity.prepare(e);
    double[] accepted = new double[2];
    double[] all = new double[2];
    for (int j = 0; j < rows.length; j++) {
      for (int i = 0; i < j; i++) {
        int kind = e.label(i) == e.label(j) ? 1 : 0;
        all[kind]++;
        accepted[kind] += similarity.of(rows[i], rows[j]) >= threshold ? 1 : 0;
      }
    }
    return new double[] {accepted[0] / all[0], accepted[1] / all[1]};
  }

  @Test
  void countsMorePairsThanAHeapHolds() {
    // 12,000 images make 72 million pairs, of which 6 million are within a class.
    Embeddings e = Clouds.random(12_000, 6, 12, 1, 1);
    Verification v = Verification.of(e);
    assertEquals(12 * (1000L * 999 / 2), v.intraPairs());
    assertEquals(12_000L * 11_999 / 2 - v.intraPairs(), v.interPairs());
    assertTrue(v.resolution() > 0);
    refused(() -> OpenSet.of(e), "12000 embeddings make 71994000 pairs", "images.atMost(");
  }

  @Test
  void takesAboutASecondForTwoMillionPairs() {
    Embeddings e = Clouds.random(2000, 64, 40, 1, 1);
    // Generous: the figure guards against an algorithm of a higher order, not against a busy
    // machine.
    assertTimeout(Duration.ofSeconds(8), () -> Verification.of(e));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theThresholdIsTheLowestThatKeepsTheRate(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e : List.of(Clouds.cube(seed), Clouds.random(40, 4, 5, 0.7, seed))) {
        Verification v = Verification.of(e, similarity);
        assertEquals(similarity, v.similarity());
        for (double far : new double[] {1.0 / v.interPairs(), 0.01, 0.1, 0.5, 1}) {
          Verification.Point at = v.thresholdAtFar(far);
          assertEquals(v.tarAtFar(far), at.tar());
          // Counted anew at the threshold, and at the next lower similarity of a pair.
          int accepted = 0;
          int right = 0;
          double next = Double.NEGATIVE_INFINITY;
          double[][] rows = similarity.prepare(e);
          for (int j = 0; j < e.size(); j++) {
            for (int i = 0; i < j; i++) {
              double s = similarity.of(rows[i], rows[j]);
              boolean within = e.label(i) == e.label(j);
              accepted += !within && s >= at.threshold() ? 1 : 0;
              right += within && s >= at.threshold() ? 1 : 0;
              next = s < at.threshold() ? Math.max(next, s) : next;
            }
          }
          assertEquals((double) accepted / v.interPairs(), at.far());
          assertEquals((double) right / v.intraPairs(), at.tar());
          assertTrue(at.far() <= far);
          int more = 0;
          for (int j = 0; j < e.size(); j++) {
            for (int i = 0; i < j; i++) {
              boolean between = e.label(i) != e.label(j);
              more += between && similarity.of(rows[i], rows[j]) >= next ? 1 : 0;
            }
          }
          assertTrue(next == Double.NEGATIVE_INFINITY || more > far * v.interPairs());
        }
      }
    }
  }

  @Test
  void aThresholdFinerThanAPairIsRefusedWithWhatItNeeds() {
    Verification v = Verification.of(Clouds.random(40, 4, 5, 0.7, 1));
    refused(() -> v.thresholdAtFar(1e-4), "needs 10,000 pairs", "got " + v.interPairs(), "1.6e-03");
    refused(() -> v.thresholdAtFar(0), "endless");
    refused(() -> v.thresholdAtFar(-0.1), "in [0, 1], got -0.1");
    refused(() -> v.thresholdAtFar(Double.NaN), "NaN");
    // All pairs are as similar as the most similar: nothing can be accepted.
    Embeddings same = Embeddings.of(new double[][] {{1}, {1}, {1}, {1}}, new int[] {0, 0, 1, 1});
    Verification.Point none = Verification.of(same).thresholdAtFar(0.5);
    assertEquals(new Verification.Point(0, 0, Double.POSITIVE_INFINITY), none);
    assertTrue(Double.isNaN(Similarity.COSINE.degrees(none.threshold())));
  }

  @Test
  void anAngleBelongsToACosine() {
    for (double degrees : new double[] {0, 1e-4, 30, 90, 135, 180}) {
      assertEquals(
          degrees,
          Similarity.COSINE.degrees(Math.cos(Math.toRadians(degrees))),
          degrees < 1 ? 1e-6 : FLOAT64 * degrees);
    }
    refused(() -> Similarity.EUCLIDEAN.degrees(-0.3), "not an angle", "-0.3");
  }
}

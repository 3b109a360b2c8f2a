package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import nearfar.Near;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about each loss over class vectors, where figures can be had by hand. */
class ClassVectorLossesTest {

  /** One embedding of a length at the angle θ to its class vector; the other class is at 90°. */
  private static Batch at(double theta, double length) {
    return new Batch(
        new double[][] {{length * Math.cos(theta), length * Math.sin(theta), 0}},
        new int[] {0},
        Map.of(EmbeddingLoss.VECTORS, new double[][] {{2, 0, 0}, {0, 0, 1}}));
  }

  /** The target logit, from the loss log(1 + exp(0 − target)). */
  private static double target(EmbeddingLoss loss, double theta) {
    return -Math.log(Math.expm1(at(theta, 1).value(loss)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 0",
    "1, 0.3, 0.2",
    "1.35, 0, 0",
    "1.35, 0.5, 0.1",
    "2, 0, 0",
    "2.5, 1, 0.4",
    "4, 0.2, 0",
    "0.9, 0.4, 0.15",
    "0.5, 0.3, 0"
  })
  void theTargetOfACombinedMarginIsThatOfItsAngle(double m1, double m2, double m3) {
    CombinedMarginLoss loss = CombinedMarginLoss.of(m1, m2, m3, 1);
    AngularMargin margin = new AngularMargin(m1, m2, m3);
    for (double theta = 0.01; theta < Math.PI; theta += 0.037) {
      double t = theta;
      double expected = ClassVectorOracles.combinedTarget(theta, m1, m2, m3);
      Near.assertNear(expected, target(loss, theta), Tolerances.FLOAT64, () -> "target at " + t);
      Near.assertNear(
          expected, margin.target(Math.cos(theta)), Tolerances.FLOAT64, () -> "in Java at " + t);
      if (Math.sin(theta) > 0.1 && Math.abs(m1 * theta + m2 - Math.PI) > 1e-3) {
        double h = Tolerances.STEP;
        double slope =
            (margin.target(Math.cos(theta) + h) - margin.target(Math.cos(theta) - h)) / (2 * h);
        assertEquals(slope, margin.slope(Math.cos(theta)), 1e-5 * Math.max(1, slope), "slope");
        assertTrue(slope > 0, "falls as the angle grows, at " + theta);
      }
    }
  }

  /** The Javadoc's rule: from −1 to −cos m2 − m2 sin m2, which without m2 is −1 again. */
  @ParameterizedTest
  @CsvSource({"1, 0.5, -1.117", "2, 0.5, -1.117", "2, 0, -1", "1.35, 0, -1"})
  void theSwitchOfACombinedMarginJumpsAsArcFacesDoes(double m1, double m2, double after) {
    CombinedMarginLoss loss = CombinedMarginLoss.of(m1, m2, 0, 1);
    double at = (Math.PI - m2) / m1;
    assertEquals(-1, target(loss, at - 1e-6), 1e-5);
    assertEquals(after, target(loss, at + 1e-6), 5e-4);
  }

  @Test
  void withASmallFactorNoLeastLossIsClaimed() {
    assertEquals(
        Math.cos(0.4) - 0.15,
        CombinedMarginLoss.of(0.9, 0.4, 0.15, 8).cosines().orElseThrow().best(),
        1e-12);
    assertTrue(CombinedMarginLoss.of(0.5, 0.3, 0, 8).cosines().isEmpty());
  }

  /** At the poles the slope is that of the limit for an angle with a factor alone: m1². */
  @Test
  void theSlopeAtThePole() {
    assertEquals(4, new AngularMargin(2, 0, 0).slope(1), 0);
    assertEquals(4, new AngularMargin(2, 0, 0).slope(Math.cos(1e-3)), 1e-4);
    assertEquals(Math.cos(0.5), new AngularMargin(1, 0.5, 0).slope(1), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void sphereFacesTargetFallsFromOneWithoutAJump(int m) {
    SphereFaceLoss loss = SphereFaceLoss.of(m);
    double before = 1;
    for (double theta = 0; theta < Math.PI; theta += 0.001) {
      double now = target(loss, theta);
      assertEquals(ClassVectorOracles.psi(theta, m), now, 1e-9 * (1 + 2 * m));
      assertTrue(now <= before + 1e-12 && now > before - 0.002 * m, "at " + theta);
      before = now;
    }
    assertEquals(1, target(loss, 0), 1e-12);
    assertEquals(1 - 2 * m, target(loss, Math.PI), 1e-9 * m);
  }

  @Test
  void sphereFacesLogitsGrowWithTheEmbedding() {
    double psi = ClassVectorOracles.psi(0.3, 4);
    assertEquals(
        Math.log1p(Math.exp(-5 * psi)), at(0.3, 5).value(SphereFaceLoss.of(4)), Tolerances.FLOAT64);
  }

  /** Only the nearest of the own class's three and of the other class's three count, and learn. */
  @Test
  void ofSubCentersTheNearestCounts() {
    double[][] w = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {-1, -1}, {0.6, -0.8}};
    Batch b =
        new Batch(new double[][] {{0.8, 0.6}}, new int[] {0}, Map.of(EmbeddingLoss.VECTORS, w), 3);
    assertEquals(2, b.classes());
    double own = Math.cos(Math.acos(0.8) + 0.2);
    double other = 0.8 * 0.6 - 0.6 * 0.8; // 0, where the other two are behind
    SubCenterArcFaceLoss loss = SubCenterArcFaceLoss.of(0.2, 4, 3);
    Batch.Result result = b.result(loss, DataType.FLOAT64);
    assertEquals(Math.log1p(Math.exp(4 * other - 4 * own)), result.value(), Tolerances.FLOAT64);
    double[][] gradient = result.gradient(EmbeddingLoss.VECTORS);
    for (int j : new int[] {1, 2, 3, 4}) {
      assertEquals(0, Oracle.length(gradient[j]), "row " + j);
    }
    assertTrue(Oracle.length(gradient[0]) > 0.1 && Oracle.length(gradient[5]) > 0.1);
  }

  /** Classes keep their rows together when they are numbered otherwise. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aClassesRowsMoveTogether(long seed) {
    EmbeddingLoss loss = SubCenterArcFaceLoss.of(0.2, 4, 3).plus(1, CenterLoss.mean());
    Batch b = Batch.random(seed, 12, 3, 5, loss);
    assertEquals(15, b.vectors().length);
    Batch moved = Invariance.CLASS_NUMBERS.changed(b, new Random(seed));
    for (int i = 0; i < b.size(); i++) {
      int from = b.labels()[i];
      int to = moved.labels()[i];
      assertEquals(b.centers()[from], moved.centers()[to]);
      for (int k = 0; k < 3; k++) {
        assertEquals(b.vectors()[3 * from + k], moved.vectors()[3 * to + k]);
      }
    }
  }

  /** At l_a and below the margin is l_m, at u_a and above u_m, half way between half of both. */
  @ParameterizedTest
  @CsvSource({"0.5, 0.2", "1, 0.2", "2, 0.4", "3, 0.6", "30, 0.6"})
  void magFacesMarginGrowsWithTheLength(double length, double margin) {
    MagFaceLoss loss = MagFaceLoss.of(8).lengths(1, 3).margins(0.2, 0.6).regularizer(0);
    assertEquals(at(0.7, 1).value(ArcFaceLoss.of(margin, 8)), at(0.7, length).value(loss), 1e-12);
    double a = Math.max(1, Math.min(3, length));
    assertEquals(
        2 * (a / 9 + 1 / a),
        at(0.7, length).value(loss.regularizer(2)) - at(0.7, length).value(loss),
        1e-12);
  }

  /** An embedding of the mean length has CosFace's margin; so has every one where all are equal. */
  @Test
  void adaFaceIsCosFaceAtTheMeanLength() {
    AdaFaceLoss loss = AdaFaceLoss.of(0.4, 0.333, 8);
    assertEquals(at(0.7, 3).value(CosFaceLoss.of(0.4, 8)), at(0.7, 3).value(loss), 1e-12);
    Batch b = Batch.random(1, 12, 3, 4);
    Batch unit = b.mapVectors(row -> Arrays.stream(row).map(v -> v / Oracle.length(row)).toArray());
    assertEquals(unit.value(CosFaceLoss.of(0.4, 8)), unit.value(loss), 1e-9);
  }

  /** Far from the mean the margin is ArcFace's for short ones, and one of the other sign. */
  @Test
  void adaFaceTurnsTheOtherWayForLongEmbeddings() {
    double[][] x = {{Math.cos(0.7), Math.sin(0.7), 0}, {9 * Math.cos(0.7), 9 * Math.sin(0.7), 0}};
    Batch b =
        new Batch(
            x,
            new int[] {0, 0},
            Map.of(EmbeddingLoss.VECTORS, new double[][] {{1, 0, 0}, {0, 0, 1}}));
    double shortOne = Math.log1p(Math.exp(-Math.cos(0.7 + 0.4)));
    double longOne = Math.log1p(Math.exp(-(Math.cos(0.7 - 0.4) - 0.8)));
    // Lengths of 1 and 9 are 0.7 deviations from 5: with h = 10 beyond either end.
    assertEquals((shortOne + longOne) / 2, b.value(AdaFaceLoss.of(0.4, 10, 1)), 1e-12);
  }

  /** What no gradient goes through is held by the certificate, and only that. */
  @Test
  void adaFacesGradientIsTangential() {
    Batch b = Batch.random(1, 12, 3, 4);
    double[][] gradient =
        b.result(AdaFaceLoss.of(0.4, 1, 8), DataType.FLOAT64).gradient(EmbeddingLoss.EMBEDDINGS);
    for (int i = 0; i < b.size(); i++) {
      assertEquals(0, Oracle.dot(gradient[i], b.embeddings()[i]), 1e-9);
    }
  }

  /** A batch of one class and one proxy each way: two softplus terms. */
  @Test
  void proxyAnchorByHand() {
    Batch b = at(0.7, 5);
    double own = Math.log1p(Math.exp(-4 * (Math.cos(0.7) - 0.1)));
    double other = Math.log1p(Math.exp(4 * (0 + 0.1)));
    assertEquals(own + other / 2, b.value(ProxyAnchorLoss.of(0.1, 4)), 1e-12);
  }

  /** τ alone: centers of a class at 60°, 90° and 150° are 1, √2 and √(2 + √3) apart. */
  @Test
  void softTriplesRegulariserIsTheDistanceOfCenters() {
    double[][] w = {
      {1, 0}, {0.5, Math.sqrt(0.75)}, {-Math.sqrt(0.75), 0.5}, {2, 0}, {3, 0}, {4, 0}
    };
    Batch b =
        new Batch(new double[][] {{0.8, 0.6}}, new int[] {0}, Map.of(EmbeddingLoss.VECTORS, w), 3);
    SoftTripleLoss loss = SoftTripleLoss.of(3).regularizer(0);
    assertEquals(
        0.7 * (1 + Math.sqrt(2) + Math.sqrt(2 + Math.sqrt(3))) / (2 * 3 * 2),
        b.value(loss.regularizer(0.7)) - b.value(loss),
        1e-12);
    double[][] gradient =
        b.result(loss.regularizer(0.7), DataType.FLOAT64).gradient(EmbeddingLoss.VECTORS);
    assertTrue(Arrays.stream(gradient).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite));
  }

  /** Lengths 1 and 3: squares 1 and 9, deviations ±4, a quarter of 16. */
  @Test
  void centerVarianceAloneIsAFigureOfTheClassVectors() {
    Batch b =
        new Batch(
            new double[][] {{1, 1}},
            new int[] {1},
            new LinkedHashMap<>(Map.of(EmbeddingLoss.VECTORS, new double[][] {{0, 1}, {3, 0}})));
    Batch.Result result = b.result(CenterVarianceLoss.of(), DataType.FLOAT64);
    assertEquals(4, result.value(), 1e-12);
    // ∂/∂w_j of ¼ · mean (‖w_j‖² − mean)² is ½ (‖w_j‖² − mean) · 2 w_j / C.
    Near.assertNear(
        new double[][] {{0, -2}, {6, 0}},
        result.gradient(EmbeddingLoss.VECTORS),
        1e-12,
        () -> "gradient");
    assertEquals(0, Oracle.length(result.gradient(EmbeddingLoss.EMBEDDINGS)[0]));
  }

  @Test
  void embeddingNormDrawsToTheTarget() {
    Batch b = at(0.7, 5);
    assertEquals(25, b.value(EmbeddingNormLoss.of()), 1e-12);
    assertEquals(9, b.value(EmbeddingNormLoss.of(2)), 1e-12);
    assertEquals(0, b.value(EmbeddingNormLoss.of(5)), 1e-12);
  }

  @Test
  void theySayTheirSettings() {
    assertEquals(
        "combined-margin(m1=1.5, m2=0.3 rad, m3=0.2, scale=16.0)",
        CombinedMarginLoss.of(1.5, 0.3, 0.2, 16).describe());
    assertEquals("sphereface(margin=4)", SphereFaceLoss.of(4).describe());
    assertEquals(
        "sub-center-arcface(margin=0.5 rad, scale=64.0, sub-centers=3)",
        SubCenterArcFaceLoss.of(0.5, 64, 3).describe());
    assertEquals(
        "magface(scale=64.0, lengths=10.0..110.0, margins=0.45..0.8 rad, lambda=35.0)",
        MagFaceLoss.of(64).describe());
    assertEquals(
        "adaface(margin=0.4 rad, h=0.333, scale=64.0)", AdaFaceLoss.of(0.4, 0.333, 64).describe());
    assertEquals("proxy-nca(temperature=0.5)", ProxyNcaLoss.of(0.5).describe());
    assertEquals("proxy-anchor(margin=0.1, alpha=32.0)", ProxyAnchorLoss.of(0.1, 32).describe());
    assertEquals(
        "soft-triple(centers=10, scale=20.0, gamma=0.1, margin=0.01, tau=0.2)",
        SoftTripleLoss.of(10).describe());
    assertEquals("center-variance", CenterVarianceLoss.of().describe());
    assertEquals("center-variance(3 vectors a class)", CenterVarianceLoss.of(3).describe());
    assertEquals("embedding-norm(target=1.0)", EmbeddingNormLoss.of(1).describe());
  }

  /** Every loss that needs class vectors says how many, also as its definition. */
  @Test
  void theDefinitionHasAsManyVectors() {
    for (EmbeddingLoss loss :
        List.of(SubCenterArcFaceLoss.of(0.1, 4, 3), SoftTripleLoss.of(4), ArcFaceLoss.of(0.1, 4))) {
      assertEquals(loss.vectorsPerClass(), loss.definition().vectorsPerClass());
      assertEquals(Set.of(EmbeddingLoss.VECTORS), loss.definition().needs());
    }
  }

  /** Labels are classes, not rows: with two classes of three vectors 2 is none. */
  @Test
  void labelsAreClassesAndNotRows() {
    try (NDManager manager = NDManager.newBaseManager()) {
      EmbeddingLoss loss = SubCenterArcFaceLoss.of(0.1, 4, 3);
      Batch b = Batch.random(1, 3, 4, 2, loss).withLabels(0, 1, 2);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> loss.evaluate(b.labels(manager), b.predictions(manager, DataType.FLOAT64)))
              .getMessage();
      assertTrue(message.contains("labels must be in [0, 2), got 2 at position 2"), message);
    }
  }
}

package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Angles, distances and the ArcFace paper's table. */
class AnglesTest {

  @Test
  void copiesAreExactlyZeroApartAndOppositesExactly180() {
    double[] u = {0.3, -1.7, 0.2};
    double[] v = {-0.3, 1.7, -0.2};
    Distribution d = Angles.of(Embeddings.of(new double[][] {u, u, v}, new int[] {0, 0, 1}));
    assertEquals(0, d.intra().max());
    assertEquals(180, d.inter().min());
    assertEquals("degrees", d.unit());
  }

  @Test
  void anglesToTheOwnClassVectorDoNotDependOnLengths() {
    Embeddings e =
        Embeddings.of(new double[][] {{2, 0}, {0, 3}, {-1, 1}, {0, -5}}, new int[] {0, 0, 1, 1});
    double[] found = Angles.toOwnClassVector(e, new double[][] {{7, 0}, {0, 0.1}});
    assertArrayEquals(new double[] {0, 90, 45, 180}, found, FLOAT64);
    refused(() -> Angles.toOwnClassVector(e, new double[][] {{7, 0}}), "class vectors");
    refused(() -> Angles.toOwnClassVector(e, new double[][] {{7, 0}, {0, 0}}), "1");
  }

  @ParameterizedTest(name = "{0} radians")
  @ValueSource(doubles = {1e-12, 1e-9, 1e-5, 0.5, 1.5707963267948966, 3, 3.14159265})
  void keepsTheDigitsOfSmallAndOfStraightAngles(double radians) {
    double[][] vectors = {{2, 0}, {3 * Math.cos(radians), 3 * Math.sin(radians)}, {1, 1}};
    Distribution d = Angles.of(Embeddings.of(vectors, new int[] {0, 0, 1}));
    double expected = Math.toDegrees(radians);
    assertEquals(expected, d.intra().mean(), 1e-13 + 1e-12 * expected);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsLoopsByTheArcCosineAndTheSquareRoot(long seed) {
    Embeddings e = Clouds.random(30, 6, 4, 0.9, seed);
    double[] intra = {};
    double[] inter = {};
    double[] near = {};
    double[] far = {};
    for (int i = 0; i < e.size(); i++) {
      for (int j = 0; j < i; j++) {
        double cos = RetrievalTest.similarity(e, i, j, Similarity.COSINE);
        double angle = Math.acos(Math.max(-1, Math.min(1, cos))) * 180 / Math.PI;
        double distance = Math.sqrt(-RetrievalTest.similarity(e, i, j, Similarity.EUCLIDEAN));
        if (e.label(i) == e.label(j)) {
          intra = append(intra, angle);
          near = append(near, distance);
        } else {
          inter = append(inter, angle);
          far = append(far, distance);
        }
      }
    }
    Distribution angles = Angles.of(e);
    assertArrayEquals(sorted(intra), angles.intra().values(), FLOAT64);
    assertArrayEquals(sorted(inter), angles.inter().values(), FLOAT64);
    Distribution distances = Distances.of(e);
    assertArrayEquals(sorted(near), distances.intra().values(), FLOAT64);
    assertArrayEquals(sorted(far), distances.inter().values(), FLOAT64);
    assertEquals(
        Math.max(
            DoubleStream.of(near).max().orElseThrow(), DoubleStream.of(far).max().orElseThrow()),
        distances.upper(),
        FLOAT64);
  }

  @Test
  void aCollapsedNetworkStillHasADistribution() {
    double[][] point = {{1, 2}, {1, 2}, {1, 2}};
    Distribution d = Distances.of(Embeddings.of(point, new int[] {0, 0, 1}));
    assertEquals(0, d.inter().max());
    assertEquals(1, d.overlap(), FLOAT64);
  }

  @Test
  void theTableIsRightWhereItCanBeSeen() {
    // Class 0 at ±10° about 0°, class 1 at 90°, class vectors at 0°, 80° and 200°.
    double[][] x = {at(10), at(-10), at(90)};
    AngleTable t =
        AngleTable.of(
            Embeddings.of(x, new int[] {0, 0, 1}), new double[][] {at(0), at(80), at(200)});
    assertEquals((0 + 10) / 2.0, t.wEc(), FLOAT64);
    assertEquals((80 + 80 + 120) / 3.0, t.wInter(), FLOAT64);
    assertEquals((10 + 10 + 0) / 3.0, t.intra(), FLOAT64);
    assertEquals(90, t.inter(), FLOAT64);
    assertEquals("W-EC 5.0°, W-Inter 93.3°, Intra 6.7°, Inter 90.0°", t.toString());
    AngleTable without = AngleTable.of(Embeddings.of(x, new int[] {0, 0, 1}));
    assertTrue(Double.isNaN(without.wEc()) && Double.isNaN(without.wInter()));
    assertEquals(t.intra(), without.intra());
    assertEquals(t.inter(), without.inter());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theTableEqualsPlainLoops(long seed) {
    Embeddings e = Clouds.random(37, 5, 6, 0.9, seed);
    double[][] w = Clouds.gaussian(new Random(seed), 8, 5);
    double[][] mean = new double[6][5];
    for (int i = 0; i < e.size(); i++) {
      for (int k = 0; k < 5; k++) {
        mean[e.label(i)][k] += e.vector(i)[k] / 100;
      }
    }
    double wEc = 0;
    for (int j = 0; j < 6; j++) {
      wEc += acos(w[j], mean[j]) / 6;
    }
    double intra = 0;
    for (int i = 0; i < e.size(); i++) {
      intra += acos(e.vector(i), mean[e.label(i)]) / e.size();
    }
    AngleTable t = AngleTable.of(e, w);
    assertEquals(wEc, t.wEc(), FLOAT64);
    assertEquals(smallest(w), t.wInter(), FLOAT64);
    assertEquals(intra, t.intra(), FLOAT64);
    assertEquals(smallest(mean), t.inter(), FLOAT64);
  }

  @Test
  void refusesWhatHasNoAngle() {
    double[][] x = {{1, 0}, {0, 1}, {1, 1}};
    refused(
        () -> Angles.of(Embeddings.of(new double[][] {{1}, {2}, {0}}, new int[] {0, 0, 1})),
        "row 2 is the zero vector");
    refused(() -> Angles.of(Embeddings.of(x, new int[] {0, 1, 2})), "each alone in its class");
    refused(() -> Distances.of(Embeddings.of(x, new int[3])), "all of class 0");
    Embeddings e = Embeddings.of(x, new int[] {0, 0, 3});
    refused(() -> AngleTable.of(e, new double[][] {{1, 0}, {0, 1}}), "[0, 2)", "got 3");
    refused(() -> AngleTable.of(e, new double[][] {{1, 0}}), "two class vectors", "got 1");
    refused(() -> AngleTable.of(e, new double[][] {{1, 0}, {1}}), "2 entries", "1 in row 1");
    refused(() -> AngleTable.of(e, new double[][] {{1, 0}, {0, 0}}), "class vector in row 1");
    refused(() -> AngleTable.of(Embeddings.of(x, new int[3])), "only class 0");
    refused(
        () -> AngleTable.of(Embeddings.of(new double[][] {{1}, {-1}, {2}}, new int[] {0, 0, 1})),
        "mean embedding of class 0 is the zero vector");
  }

  private static double smallest(double[][] vectors) {
    double sum = 0;
    for (double[] u : vectors) {
      sum +=
          Arrays.stream(vectors)
              .filter(v -> v != u)
              .mapToDouble(v -> acos(u, v))
              .min()
              .orElseThrow();
    }
    return sum / vectors.length;
  }

  private static double acos(double[] u, double[] v) {
    Embeddings e = Embeddings.of(new double[][] {u, v}, new int[2]);
    return Math.toDegrees(Math.acos(RetrievalTest.similarity(e, 0, 1, Similarity.COSINE)));
  }

  private static double[] at(double degrees) {
    return new double[] {Math.cos(Math.toRadians(degrees)), Math.sin(Math.toRadians(degrees))};
  }

  private static double[] append(double[] values, double value) {
    double[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = value;
    return longer;
  }

  private static double[] sorted(double[] values) {
    Arrays.sort(values);
    return values;
  }
}

package nearfar.distance;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistanceTest {

  /** A distance and the same one in plain loops. */
  private record Pair(Distance distance, ToDoubleBiFunction<double[], double[]> loop) {
    @Override
    public String toString() {
      return distance.toString();
    }
  }

  private static final List<Pair> ALL =
      List.of(
          new Pair(new SquaredEuclidean(), DistanceTest::squared),
          new Pair(new Euclidean(), (x, y) -> Math.sqrt(squared(x, y))),
          new Pair(new Cosine(), (x, y) -> 1 - dot(unit(x), unit(y))),
          new Pair(new SquaredEuclidean().normalized(), (x, y) -> squared(unit(x), unit(y))),
          new Pair(new Euclidean().normalized(), (x, y) -> Math.sqrt(squared(unit(x), unit(y)))),
          new Pair(new DotProduct(), (x, y) -> -dot(x, y)),
          new Pair(new DotProduct().normalized(), (x, y) -> -dot(unit(x), unit(y))),
          new Pair(new SignalToNoise(), DistanceTest::noise),
          new Pair(new Lp(1), (x, y) -> lp(x, y, 1)),
          new Pair(new Lp(1.5), (x, y) -> lp(x, y, 1.5)),
          new Pair(new Lp(2), (x, y) -> Math.sqrt(squared(x, y))),
          new Pair(new Lp(7), (x, y) -> lp(x, y, 7)),
          new Pair(new Lp(1).normalized(), (x, y) -> lp(unit(x), unit(y), 1)));

  static Stream<Arguments> distancesAndSeeds() {
    return ALL.stream().flatMap(p -> Stream.of(1L, 2L, 3L, 4L).map(seed -> Arguments.of(p, seed)));
  }

  static Stream<Pair> distances() {
    return ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("distancesAndSeeds")
  void agreesWithLoops(Pair pair, long seed) {
    Random random = new Random(seed);
    double[][] x = gaussian(random, 5, 1 + random.nextInt(8));
    double[][] y = gaussian(random, 7, x[0].length);
    double[][] sameSize = Arrays.copyOf(y, x.length);
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      double tolerance = type == DataType.FLOAT64 ? Tolerances.FLOAT64 : Tolerances.FLOAT32;
      Near.assertNear(
          loop(pair, x, y),
          value(pair.distance()::pairwise, x, y, type),
          tolerance,
          () -> "pairwise " + type);
      double[][] rowwise = new double[x.length][1];
      for (int i = 0; i < x.length; i++) {
        rowwise[i][0] = pair.loop().applyAsDouble(x[i], y[i]);
      }
      Near.assertNear(
          rowwise,
          value(pair.distance()::rowwise, x, sameSize, type),
          tolerance,
          () -> "rowwise " + type);
    }
  }

  @ParameterizedTest
  @MethodSource("distancesAndSeeds")
  void gradientsAgreeWithCentralDifferences(Pair pair, long seed) {
    Random random = new Random(seed);
    double[][] x = gaussian(random, 4, 3);
    double[][] y = gaussian(random, 4, 3);
    for (BinaryOperator<NDArray> form :
        List.<BinaryOperator<NDArray>>of(pair.distance()::pairwise, pair.distance()::rowwise)) {
      double[][] gradient = gradient(form, x, y, DataType.FLOAT64);
      double[][] expected = new double[4][3];
      for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++) {
          double at = x[i][k];
          x[i][k] = at + Tolerances.STEP;
          double up = weighted(value(form, x, y, DataType.FLOAT64));
          x[i][k] = at - Tolerances.STEP;
          double down = weighted(value(form, x, y, DataType.FLOAT64));
          x[i][k] = at;
          expected[i][k] = (up - down) / (2 * Tolerances.STEP);
        }
      }
      Near.assertNear(expected, gradient, Tolerances.FINITE_DIFFERENCE, () -> "gradient");
    }
  }

  /** Equal rows, opposite rows, zero rows: where roots and quotients have no derivative. */
  @ParameterizedTest
  @MethodSource("distances")
  void isFiniteAtItsKinks(Pair pair) {
    double[][] x = {{1, 2, 3}, {1, 2, 3}, {-1, -2, -3}, {0, 0, 0}, {0, 0, 0}, {1e-7, 0, 0}};
    double[][] y = {{1, 2, 3}, {2, 4, 6}, {1, 2, 3}, {0, 0, 0}, {1, 2, 3}, {1e-7, 0, 0}};
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      for (BinaryOperator<NDArray> form :
          List.<BinaryOperator<NDArray>>of(pair.distance()::pairwise, pair.distance()::rowwise)) {
        for (double[] row : value(form, x, y, type)) {
          for (double v : row) {
            assertTrue(Double.isFinite(v), "value " + v);
            assertTrue(v >= 0 || !pair.distance().neverNegative(), "value " + v);
          }
        }
        for (double[] row : gradient(form, x, y, type)) {
          for (double v : row) {
            assertTrue(Double.isFinite(v), "gradient " + v);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("distances")
  void aZeroVectorPassesGradientsOfOrderOne(Pair pair) {
    double[][] gradient =
        gradient(
            pair.distance()::pairwise,
            new double[][] {{0, 0, 0}},
            new double[][] {{1, 2, 3}},
            DataType.FLOAT32);
    double norm = Math.sqrt(squared(gradient[0], new double[3]));
    assertTrue(norm <= 2 * Math.sqrt(14) + 1e-5, "gradient of length " + norm);
  }

  /** What is claimed holds, for all pairs at once; what is not claimed does not hold. */
  @ParameterizedTest
  @MethodSource("distances")
  void symmetriesAreThoseThatItClaims(Pair pair) {
    Random random = new Random(3);
    double[][] x = gaussian(random, 6, 3);
    double[][] before = value(pair.distance()::pairwise, x, x, DataType.FLOAT64);
    double[] by = gaussian(random, 1, 3)[0];
    for (Symmetry symmetry : Symmetry.values()) {
      double[][] changed = new double[6][3];
      for (int i = 0; i < 6; i++) {
        double factor = 1 + i;
        double c = Math.cos(1);
        double s = Math.sin(1);
        for (int k = 0; k < 3; k++) {
          changed[i][k] =
              switch (symmetry) {
                case ROTATION ->
                    k == 0
                        ? c * x[i][0] - s * x[i][1]
                        : k == 1 ? s * x[i][0] + c * x[i][1] : x[i][2];
                case TRANSLATION -> x[i][k] + by[k];
                case LENGTH -> factor * x[i][k];
              };
        }
      }
      double[][] after = value(pair.distance()::pairwise, changed, changed, DataType.FLOAT64);
      double worst = 0;
      for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
          worst = Math.max(worst, Math.abs(before[i][j] - after[i][j]));
        }
      }
      if (pair.distance().symmetries().contains(symmetry)) {
        assertTrue(worst < 1e-9, symmetry + " moves it by " + worst);
      } else {
        assertTrue(worst > 1e-3, symmetry + " is not claimed, but moves it by " + worst);
      }
    }
  }

  /** In one block and in several. */
  @ParameterizedTest
  @MethodSource("distances")
  void theGradientOnPaperIsThatOfTheEngine(Pair pair) {
    for (int d : new int[] {3, 600}) {
      Random random = new Random(d);
      double[][] x = gaussian(random, 64, d);
      double[][] w = gaussian(random, 64, 64);
      for (int i = 0; i < 64; i++) {
        w[i][i] = 0;
        for (int j = 0; j < i; j++) {
          w[i][j] = w[j][i];
        }
      }
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray weights = array(manager, w, DataType.FLOAT64);
        NDArray a = array(manager, x, DataType.FLOAT64);
        NDArray onPaper = pair.distance().gradient(a, weights);
        if (onPaper == null) {
          return;
        }
        a.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
          collector.backward(pair.distance().pairwise(a, a).mul(weights).sum());
        }
        Near.assertNear(
            rows(a.getGradient()), rows(onPaper), Tolerances.FLOAT64, () -> "64 rows of " + d);
      }
    }
  }

  /** Blocks of rows are the rows; and without a graph little is left of them. */
  @Test
  void blocksOfLpLeaveOnlyTheDistances() {
    double[][] x = gaussian(new Random(1), 64, 600);
    Pair pair = new Pair(new Lp(1.5), (a, b) -> lp(a, b, 1.5));
    Near.assertNear(
        loop(pair, x, x),
        value(pair.distance()::pairwise, x, x, DataType.FLOAT64),
        Tolerances.FLOAT64,
        () -> "three blocks");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray a = array(manager, x, DataType.FLOAT64);
      long before = entries(manager);
      pair.distance().pairwise(a, a);
      assertTrue(entries(manager) - before <= 64 * 600 + 2 * 64 * 64, "entries left");
    }
  }

  private static long entries(NDManager manager) {
    return manager.getManagedArrays().stream().mapToLong(NDArray::size).sum();
  }

  /** At equal entries of L1 the slope jumps from −1 to 1: it is 0 there, and ±1 beside it. */
  @Test
  void equalEntriesHaveNoSlopeInL1() {
    double[][] gradient =
        gradient(
            new Lp(1)::rowwise,
            new double[][] {{1, 2, 3}},
            new double[][] {{1, 5, 2}},
            DataType.FLOAT64);
    assertArrayEquals(new double[] {0, -1, 1}, gradient[0]);
  }

  /** Powers of 300 leave the range of float32 and of float64, distances do not. */
  @Test
  void noPowerOverflowsOrVanishes() {
    double[][] x = {{3e4, -1, 0}, {3e-4, -1e-5, 0}};
    double[][] y = {{0, 0, 0}, {0, 0, 0}};
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      double[][] d = value(new Lp(300)::rowwise, x, y, type);
      assertEquals(3e4, d[0][0], 1e-2);
      assertEquals(3e-4, d[1][0], 1e-10);
      // The weight of the second row is 2.
      assertEquals(2, gradient(new Lp(300)::rowwise, x, y, type)[1][0], 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aPowerBelowOneIsNoDistance(double p) {
    refused(() -> new Lp(p), "at least 1, got " + p);
  }

  @Test
  void aDotProductIsNegativeWhereRowsAgree() {
    double[][] d =
        value(
            new DotProduct()::pairwise,
            new double[][] {{1, 2}},
            new double[][] {{1, 2}, {2, 4}, {-2, 1}},
            DataType.FLOAT32);
    assertArrayEquals(new double[] {-5, -10, 0}, d[0], 1e-12);
    assertFalse(new DotProduct().neverNegative());
    assertFalse(new DotProduct().normalized().neverNegative());
  }

  /** A row of equal entries has no signal: the noise alone is left, and its gradients. */
  @Test
  void withoutASignalTheNoiseIsLeft() {
    double[][] x = {{4, 4, 4}, {0, 1, 5}};
    double[][] y = {{1, 2, 6}, {7, 8, 12}};
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      double[][] d = value(new SignalToNoise()::pairwise, x, y, type);
      assertEquals(14 / 3.0, d[0][0], 1e-5);
      assertEquals(0, d[1][1], 1e-5); // 7 added to all entries is no noise
      assertEquals(0, value(new SignalToNoise()::rowwise, y, y, type)[0][0]);
    }
    assertTrue(
        value(new SignalToNoise()::rowwise, x, y, DataType.FLOAT64)[0][0]
            != value(new SignalToNoise()::rowwise, y, x, DataType.FLOAT64)[0][0]);
  }

  /**
   * The Gram form subtracts large numbers from each other: equal rows are at distance 0 exactly all
   * the same, in every size that is usual.
   */
  @Test
  void equalRowsAreAtDistanceZeroExactly() {
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      for (int d : new int[] {2, 64, 512}) {
        double[][] x = gaussian(new Random(d), 64, d);
        System.arraycopy(x, 0, x, 32, 32);
        double[][] distances = value(new Euclidean()::pairwise, x, x, type);
        for (int i = 0; i < 64; i++) {
          for (int j = 0; j < 64; j++) {
            boolean equal = i % 32 == j % 32;
            assertEquals(equal, distances[i][j] == 0, "D = " + d + " " + type);
          }
        }
      }
    }
  }

  /** ‖x‖² is 1e8 here and distances are of order 1: without the shift float32 keeps no digit. */
  @Test
  void aCommonOffsetCostsNoPrecision() {
    double[][] x = gaussian(new Random(5), 20, 16);
    for (double[] row : x) {
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.rint(64 * row[k]) / 64 + 2500; // exact in float32
      }
    }
    Pair pair = ALL.get(0);
    Near.assertNear(
        loop(pair, x, x),
        value(pair.distance()::pairwise, x, x, DataType.FLOAT32),
        1e-4,
        () -> "with an offset of 2500");
  }

  @Test
  void namesAreWords() {
    assertEquals(
        "[squared Euclidean, Euclidean, cosine, squared Euclidean of unit vectors, Euclidean of"
            + " unit vectors, dot product, dot product of unit vectors, signal-to-noise, L1, L1.5,"
            + " L2, L7, L1 of unit vectors]",
        ALL.toString());
    Distance once = new Euclidean().normalized();
    assertEquals(once, once.normalized());
  }

  private static double[][] value(
      BinaryOperator<NDArray> form, double[][] x, double[][] y, DataType type) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return rows(form.apply(array(manager, x, type), array(manager, y, type)));
    }
  }

  private static double[][] gradient(
      BinaryOperator<NDArray> form, double[][] x, double[][] y, DataType type) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray a = array(manager, x, type);
      a.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray d = form.apply(a, array(manager, y, type));
        NDArray weights =
            manager.arange(1, (float) d.size() + 1).reshape(d.getShape()).toType(type, false);
        collector.backward(d.mul(weights).sum());
      }
      return rows(a.getGradient());
    }
  }

  /** A different weight for every distance, so that a transposed gradient shows. */
  private static double weighted(double[][] d) {
    double sum = 0;
    int weight = 1;
    for (double[] row : d) {
      for (double v : row) {
        sum += weight++ * v;
      }
    }
    return sum;
  }

  private static double[][] loop(Pair pair, double[][] x, double[][] y) {
    return Arrays.stream(x)
        .map(a -> Arrays.stream(y).mapToDouble(b -> pair.loop().applyAsDouble(a, b)).toArray())
        .toArray(double[][]::new);
  }

  private static NDArray array(NDManager manager, double[][] rows, DataType type) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return manager.create(flat).reshape(rows.length, rows[0].length).toType(type, false);
  }

  private static double[][] rows(NDArray a) {
    double[] flat = a.toType(DataType.FLOAT64, false).toDoubleArray();
    int columns = flat.length / (int) a.getShape().get(0);
    double[][] rows = new double[flat.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double[][] gaussian(Random random, int n, int d) {
    double[][] x = new double[n][d];
    for (double[] row : x) {
      Arrays.setAll(row, k -> random.nextGaussian());
    }
    return x;
  }

  private static double squared(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += (x[k] - y[k]) * (x[k] - y[k]);
    }
    return sum;
  }

  private static double lp(double[] x, double[] y, double p) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += Math.pow(Math.abs(x[k] - y[k]), p);
    }
    return Math.pow(sum, 1 / p);
  }

  /** Variances as half the mean squared difference of two entries; D = 1 has none. */
  private static double noise(double[] x, double[] y) {
    double noise = 0;
    double signal = 0;
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < x.length; k++) {
        noise += Math.pow(x[i] - y[i] - (x[k] - y[k]), 2);
        signal += Math.pow(x[i] - x[k], 2);
      }
    }
    return x.length == 1 ? 0 : noise / signal;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  private static double[] unit(double[] x) {
    double length = Math.sqrt(dot(x, x));
    return Arrays.stream(x).map(v -> v / length).toArray();
  }
}

package nearfar.distance;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
          new Pair(new Euclidean().normalized(), (x, y) -> Math.sqrt(squared(unit(x), unit(y)))));

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
            assertTrue(Double.isFinite(v) && v >= 0, "value " + v);
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
            + " unit vectors]",
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

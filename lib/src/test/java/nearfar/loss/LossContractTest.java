package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Cosine;
import nearfar.distance.Euclidean;
import nearfar.mining.BatchAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every loss keeps, whatever it computes; a new loss is one more line in {@link #ALL}. */
class LossContractTest {

  /** A loss and its oracle. */
  record Pair(EmbeddingLoss loss, ToDoubleFunction<Batch> oracle) {
    @Override
    public String toString() {
      return loss.describe();
    }
  }

  static final List<Pair> ALL =
      List.of(
          new Pair(SoftmaxLoss.of(), Oracle::softmax),
          new Pair(CenterLoss.sum(), Oracle::center),
          new Pair(CenterLoss.mean(), b -> Oracle.center(b) / b.size()),
          new Pair(
              SoftmaxLoss.of().plus(0.3, CenterLoss.mean()),
              b -> Oracle.softmax(b) + 0.3 * Oracle.center(b) / b.size()),
          new Pair(ArcFaceLoss.of(0.5, 30), b -> Oracle.arcface(b, 0.5, 30)),
          new Pair(ArcFaceLoss.of(1.2, 4), b -> Oracle.arcface(b, 1.2, 4)),
          new Pair(ArcFaceLoss.of(0, 16), b -> Oracle.arcface(b, 0, 16)),
          new Pair(NormalizedSoftmaxLoss.of(16), b -> Oracle.cosface(b, 0, 16)),
          new Pair(CosFaceLoss.of(0.35, 30), b -> Oracle.cosface(b, 0.35, 30)),
          new Pair(CosFaceLoss.of(1.2, 4), b -> Oracle.cosface(b, 1.2, 4)),
          new Pair(
              TripletLoss.batchAll(1),
              b ->
                  Oracle.meanOfPositive(Oracle.all(b, Oracle.distances(b, true)), Oracle.hinge(1))),
          new Pair(
              TripletLoss.batchAll(0.2).reduce(Reducer.SUM),
              b -> Oracle.sum(Oracle.all(b, Oracle.distances(b, true)), Oracle.hinge(0.2))),
          new Pair(
              TripletLoss.batchAll(0.2).reduce(Reducer.MEAN),
              b -> Oracle.mean(Oracle.all(b, Oracle.distances(b, true)), Oracle.hinge(0.2))),
          new Pair(
              TripletLoss.batchHard(1),
              b -> Oracle.mean(Oracle.hard(b, Oracle.distances(b, true)), Oracle.hinge(1))),
          new Pair(
              TripletLoss.semiHard(2),
              b -> Oracle.mean(Oracle.semiHard(b, Oracle.distances(b, true), 2), Oracle.hinge(2))),
          new Pair(
              TripletLoss.batchHardSoft(),
              b -> Oracle.mean(Oracle.hard(b, Oracle.distances(b, false)), Oracle::soft)),
          new Pair(
              TripletLoss.soft(new BatchAll(), new Euclidean(), Reducer.MEAN_OF_POSITIVE),
              b -> Oracle.mean(Oracle.all(b, Oracle.distances(b, false)), Oracle::soft)),
          new Pair(
              TripletLoss.batchAll(0.2).normalized(),
              b ->
                  Oracle.meanOfPositive(
                      Oracle.all(b, Oracle.distances(unit(b), true)), Oracle.hinge(0.2))),
          new Pair(
              TripletLoss.of(new BatchAll(), new Cosine(), Reducer.SUM, 0.1),
              b ->
                  Oracle.sum(
                      // 1 − cos is half the squared distance of unit vectors.
                      Oracle.all(b, Oracle.distances(unit(b), true)),
                      t -> Math.max(0, (t.positive() - t.negative()) / 2 + 0.1))));

  private static Batch unit(Batch b) {
    return b.mapVectors(row -> Arrays.stream(row).map(v -> v / Oracle.length(row)).toArray());
  }

  static Stream<Pair> losses() {
    return ALL.stream();
  }

  static Stream<Arguments> lossesAndSeeds() {
    return ALL.stream().flatMap(p -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(p, seed)));
  }

  private static Batch batch(long seed) {
    return Batch.random(seed, 12, 3, 4);
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void agreesWithPlainLoops(Pair pair, long seed) {
    Batch b = batch(seed);
    Near.assertNear(
        pair.oracle().applyAsDouble(b), b.value(pair.loss()), Tolerances.FLOAT64, () -> "value");
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void gradientsAgreeWithCentralDifferences(Pair pair, long seed) {
    Batch b = batch(seed);
    Batch.Result result = b.result(pair.loss(), DataType.FLOAT64);
    assertEquals(1 + pair.loss().needs().size(), result.gradients().size());
    result
        .gradients()
        .forEach(
            (name, gradient) ->
                Near.assertNear(
                    centralDifferences(pair.loss(), b, name),
                    gradient,
                    Tolerances.FINITE_DIFFERENCE,
                    () -> "gradient of " + name));
  }

  private static double[][] centralDifferences(EmbeddingLoss loss, Batch b, String name) {
    double[][] at = b.input(name);
    double[][] slope = new double[at.length][at[0].length];
    for (int i = 0; i < at.length; i++) {
      for (int k = 0; k < at[i].length; k++) {
        double up = b.withInput(name, moved(at, i, k, Tolerances.STEP)).value(loss);
        double down = b.withInput(name, moved(at, i, k, -Tolerances.STEP)).value(loss);
        slope[i][k] = (up - down) / (2 * Tolerances.STEP);
      }
    }
    return slope;
  }

  private static double[][] moved(double[][] rows, int i, int k, double by) {
    double[][] copy = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    copy[i][k] += by;
    return copy;
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void float32AgreesWithFloat64(Pair pair, long seed) {
    Batch b = batch(seed);
    Batch.Result wide = b.result(pair.loss(), DataType.FLOAT64);
    Batch.Result narrow = b.result(pair.loss(), DataType.FLOAT32);
    Near.assertNear(wide.value(), narrow.value(), Tolerances.FLOAT32, () -> "value");
    wide.gradients()
        .forEach(
            (name, gradient) ->
                Near.assertNear(
                    gradient, narrow.gradients().get(name), Tolerances.FLOAT32, () -> name));
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void theOrderOfTheBatchDoesNotMatter(Pair pair, long seed) {
    Batch b = batch(seed);
    List<Integer> order = shuffled(b.size(), seed);
    Batch permuted =
        b.withEmbeddings(order.stream().map(i -> b.embeddings()[i]).toArray(double[][]::new))
            .withLabels(order.stream().mapToInt(i -> b.labels()[i]).toArray());
    Near.assertNear(
        b.value(pair.loss()), permuted.value(pair.loss()), Tolerances.FLOAT64, () -> "value");
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void theNamesOfTheClassesDoNotMatter(Pair pair, long seed) {
    Batch b = batch(seed);
    List<Integer> newName = shuffled(b.classes(), seed);
    Batch renamed =
        b.withLabels(Arrays.stream(b.labels()).map(newName::get).toArray())
            .withPerClass(
                rows -> {
                  double[][] moved = new double[rows.length][];
                  for (int j = 0; j < rows.length; j++) {
                    moved[newName.get(j)] = rows[j];
                  }
                  return moved;
                });
    Near.assertNear(
        b.value(pair.loss()), renamed.value(pair.loss()), Tolerances.FLOAT64, () -> "value");
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void rotatingEverythingDoesNotMatter(Pair pair, long seed) {
    double angle = 1 + seed;
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    Batch b = batch(seed);
    Batch rotated =
        b.mapVectors(v -> new double[] {c * v[0] - s * v[1], s * v[0] + c * v[1], v[2]})
            .mapVectors(v -> new double[] {v[0], c * v[1] - s * v[2], s * v[1] + c * v[2]});
    Near.assertNear(
        b.value(pair.loss()), rotated.value(pair.loss()), Tolerances.FLOAT64, () -> "value");
  }

  private static List<Integer> shuffled(int n, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  /** Batches at which some root, quotient or logarithm has no derivative, or there is no term. */
  static Map<String, Batch> kinks() {
    Batch b = batch(9);
    Map<String, Batch> kinks = new LinkedHashMap<>();
    double[][] duplicates = b.embeddings().clone();
    System.arraycopy(duplicates, 0, duplicates, 6, 6);
    kinks.put("duplicates", b.withEmbeddings(duplicates));
    kinks.put("all rows equal", b.mapVectors(row -> new double[] {1, 2, 3}));
    kinks.put("all rows zero", b.mapVectors(row -> new double[3]));
    double[][] oneZero = b.embeddings().clone();
    oneZero[0] = new double[3];
    kinks.put("one zero row", b.withEmbeddings(oneZero));
    kinks.put(
        "on the own class vector, cos = 1",
        b.withEmbeddings(
            Arrays.stream(b.labels()).mapToObj(y -> b.vectors()[y]).toArray(double[][]::new)));
    kinks.put(
        "opposite to the own class vector, cos = -1",
        b.withEmbeddings(
            Arrays.stream(b.labels())
                .mapToObj(y -> Arrays.stream(b.vectors()[y]).map(v -> -2 * v).toArray())
                .toArray(double[][]::new)));
    kinks.put(
        "on the axes, cos = 1 and -1 to the last digit",
        b.mapVectors(row -> new double[] {Math.signum(row[0]), 0, 0}));
    kinks.put(
        "on the own center",
        b.withEmbeddings(
            Arrays.stream(b.labels()).mapToObj(y -> b.centers()[y]).toArray(double[][]::new)));
    kinks.put("one class", b.withLabels(new int[12]));
    kinks.put(
        "singletons",
        new Batch(Arrays.copyOf(b.embeddings(), 4), new int[] {3, 1, 0, 2}, b.perClass()));
    kinks.put(
        "a batch of one", new Batch(Arrays.copyOf(b.embeddings(), 1), new int[] {3}, b.perClass()));
    kinks.put("huge", b.mapVectors(row -> Arrays.stream(row).map(v -> 1e4 * v).toArray()));
    kinks.put("tiny", b.mapVectors(row -> Arrays.stream(row).map(v -> 1e-15 * v).toArray()));
    return kinks;
  }

  static Stream<Arguments> lossesAndKinks() {
    return ALL.stream()
        .flatMap(
            p ->
                kinks().entrySet().stream()
                    .map(kink -> Arguments.of(p, kink.getKey(), kink.getValue())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lossesAndKinks")
  void isFiniteAtItsKinks(Pair pair, String name, Batch b) {
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      Batch.Result result = b.result(pair.loss(), type);
      assertTrue(Double.isFinite(result.value()), () -> "value " + result.value());
      assertTrue(result.value() >= 0, () -> "value " + result.value());
      result
          .gradients()
          .forEach(
              (input, rows) -> {
                for (double[] row : rows) {
                  for (double v : row) {
                    assertTrue(Double.isFinite(v), () -> "gradient of " + input + " " + v);
                  }
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void twiceTheSameIsTheSameToTheLastBit(Pair pair) {
    Batch b = Batch.random(4, 64, 16, 8);
    Batch.Result first = b.result(pair.loss(), DataType.FLOAT32);
    Batch.Result second = b.result(pair.loss(), DataType.FLOAT32);
    assertEquals(first.value(), second.value());
    first
        .gradients()
        .forEach(
            (name, rows) -> {
              for (int i = 0; i < rows.length; i++) {
                assertArrayEquals(rows[i], second.gradients().get(name)[i], name);
              }
            });
  }

  /** Native memory: an evaluation leaves one scalar, a step nothing, and no input changes hands. */
  @ParameterizedTest
  @MethodSource("losses")
  void leavesNothingBehind(Pair pair) {
    try (NDManager manager = NDManager.newBaseManager();
        NDManager other = manager.newSubManager()) {
      Batch b = batch(1);
      NDList predictions = b.predictions(manager, DataType.FLOAT32);
      NDList labels = b.labels(other);
      int before = manager.getManagedArrays().size();
      int beforeOther = other.getManagedArrays().size();
      NDArray loss = pair.loss().evaluate(labels, predictions);
      assertEquals(before + 1, manager.getManagedArrays().size());
      pair.loss().afterStep(labels.head(), predictions);
      assertEquals(before + 1, manager.getManagedArrays().size());
      assertEquals(beforeOther, other.getManagedArrays().size());
      assertEquals(0, loss.getShape().dimension());
      assertEquals(DataType.FLOAT32, loss.getDataType());
      predictions.forEach(a -> assertEquals(manager, a.getManager()));
      assertEquals(other, labels.head().getManager());
    }
  }

  /** Labels of every integer type are read alike. */
  @ParameterizedTest
  @MethodSource("losses")
  void int32LabelsAreLabels(Pair pair) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch b = batch(2);
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      NDList narrow = new NDList(b.labels(manager).head().toType(DataType.INT32, false));
      assertEquals(b.value(pair.loss()), pair.loss().evaluate(narrow, predictions).getDouble());
    }
  }
}

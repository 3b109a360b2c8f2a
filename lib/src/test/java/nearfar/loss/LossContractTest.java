package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Cosine;
import nearfar.distance.DotProduct;
import nearfar.distance.Euclidean;
import nearfar.distance.Lp;
import nearfar.distance.SignalToNoise;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchEasyHard;
import nearfar.mining.DistanceWeighted;
import nearfar.mining.FaceNetSemiHard;
import nearfar.mining.Hardness;
import nearfar.mining.RandomTriplets;
import nearfar.mining.TensorFlowSemiHard;
import org.junit.jupiter.api.BeforeEach;
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
              CombinedMarginLoss.of(1, 0.3, 0.2, 16),
              b -> ClassVectorOracles.combined(b, 1, 0.3, 0.2, 16)),
          new Pair(
              CombinedMarginLoss.of(1.35, 0.5, 0.1, 8),
              b -> ClassVectorOracles.combined(b, 1.35, 0.5, 0.1, 8)),
          new Pair(
              CombinedMarginLoss.of(0.9, 0.4, 0.15, 16),
              b -> ClassVectorOracles.combined(b, 0.9, 0.4, 0.15, 16)),
          new Pair(
              CombinedMarginLoss.of(2, 0, 0, 16), b -> ClassVectorOracles.combined(b, 2, 0, 0, 16)),
          new Pair(SphereFaceLoss.of(4), b -> ClassVectorOracles.sphereface(b, 4)),
          new Pair(SphereFaceLoss.of(3), b -> ClassVectorOracles.sphereface(b, 3)),
          new Pair(SphereFaceLoss.of(1), b -> ClassVectorOracles.sphereface(b, 1)),
          new Pair(
              SubCenterArcFaceLoss.of(0.5, 16, 3),
              b -> ClassVectorOracles.subCenterArcface(b, 0.5, 16, 3)),
          new Pair(
              SubCenterArcFaceLoss.of(0.3, 16, 2).plus(0.1, CenterLoss.mean()),
              b ->
                  ClassVectorOracles.subCenterArcface(b, 0.3, 16, 2)
                      + 0.1 * Oracle.center(b) / b.size()),
          new Pair(
              MagFaceLoss.of(16).lengths(1, 3).margins(0.2, 0.6).regularizer(2),
              b -> ClassVectorOracles.magface(b, 16, 1, 3, 0.2, 0.6, 2)),
          new Pair(
              AdaFaceLoss.of(0.4, 0.333, 16), b -> ClassVectorOracles.adaface(b, 0.4, 0.333, 16)),
          new Pair(ProxyNcaLoss.of(1), b -> ClassVectorOracles.proxyNca(b, 1)),
          new Pair(ProxyNcaLoss.of(1.0 / 9), b -> ClassVectorOracles.proxyNca(b, 1.0 / 9)),
          new Pair(ProxyAnchorLoss.of(0.1, 32), b -> ClassVectorOracles.proxyAnchor(b, 0.1, 32)),
          new Pair(ProxyAnchorLoss.of(0.3, 4), b -> ClassVectorOracles.proxyAnchor(b, 0.3, 4)),
          new Pair(
              SoftTripleLoss.of(3), b -> ClassVectorOracles.softTriple(b, 3, 20, 0.1, 0.01, 0.2)),
          new Pair(
              SoftTripleLoss.of(2).scale(8).gamma(0.5).margin(0.2).regularizer(3),
              b -> ClassVectorOracles.softTriple(b, 2, 8, 0.5, 0.2, 3)),
          new Pair(
              SoftmaxLoss.of().plus(0.3, CenterVarianceLoss.of()),
              b -> Oracle.softmax(b) + 0.3 * ClassVectorOracles.centerVariance(b)),
          new Pair(
              SoftTripleLoss.of(2).regularizer(0).plus(0.3, CenterVarianceLoss.of(2)),
              b ->
                  ClassVectorOracles.softTriple(b, 2, 20, 0.1, 0.01, 0)
                      + 0.3 * ClassVectorOracles.centerVariance(b)),
          new Pair(EmbeddingNormLoss.of(), b -> ClassVectorOracles.embeddingNorm(b, 0)),
          new Pair(EmbeddingNormLoss.of(1.5), b -> ClassVectorOracles.embeddingNorm(b, 1.5)),
          new Pair(
              CosFaceLoss.of(0.2, 16).plus(0.05, EmbeddingNormLoss.of(2)),
              b -> Oracle.cosface(b, 0.2, 16) + 0.05 * ClassVectorOracles.embeddingNorm(b, 2)),
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
              TripletLoss.random(1, 5),
              b ->
                  Oracle.mean(
                      Oracle.chosen(new RandomTriplets(5), b, Oracle.distances(b, true)),
                      Oracle.hinge(1))),
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
                      t -> Math.max(0, (t.positive() - t.negative()) / 2 + 0.1))),
          MinedOracle.distance(new DotProduct(), (x, y) -> -Oracle.dot(x, y)),
          MinedOracle.distance(
              new DotProduct().normalized(), (x, y) -> -Math.cos(Oracle.angle(x, y))),
          MinedOracle.distance(new SignalToNoise(), MinedOracle::noise),
          MinedOracle.distance(new Lp(1), (x, y) -> MinedOracle.lp(x, y, 1)),
          MinedOracle.distance(new Lp(1.5), (x, y) -> MinedOracle.lp(x, y, 1.5)),
          MinedOracle.distance(new Lp(4), (x, y) -> MinedOracle.lp(x, y, 4)),
          MinedOracle.miner(new BatchEasyHard(Hardness.EASY, Hardness.HARD)),
          MinedOracle.miner(new BatchEasyHard(Hardness.EASY, Hardness.SEMI_HARD)),
          MinedOracle.miner(new BatchEasyHard(Hardness.SEMI_HARD, Hardness.ALL)),
          MinedOracle.miner(new FaceNetSemiHard()),
          MinedOracle.miner(new TensorFlowSemiHard()),
          MinedOracle.miner(DistanceWeighted.of(3, 5)),
          new Pair(
              ContrastiveLoss.of(1), PairOracles.of(pairs -> pairs.contrastive(0, 1, 1, false))),
          new Pair(
              ContrastiveLoss.of(new Euclidean(), 0.5, 2).squared().reduce(Reducer.MEAN),
              PairOracles.of(pairs -> pairs.contrastive(0.5, 2, 2, true))),
          new Pair(NPairsLoss.of(), PairOracles.of(pairs -> pairs.nPairs(false))),
          new Pair(NPairsLoss.of().normalized(), PairOracles.of(pairs -> pairs.nPairs(true))),
          new Pair(LiftedStructureLoss.of(1), PairOracles.of(pairs -> pairs.lifted(1))),
          new Pair(
              MultiSimilarityLoss.of(2, 50, 0.5),
              PairOracles.of(pairs -> pairs.multiSimilarity(2, 50, 0.5))),
          new Pair(CircleLoss.of(0.4, 80), PairOracles.of(pairs -> pairs.circle(0.4, 80))),
          new Pair(CircleLoss.of(0.25, 4), PairOracles.of(pairs -> pairs.circle(0.25, 4))),
          new Pair(
              SupervisedContrastiveLoss.of(0.1),
              PairOracles.of(pairs -> pairs.supervisedContrastive(0.1))),
          new Pair(NtXentLoss.of(0.07), PairOracles.of(pairs -> pairs.ntXent(0.07))),
          new Pair(
              AngularLoss.of(Math.toRadians(40)),
              PairOracles.of(pairs -> pairs.angular(Math.toRadians(40)))),
          new Pair(
              CrossBatchMemory.of(NtXentLoss.of(0.2), 16),
              PairOracles.of(pairs -> pairs.ntXent(0.2))));

  private static Batch unit(Batch b) {
    return b.mapVectors(row -> Arrays.stream(row).map(v -> v / Oracle.length(row)).toArray());
  }

  static Stream<Pair> losses() {
    return ALL.stream();
  }

  static Stream<Arguments> lossesAndSeeds() {
    return ALL.stream().flatMap(p -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(p, seed)));
  }

  /** What a loss remembers of another test is none of this one's. */
  @BeforeEach
  void forget() {
    ALL.forEach(pair -> pair.loss().beforeTraining());
  }

  private static Batch batch(EmbeddingLoss loss, long seed) {
    return Batch.random(seed, 12, 3, 4, loss);
  }

  /** Gradients, kinks, invariances, limits, and the value in plain loops. */
  @ParameterizedTest
  @MethodSource("losses")
  void hasACertificate(Pair pair) {
    Certificate.of(pair.loss()).against(pair.oracle()).requirePassed();
  }

  @ParameterizedTest
  @MethodSource("lossesAndSeeds")
  void float32AgreesWithFloat64(Pair pair, long seed) {
    Batch b = batch(pair.loss(), seed);
    Batch.Result wide = b.result(pair.loss(), DataType.FLOAT64);
    Batch.Result narrow = b.result(pair.loss(), DataType.FLOAT32);
    Near.assertNear(wide.value(), narrow.value(), Tolerances.FLOAT32, () -> "value");
    wide.gradients()
        .forEach(
            (name, gradient) ->
                Near.assertNear(
                    gradient, narrow.gradients().get(name), Tolerances.FLOAT32, () -> name));
  }

  /** In the type in which one trains: the certificate computes in float64. */
  @ParameterizedTest
  @MethodSource("losses")
  void gradientsSurviveAGarbageCollection(Pair pair) {
    Batch b = batch(pair.loss(), 1);
    Batch.Result clean = b.result(pair.loss(), DataType.FLOAT32);
    b.result(pair.loss(), DataType.FLOAT32, GarbageCollection::provoke)
        .gradients()
        .forEach(
            (name, late) ->
                Near.assertNear(clean.gradient(name), late, Tolerances.FLOAT32, () -> name));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void isNeverNegative(Pair pair) {
    Kinks.of(batch(pair.loss(), 9), pair.loss().needs())
        .forEach((kink, b) -> assertTrue(b.value(pair.loss()) >= 0, kink));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void twiceTheSameIsTheSameToTheLastBit(Pair pair) {
    Batch b = Batch.random(4, 64, 16, 8, pair.loss());
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
      Batch b = batch(pair.loss(), 1);
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
      Batch b = batch(pair.loss(), 2);
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      NDList narrow = new NDList(b.labels(manager).head().toType(DataType.INT32, false));
      assertEquals(b.value(pair.loss()), pair.loss().evaluate(narrow, predictions).getDouble());
    }
  }
}

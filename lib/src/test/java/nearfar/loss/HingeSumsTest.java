package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Cosine;
import nearfar.distance.Distance;
import nearfar.distance.DotProduct;
import nearfar.distance.Euclidean;
import nearfar.distance.Lp;
import nearfar.distance.SignalToNoise;
import nearfar.distance.SquaredEuclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchEasyHard;
import nearfar.mining.BatchHard;
import nearfar.mining.DistanceWeighted;
import nearfar.mining.FaceNetSemiHard;
import nearfar.mining.Hardness;
import nearfar.mining.SemiHard;
import nearfar.mining.TensorFlowSemiHard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HingeSumsTest {

  /** Seeds, margins and bands; NaN for all triplets. */
  static Stream<Arguments> cases() {
    return Stream.of(1L, 2L, 3L)
        .flatMap(
            seed ->
                Stream.of(0.0, 1.0, 2.0, Double.POSITIVE_INFINITY)
                    .flatMap(
                        margin ->
                            Stream.of(Double.NaN, 1.0, 3.0, Double.POSITIVE_INFINITY)
                                .map(band -> Arguments.of(seed, margin, band))));
  }

  @ParameterizedTest(name = "seed {0}, margin {1}, band {2}")
  @MethodSource("cases")
  void everyTripletIsCountedAlsoWhereDistancesTie(long seed, double margin, double band) {
    Random random = new Random(seed);
    int n = 17;
    int[] classes = random.ints(n, 0, 4).toArray();
    double[][] d = new double[n][n];
    for (double[] row : d) {
      for (int i = 0; i < n; i++) {
        row[i] = random.nextInt(-1, 4); // whole numbers: many ties, and sums without rounding
      }
    }
    long chosen = 0;
    long active = 0;
    double sum = 0;
    double[] slopes = new double[n * n];
    for (int a = 0; a < n; a++) {
      for (int p = 0; p < n; p++) {
        for (int q = 0; q < n; q++) {
          boolean valid = p != a && classes[p] == classes[a] && classes[q] != classes[a];
          boolean in = Double.isNaN(band) || (d[a][p] < d[a][q] && d[a][q] <= d[a][p] + band);
          if (valid && in) {
            chosen++;
            double term = d[a][p] - d[a][q] + margin;
            if (term > 0) {
              active++;
              sum += term;
              slopes[a * n + p]++;
              slopes[a * n + q]--;
            }
          }
        }
      }
    }
    for (boolean zeroIsLeast : new boolean[] {true, false}) {
      HingeSums sums = HingeSums.of(d, classes, margin, band, zeroIsLeast);
      assertEquals(chosen, sums.chosen, "triplets");
      assertEquals(active, sums.active, "active");
      if (Double.isFinite(margin)) {
        assertEquals(sum, sums.sum, "sum");
      }
      for (int i = 0; i < slopes.length; i++) {
        double expected = zeroIsLeast && d[i / n][i % n] == 0 ? 0 : slopes[i];
        assertEquals(expected, sums.slopes[i], "slope " + i);
      }
    }
  }

  static Stream<TripletLoss> losses() {
    return Stream.of(Reducer.values())
        .flatMap(
            reducer ->
                Stream.of(
                    TripletLoss.batchAll(0.2).reduce(reducer),
                    TripletLoss.batchAll(0.2).normalized().reduce(reducer),
                    TripletLoss.of(new BatchAll(), new Cosine(), reducer, 0.1),
                    TripletLoss.of(new BatchAll(), new DotProduct(), reducer, 0.1),
                    TripletLoss.of(new BatchAll(), new DotProduct().normalized(), reducer, 0.1),
                    TripletLoss.of(new BatchAll(), new Lp(1.5), reducer, 0.1),
                    TripletLoss.of(new SemiHard(1), new SignalToNoise(), reducer, 0.1),
                    TripletLoss.semiHard(2).reduce(reducer),
                    TripletLoss.of(new SemiHard(0.5), new SquaredEuclidean(), reducer, 2),
                    TripletLoss.of(new SemiHard(4), new SquaredEuclidean(), reducer, 2)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void valueAndGradientAreThoseOfTheListedTriplets(TripletLoss loss) {
    for (int n : new int[] {3, 24, 170}) {
      Batch b = Batch.random(n, n, 3, 5);
      for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
        double allowed = type == DataType.FLOAT64 ? Tolerances.FLOAT64 : 1e-4;
        Forms.assertSame(
            b, loss.definition(), Forms.closed(loss), type, allowed, n + " rows, " + type);
      }
    }
  }

  static Stream<TripletLoss> allKinds() {
    return Stream.concat(
        losses(),
        Stream.of(
            TripletLoss.batchHard(0.2),
            TripletLoss.batchHard(0.2).normalized().reduce(Reducer.MEAN_OF_POSITIVE),
            TripletLoss.batchHardSoft(),
            TripletLoss.batchHardSoft().normalized().reduce(Reducer.SUM),
            TripletLoss.of(new BatchHard(), new Euclidean(), Reducer.MEAN_OF_POSITIVE, 0.3),
            TripletLoss.soft(new BatchHard(), new SquaredEuclidean(), Reducer.MEAN_OF_POSITIVE),
            TripletLoss.random(0.2, 3),
            TripletLoss.of(new BatchHard(), new Cosine(), Reducer.SUM, 0.1),
            TripletLoss.soft(new SemiHard(1), new SquaredEuclidean(), Reducer.MEAN),
            TripletLoss.of(new BatchHard(), new DotProduct(), Reducer.MEAN, 0.1),
            TripletLoss.of(new BatchHard(), new SignalToNoise(), Reducer.MEAN, 0.1),
            TripletLoss.of(new BatchHard(), new Lp(1), Reducer.MEAN, 0.1),
            TripletLoss.of(new BatchHard(), new Lp(3), Reducer.SUM, 0.1),
            TripletLoss.of(
                new BatchEasyHard(Hardness.EASY, Hardness.SEMI_HARD),
                new Cosine(),
                Reducer.MEAN,
                0.1),
            TripletLoss.of(new FaceNetSemiHard(), new Cosine(), Reducer.MEAN, 0.1),
            TripletLoss.of(new TensorFlowSemiHard(), new SquaredEuclidean(), Reducer.MEAN, 0.1),
            TripletLoss.of(
                DistanceWeighted.of(3, 7), new Euclidean().normalized(), Reducer.MEAN, 0.1)));
  }

  @ParameterizedTest
  @MethodSource("allKinds")
  void largeBatchesAreTheDefinitionTooWithDuplicatesAmongThem(TripletLoss loss) {
    Batch b = Batch.random(8, 110, 3, 5);
    double[][] x = b.embeddings().clone();
    x[3] = x[4].clone();
    x[70] = x[71].clone();
    Forms.assertSame(
        b.withEmbeddings(x), loss.definition(), loss, Tolerances.FLOAT64, "duplicates");
  }

  /** Rows that share no active entry, as after a ReLU: dot products of 0, which have a gradient. */
  @Test
  void aDotProductOfZeroIsDifferentiated() {
    TripletLoss loss = TripletLoss.of(new BatchAll(), new DotProduct(), Reducer.MEAN, 0.1);
    Batch b = Batch.random(8, 110, 4, 5);
    b = b.mapVectors(row -> Arrays.stream(row).map(v -> Math.max(0, v)).toArray());
    double[][] x = b.embeddings();
    assertTrue(Arrays.stream(x).anyMatch(row -> Oracle.dot(row, x[0]) == 0));
    Batch.Result fast = b.result(loss, DataType.FLOAT64);
    Batch.Result slow = b.result(loss.definition(), DataType.FLOAT64);
    String name = EmbeddingLoss.EMBEDDINGS;
    Near.assertNear(slow.gradient(name), fast.gradient(name), Tolerances.FLOAT64, () -> name);
  }

  static Stream<Distance> distances() {
    return Stream.of(new SquaredEuclidean(), new Euclidean(), new Cosine())
        .flatMap(distance -> Stream.of(distance, distance.normalized()));
  }

  @ParameterizedTest
  @MethodSource("distances")
  void whatIsMinedAreTheDistancesThatAreDifferentiated(Distance distance) {
    double[][] rows = Batch.random(4, 40, 5, 3).embeddings().clone();
    rows[3] = rows[4].clone();
    rows[7] = new double[5];
    try (NDManager manager = NDManager.newBaseManager()) {
      for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
        NDArray x = Batch.array(manager, EmbeddingLoss.EMBEDDINGS, rows, type);
        double[][] mined = Numbers.matrix(distance.between(x));
        double[][] differentiated = Numbers.matrix(distance.pairwise(x, x));
        double allowed = type == DataType.FLOAT64 ? Tolerances.FLOAT64 : Tolerances.FLOAT32;
        Near.assertNear(differentiated, mined, allowed, () -> distance + " " + type);
        if (!(distance instanceof Cosine)) { // which rounds
          assertEquals(0, mined[3][4], "equal rows");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void theClosedFormIsCertified(TripletLoss loss) {
    Certificate.of(Forms.closed(loss)).requirePassed();
  }
}

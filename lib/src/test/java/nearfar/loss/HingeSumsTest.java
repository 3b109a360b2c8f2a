package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Cosine;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.distance.SquaredEuclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchHard;
import nearfar.mining.SemiHard;
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
        row[i] = random.nextInt(5); // whole numbers: many ties, and sums without rounding
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
    HingeSums sums = HingeSums.of(d, classes, margin, band);
    assertEquals(chosen, sums.chosen, "triplets");
    assertEquals(active, sums.active, "active");
    if (Double.isFinite(margin)) {
      assertEquals(sum, sums.sum, "sum");
    }
    for (int i = 0; i < slopes.length; i++) {
      double expected = d[i / n][i % n] == 0 ? 0 : slopes[i];
      assertEquals(expected, sums.slopes[i], "slope " + i);
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
        Batch.Result summed = b.result(closed(loss), type);
        Batch.Result listed = b.result(loss.definition(), type);
        String what = n + " rows, " + type;
        Near.assertNear(listed.value(), summed.value(), allowed, () -> what);
        String x = EmbeddingLoss.EMBEDDINGS;
        Near.assertNear(listed.gradient(x), summed.gradient(x), allowed, () -> what);
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
            TripletLoss.soft(new SemiHard(1), new SquaredEuclidean(), Reducer.MEAN)));
  }

  @ParameterizedTest
  @MethodSource("allKinds")
  void largeBatchesAreTheDefinitionTooWithDuplicatesAmongThem(TripletLoss loss) {
    Batch b = Batch.random(8, 110, 3, 5);
    double[][] x = b.embeddings().clone();
    x[3] = x[4].clone();
    x[70] = x[71].clone();
    x[90] = new double[3]; // no direction
    Batch.Result fast = b.withEmbeddings(x).result(loss, DataType.FLOAT64);
    Batch.Result slow = b.withEmbeddings(x).result(loss.definition(), DataType.FLOAT64);
    Near.assertNear(slow.value(), fast.value(), Tolerances.FLOAT64, () -> "value");
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
    Certificate.of(closed(loss)).requirePassed();
  }

  private static EmbeddingLoss closed(TripletLoss loss) {
    return new EmbeddingLoss(loss.getName()) {
      @Override
      public Set<String> needs() {
        return loss.needs();
      }

      @Override
      public String describe() {
        return loss.describe() + " in closed form";
      }

      @Override
      protected NDArray formula(Inputs in) {
        return loss.closedForm(in);
      }
    };
  }
}

package nearfar.evaluation;

import static java.time.Duration.ofSeconds;
import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrievalTest {

  @Test
  void isRightWhereItCanBeCountedByHand() {
    // On the line, by Euclidean distance: a0 a1 b2 a4 b8. R = 2 for a, 1 for b.
    Embeddings e =
        Embeddings.of(new double[][] {{0}, {1}, {2}, {4}, {8}}, new int[] {0, 0, 1, 0, 1});
    Retrieval r = Retrieval.of(e, Similarity.EUCLIDEAN);
    // a0: a b a b; a1: a b a b (0 and 2 are equally far, 0 comes first); b2: a a a b (0 and 4
    // tied);
    // a4: b a a b; b8: a b a a.
    assertEquals(2 / 5.0, r.recallAt(1), FLOAT64);
    assertEquals(4 / 5.0, r.recallAt(2), FLOAT64);
    assertEquals(1, r.recallAt(4), FLOAT64);
    assertEquals((1 / 2.0 + 1 / 2.0 + 0 + 1 / 2.0 + 0) / 5, r.rPrecision(), FLOAT64);
    assertEquals((1 / 2.0 + 1 / 2.0 + 0 + 1 / 4.0 + 0) / 5, r.mapAtR(), FLOAT64);
    assertEquals(5, r.queries());
    assertEquals(
        "retrieval of 5 queries: Recall@1 0.400, R-precision 0.300, MAP@R 0.250", r.toString());
  }

  @Test
  void leavesOutThoseAloneInTheirClassAsQueriesAndSaysSo() {
    // Row 1 is alone in its class, and in the way of rows 0 and 2.
    Embeddings e = Embeddings.of(new double[][] {{0}, {1}, {2}}, new int[] {0, 7, 0});
    Retrieval r = Retrieval.of(e, Similarity.EUCLIDEAN);
    assertEquals(2, r.queries());
    assertEquals(1, r.queriesLeftOut());
    assertEquals(0, r.recallAt(1));
    assertEquals(1, r.recallAt(2));
    assertTrue(r.toString().contains("2 queries (1 alone in their class left out)"), r.toString());
  }

  @Test
  void ranksTheLowerRowFirstWhereEquallySimilar() {
    // From row 0: 1 2. From row 1 (alone): no query. From row 2: 0 1.
    double[][] same = {{1, 1}, {1, 1}, {1, 1}};
    assertEquals(0.5, Retrieval.of(Embeddings.of(same, new int[] {0, 1, 0})).recallAt(1));
    assertEquals(1, Retrieval.of(Embeddings.of(same, new int[] {0, 0, 1})).recallAt(1));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void equalsBruteForceWithTiesAndOneImageClasses(long seed) {
    for (Similarity similarity : Similarity.values()) {
      equalsBruteForce(Clouds.tied(seed), similarity);
      equalsBruteForce(Clouds.cube(seed), similarity);
      equalsBruteForce(Clouds.random(40, 5, 7, 0.7, seed), similarity);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void equalsSortingAcrossTilesHoweverNearTheRowsAre(long seed) {
    // Tiles are 512 wide: borders, a last one of a single row, and classes that lie across them.
    equalsSorting(Clouds.random(1025, 5, 90, 0.7, seed));
    equalsSorting(Clouds.random(700, 3, 2, 2, seed));
    // Copies within and between tiles and classes, of few vectors and of many.
    equalsSorting(changed(Clouds.random(600, 6, 40, 1, seed), (row, i) -> row[i % 6] = 0));
    equalsSorting(repeated(Clouds.random(7, 4, 3, 1, seed), 91, seed));
    equalsSorting(repeated(Clouds.random(300, 9, 30, 1, seed), 3, seed));
    // Far from 0 and near each other: single precision has no digit left to tell these by.
    equalsSorting(changed(Clouds.random(600, 8, 30, 0.7, seed), (row, i) -> shift(row, 1e7)));
    equalsSorting(changed(Clouds.random(600, 8, 30, 1e-9, seed), (row, i) -> shift(row, 3)));
    // One row far from all others, rows of very different lengths, and rows out of range.
    equalsSorting(
        changed(Clouds.random(600, 8, 30, 0.7, seed), (row, i) -> row[0] *= i == 9 ? 1e9 : 1));
    equalsSorting(
        changed(
            Clouds.random(600, 8, 30, 0.7, seed),
            (row, i) -> times(row, Math.pow(2, i % 90 - 45))));
    equalsSorting(changed(Clouds.random(600, 8, 30, 0.7, seed), (row, i) -> times(row, 1e200)));
    equalsSorting(changed(Clouds.random(600, 8, 30, 0.7, seed), (row, i) -> times(row, 1e-200)));
    equalsSorting(changed(Clouds.random(600, 8, 30, 0.7, seed), (row, i) -> times(row, 1e-310)));
  }

  private static void shift(double[] row, double by) {
    for (int k = 0; k < row.length; k++) {
      row[k] += by;
    }
  }

  private static void times(double[] row, double factor) {
    for (int k = 0; k < row.length; k++) {
      row[k] *= factor;
    }
  }

  private static Embeddings changed(Embeddings e, ObjIntConsumer<double[]> change) {
    double[][] rows = e.vectors();
    for (int i = 0; i < rows.length; i++) {
      change.accept(rows[i], i);
    }
    return Embeddings.of(rows, e.labels());
  }

  private static Embeddings repeated(Embeddings e, int times, long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[e.size() * times][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = e.vector(random.nextInt(e.size()));
      labels[i] = random.nextInt(e.size());
    }
    return Embeddings.of(rows, labels);
  }

  /** Compares every query, all ranked at once and in strips of several sizes. */
  private static void equalsSorting(Embeddings e) {
    for (Similarity similarity : Similarity.values()) {
      double[][] rows = similarity.prepare(e);
      List<Query> expected = new ArrayList<>();
      for (int i = 0; i < e.size(); i++) {
        sorting(e, rows, i, similarity).ifPresent(expected::add);
      }
      for (long most : new long[] {Long.MAX_VALUE, 9000, 100, 1}) {
        Retrieval r = Retrieval.of(e, similarity, most);
        assertArrayEquals(
            expected.stream().mapToInt(Query::firstHit).toArray(),
            IntStream.range(0, r.queries()).map(r::firstHit).toArray());
        assertArrayEquals(
            expected.stream().mapToDouble(Query::average).toArray(),
            r.averagePrecisions(),
            FLOAT64);
        assertEquals(
            expected.stream().mapToDouble(Query::precision).average().orElseThrow(),
            r.rPrecision(),
            FLOAT64);
      }
    }
  }

  private record Query(int firstHit, double average, double precision) {}

  /** Sorts all similarities of a query, as they are documented to be rounded. */
  private static Optional<Query> sorting(
      Embeddings e, double[][] rows, int query, Similarity similarity) {
    double[] scores = new double[rows.length];
    Arrays.setAll(scores, j -> similarity.of(rows[query], rows[j]) + 0.0);
    int[] order =
        IntStream.range(0, rows.length)
            .filter(j -> j != query)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -scores[j] + 0.0))
            .mapToInt(j -> j)
            .toArray();
    int relevant = (int) Arrays.stream(order).filter(j -> e.label(j) == e.label(query)).count();
    int firstHit = 0;
    int hits = 0;
    double average = 0;
    double precision = 0;
    for (int rank = 1; rank <= order.length; rank++) {
      if (e.label(order[rank - 1]) == e.label(query)) {
        hits++;
        firstHit = hits == 1 ? rank : firstHit;
        average += rank <= relevant ? (double) hits / rank / relevant : 0;
      }
      precision = rank == relevant ? (double) hits / relevant : precision;
    }
    return relevant == 0 ? Optional.empty() : Optional.of(new Query(firstHit, average, precision));
  }

  @Test
  void equalsSortingAmongTwelveThousand() {
    // Classes of twenty, so far apart that some queries find their class first and some late.
    Embeddings e = Clouds.random(12_000, 8, 600, 0.7, 1);
    double[][] rows = Similarity.COSINE.prepare(e);
    Retrieval r = Retrieval.of(e);
    double[] averages = r.averagePrecisions();
    for (int i = 0; i < e.size(); i += 173) {
      Query expected = sorting(e, rows, i, Similarity.COSINE).orElseThrow();
      assertEquals(expected.firstHit(), r.firstHit(i), "row " + i);
      assertEquals(expected.average(), averages[i], FLOAT64, "row " + i);
    }
  }

  /** Sorts lists of boxed rows, one query at a time, and counts as the definitions are written. */
  private static void equalsBruteForce(Embeddings e, Similarity similarity) {
    int n = e.size();
    int queries = 0;
    double[] recall = new double[n];
    double rPrecision = 0;
    double map = 0;
    for (int i = 0; i < n; i++) {
      int query = i;
      List<Integer> others = new ArrayList<>();
      for (int j = 0; j < n; j++) {
        if (j != i) {
          others.add(j);
        }
      }
      others.sort(Comparator.comparingDouble(j -> -rounded(similarity(e, query, j, similarity))));
      List<Boolean> hit = others.stream().map(j -> e.label(j) == e.label(query)).toList();
      int relevant = (int) hit.stream().filter(h -> h).count();
      if (relevant == 0) {
        continue;
      }
      queries++;
      for (int k = 1; k < n; k++) {
        recall[k] += hit.subList(0, k).contains(true) ? 1 : 0;
      }
      double average = 0;
      for (int rank = 1; rank <= relevant; rank++) {
        double precision = hit.subList(0, rank).stream().filter(h -> h).count() / (double) rank;
        average += hit.get(rank - 1) ? precision : 0;
        rPrecision += rank == relevant ? precision : 0;
      }
      map += average / relevant;
    }
    Retrieval r = Retrieval.of(e, similarity);
    assertEquals(queries, r.queries());
    assertEquals(n - queries, r.queriesLeftOut());
    assertEquals(rPrecision / queries, r.rPrecision(), FLOAT64);
    assertEquals(map / queries, r.mapAtR(), FLOAT64);
    for (int k = 1; k < n; k++) {
      assertEquals(recall[k] / queries, r.recallAt(k), FLOAT64, "k = " + k);
    }
  }

  /** Equal similarities differ in their last digits: these are ties. */
  static double rounded(double similarity) {
    return Math.round(similarity * 1e12) / 1e12;
  }

  static double similarity(Embeddings e, int i, int j, Similarity similarity) {
    double[] u = e.vector(i);
    double[] v = e.vector(j);
    double product = 0;
    double uu = 0;
    double vv = 0;
    double between = 0;
    for (int k = 0; k < u.length; k++) {
      product += u[k] * v[k];
      uu += u[k] * u[k];
      vv += v[k] * v[k];
      between += Math.pow(u[k] - v[k], 2);
    }
    return similarity == Similarity.COSINE ? product / Math.sqrt(uu * vv) : -between;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13})
  void cosineRetrievalKnowsNoLengthsAndNoNamesOfLabels(long seed) {
    Embeddings e = Clouds.random(60, 4, 5, 0.8, seed);
    double[][] longer = e.vectors();
    int[] renamed = e.labels();
    for (int i = 0; i < longer.length; i++) {
      renamed[i] = 100 - 3 * renamed[i];
      for (int k = 0; k < longer[i].length; k++) {
        longer[i][k] *= 1 + i;
      }
    }
    Retrieval one = Retrieval.of(e);
    Retrieval other = Retrieval.of(Embeddings.of(longer, renamed));
    assertEquals(one.mapAtR(), other.mapAtR(), FLOAT64);
    assertEquals(one.recallAt(3), other.recallAt(3), FLOAT64);
  }

  @Test
  void refusesWhatHasNoAnswer() {
    refused(
        () -> Retrieval.of(Embeddings.of(new double[][] {{1}}, new int[] {0})),
        "1 embeddings of 1 classes");
    refused(
        () -> Retrieval.of(Embeddings.of(new double[][] {{1}, {2}}, new int[] {0, 1})),
        "2 embeddings of 2 classes, each alone");
    Embeddings zero = Embeddings.of(new double[][] {{1}, {0}, {2}}, new int[3]);
    refused(() -> Retrieval.of(zero), "row 1 is the zero vector");
    Retrieval r = Retrieval.of(zero, Similarity.EUCLIDEAN);
    refused(() -> r.recallAt(0), "[1, 2]", "got 0");
    refused(() -> r.recallAt(3), "[1, 2]", "got 3");
  }

  @Test
  void aCollapsedNetworkCostsNoHigherOrder() {
    // All alike, so that every score is a tie, in two classes of 3,000.
    double[][] vectors = new double[6000][2];
    int[] labels = new int[6000];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i][0] = 1;
      labels[i] = i < 3000 ? 0 : 1;
    }
    Retrieval r =
        assertTimeoutPreemptively(
            ofSeconds(30), () -> Retrieval.of(Embeddings.of(vectors, labels)));
    // The lower row comes first: the first class finds itself, the second finds the first.
    assertEquals(0.5, r.recallAt(1), FLOAT64);
    assertEquals(0.5, r.rPrecision(), 1e-3);
  }

  @Test
  void similaritiesOfMinusZeroAreTiedWithThoseOfZero() {
    // To the first row all are perpendicular, but for rounding to either side of 0.
    double[][] vectors = {{1, 0}, {1e-14, 1}, {-1e-14, 1}, {1e-14, -1}, {-1e-14, -1}};
    equalsBruteForce(Embeddings.of(vectors, new int[] {0, 1, 1, 0, 0}), Similarity.COSINE);
    equalsBruteForce(Embeddings.of(vectors, new int[] {0, 1, 0, 1, 0}), Similarity.COSINE);
  }

  @Test
  void anInterruptEndsIt() {
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> Retrieval.of(Clouds.random(40, 5, 7, 0.7, 1)));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void takesAboutASecondForTwoThousand() {
    Embeddings e = Clouds.random(2000, 64, 40, 1, 1);
    // Generous: the figure guards against an algorithm of a higher order, not against a busy
    // machine.
    Assertions.assertTimeout(Duration.ofSeconds(8), () -> Retrieval.of(e));
  }
}

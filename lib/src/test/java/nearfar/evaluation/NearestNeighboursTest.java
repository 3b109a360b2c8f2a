package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static nearfar.evaluation.RetrievalTest.rounded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNeighboursTest {

  private static List<Embeddings> sets(long seed) {
    return List.of(Clouds.tied(seed), Clouds.cube(seed), Clouds.random(40, 4, 5, 0.8, seed));
  }

  /** Rounded, with Euclidean ones squared: only their order is looked at. */
  private static double like(Embeddings e, int i, int j, Similarity similarity) {
    return rounded(RetrievalTest.similarity(e, i, j, similarity));
  }

  private static List<Integer> sorted(Embeddings e, int query, Similarity similarity) {
    return IntStream.range(0, e.size())
        .filter(j -> j != query)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -like(e, query, j, similarity)))
        .toList();
  }

  private static List<Integer> rows(List<NearestNeighbours.Neighbour> found) {
    return found.stream().map(NearestNeighbours.Neighbour::row).toList();
  }

  /** The class with most votes, and among such the one that is met first. */
  private static int vote(Embeddings e, List<Integer> rows) {
    int best = e.label(rows.get(0));
    for (int row : rows) {
      int label = e.label(row);
      long votes = rows.stream().filter(r -> e.label(r) == label).count();
      int before = best;
      if (votes > rows.stream().filter(r -> e.label(r) == before).count()) {
        best = label;
      }
    }
    return best;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void findsWhatSortingFinds(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e : sets(seed)) {
        NearestNeighbours near = NearestNeighbours.of(e, similarity);
        for (int i = 0; i < e.size(); i++) {
          for (int k : new int[] {1, 3, e.size() - 1}) {
            assertEquals(sorted(e, i, similarity).subList(0, k), rows(near.ofRow(i, k)));
          }
        }
        double[] query = e.vector(3);
        Arrays.setAll(query, k -> similarity == Similarity.COSINE ? 3 * query[k] : query[k]);
        List<Integer> same = new ArrayList<>(sorted(e, 3, similarity));
        double best = like(e, 3, 3, similarity);
        same.add(
            (int) same.stream().filter(j -> j < 3 && like(e, 3, j, similarity) == best).count(), 3);
        assertEquals(same, rows(near.ofVector(query, e.size())));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void findsThePairsThatSortingFinds(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e : sets(seed)) {
        List<int[]> all = new ArrayList<>();
        for (int i = 0; i < e.size(); i++) {
          for (int j = i + 1; j < e.size(); j++) {
            all.add(new int[] {i, j});
          }
        }
        all.sort(Comparator.comparingDouble(p -> -like(e, p[0], p[1], similarity)));
        List<int[]> apart = all.stream().filter(p -> e.label(p[0]) != e.label(p[1])).toList();
        NearestNeighbours near = NearestNeighbours.of(e, similarity);
        for (int most : new int[] {1, 7, 100_000}) {
          same(all, most, near.mostSimilarPairs(most));
          same(apart, most, near.lookAlikes(most));
        }
        NearestNeighbours.Pair first = near.mostSimilarPairs(1).get(0);
        double exact = RetrievalTest.similarity(e, first.row(), first.other(), similarity);
        assertEquals(
            similarity == Similarity.COSINE ? exact : 0.0 - Math.sqrt(-exact),
            first.similarity(),
            1e-9);
      }
    }
  }

  private static void same(List<int[]> expected, int most, List<NearestNeighbours.Pair> found) {
    assertEquals(Math.min(most, expected.size()), found.size());
    for (int i = 0; i < found.size(); i++) {
      int[] pair = {found.get(i).row(), found.get(i).other()};
      assertArrayEquals(expected.get(i), pair, "place " + i);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void votesAsPlainLoopsDo(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e : sets(seed)) {
        NearestNeighbours near = NearestNeighbours.of(e, similarity);
        assertEquals(Retrieval.of(e, similarity).recallAt(1), near.accuracy(1), FLOAT64);
        for (int k : new int[] {1, 2, 5, e.size() - 1}) {
          int right = 0;
          int counted = 0;
          for (int i = 0; i < e.size(); i++) {
            int label = e.label(i);
            if (Arrays.stream(e.labels()).filter(y -> y == label).count() > 1) {
              counted++;
              right += vote(e, sorted(e, i, similarity).subList(0, k)) == label ? 1 : 0;
            }
          }
          assertEquals((double) right / counted, near.accuracy(k), FLOAT64, "k = " + k);
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void classifiesATestSetByAGallery(long seed) {
    Embeddings both = Clouds.random(90, 4, 5, 0.9, seed);
    int cut = 31;
    Embeddings test = part(both, 0, cut);
    Embeddings gallery = part(both, cut, 90);
    NearestNeighbours near = NearestNeighbours.of(gallery);
    for (int k : new int[] {1, 4, 59}) {
      int[] predicted = near.predict(test, k);
      int right = 0;
      for (int i = 0; i < cut; i++) {
        List<Integer> found =
            sorted(both, i, Similarity.COSINE).stream().filter(j -> j >= cut).limit(k).toList();
        assertEquals(vote(both, found), predicted[i]);
        right += predicted[i] == both.label(i) ? 1 : 0;
      }
      assertEquals((double) right / cut, near.accuracy(k, test), FLOAT64);
    }
    // What the gallery does not have does not count.
    int[] labels = test.labels();
    labels[4] = 99;
    Embeddings stranger = Embeddings.of(test.vectors(), labels);
    boolean right = near.predict(test, 1)[4] == test.label(4);
    assertEquals(
        (near.accuracy(1, test) * cut - (right ? 1 : 0)) / (cut - 1),
        near.accuracy(1, stranger),
        FLOAT64);
  }

  private static Embeddings part(Embeddings e, int from, int to) {
    return Embeddings.of(
        Arrays.copyOfRange(e.vectors(), from, to), Arrays.copyOfRange(e.labels(), from, to));
  }

  @Test
  void stripsOfAFewQueriesFindTheSame() {
    Embeddings e = Clouds.random(300, 6, 9, 0.9, 1);
    double[][] units = e.units();
    List<List<Long>> found = new ArrayList<>();
    for (long held : new long[] {1, 70, 1000, 1_000_000}) {
      List<Long> all = new ArrayList<>();
      NearestRows.each(
          Similarity.COSINE,
          units,
          280,
          7,
          (query, row) -> (query + row) % 3 > 0,
          (query, best) -> {
            all.add(-1L - query);
            for (int place = 0; place < best.size(); place++) {
              all.add(best.number(place));
            }
          },
          held);
      found.add(all);
    }
    assertEquals(280 * 8, found.get(0).size());
    for (List<Long> other : found) {
      assertEquals(found.get(0), other);
    }
  }

  /** More rows than a panel has, in which single precision meets many near ties. */
  @Test
  void findsTheSameAmongManyNearTies() {
    Random random = new Random(3);
    double[][] vectors = Clouds.gaussian(random, 1500, 3);
    for (double[] v : vectors) {
      Arrays.setAll(v, k -> 1e3 + 1e-4 * Math.rint(3 * v[k]));
    }
    Embeddings e = Embeddings.of(vectors, new int[1500]);
    for (Similarity similarity : Similarity.values()) {
      NearestNeighbours near = NearestNeighbours.of(e, similarity);
      double[][] rows = similarity.prepare(e);
      NearestRows.each(
          similarity,
          rows,
          1500,
          5,
          (query, row) -> true,
          (query, best) -> {
            if (query % 10 == 0) {
              // One query is searched in double precision alone.
              List<Integer> alone = rows(near.ofRow(query, 5));
              for (int place = 0; place < 5; place++) {
                assertEquals((long) alone.get(place), best.number(place));
              }
            }
          });
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void outliersAreFarFromTheMeanOfTheOthers(long seed) {
    for (Similarity similarity : Similarity.values()) {
      Embeddings e = Clouds.random(33, 4, 4, 0.7, seed);
      double[] like = new double[33];
      for (int i = 0; i < 33; i++) {
        double[] mean = new double[4];
        for (int j = 0; j < 33; j++) {
          if (j != i && e.label(j) == e.label(i)) {
            double length = similarity == Similarity.COSINE ? norm(e.vector(j)) : 1;
            for (int k = 0; k < 4; k++) {
              mean[k] += e.vector(j)[k] / length;
            }
          }
        }
        double product = 0;
        double apart = 0;
        int row = i;
        long rest = Arrays.stream(e.labels()).filter(y -> y == e.label(row)).count() - 1;
        for (int k = 0; k < 4; k++) {
          product += mean[k] * e.vector(i)[k];
          apart += Math.pow(mean[k] / rest - e.vector(i)[k], 2);
        }
        like[i] =
            similarity == Similarity.COSINE
                ? product / norm(mean) / norm(e.vector(i))
                : -Math.sqrt(apart);
      }
      List<Integer> expected =
          IntStream.range(0, 33).boxed().sorted(Comparator.comparingDouble(i -> like[i])).toList();
      NearestNeighbours near = NearestNeighbours.of(e, similarity);
      List<NearestNeighbours.Neighbour> found = near.outliers(1000);
      assertEquals(expected, rows(found));
      assertEquals(like[expected.get(0)], found.get(0).similarity(), FLOAT64);
      assertEquals(expected.subList(0, 3), rows(near.outliers(3)));
      assertEquals(
          expected.stream().filter(i -> e.label(i) == 2).limit(2).toList(),
          rows(near.outliers(2, 2)));
    }
  }

  private static double norm(double[] v) {
    return Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
  }

  @Test
  void anOutlierOfOppositesHasNoDirectionToBeFarFrom() {
    double[][] vectors = {{1, 0}, {-1, 0}, {0, 1}, {5, 5}};
    NearestNeighbours near = NearestNeighbours.of(Embeddings.of(vectors, new int[] {0, 0, 0, 1}));
    assertEquals(List.of(0, 1, 2), rows(near.outliers(10)).stream().sorted().toList());
    assertEquals(0, near.outliers(10).get(2).similarity(), "the mean of opposites is zero");
  }

  @Test
  void refusesWhatCannotBeFound() {
    Embeddings e = Clouds.random(9, 3, 3, 0.5, 1);
    NearestNeighbours near = NearestNeighbours.of(e);
    refused(() -> near.ofRow(9, 1), "[0, 9), got 9");
    refused(() -> near.ofRow(0, 9), "[1, 8]", "got 9");
    refused(() -> near.ofVector(new double[] {1, 2, 3}, 10), "[1, 9]", "got 10");
    refused(() -> near.ofVector(new double[2], 1), "3 entries", "got 2");
    refused(() -> near.ofVector(new double[3], 1), "zero vector");
    refused(() -> near.ofVector(new double[] {1, Double.NaN, 0}, 1), "NaN");
    refused(() -> near.mostSimilarPairs(0), "got 0");
    refused(() -> near.outliers(0), "got 0");
    refused(() -> near.outliers(7, 1), "class 7");
    refused(() -> near.accuracy(0), "got 0");
    refused(() -> near.predict(Clouds.random(9, 4, 3, 0.5, 1), 1), "got 4");
    Embeddings others = Embeddings.of(e.vectors(), new int[] {7, 7, 7, 7, 7, 7, 7, 7, 7});
    refused(() -> near.accuracy(1, others), "never seen");
    Embeddings here = e.withClassNames(List.of("a", "b", "c"));
    Embeddings there = e.withClassNames(List.of("a", "c", "b"));
    refused(() -> NearestNeighbours.of(here).accuracy(1, there), "\"b\" here and \"c\"");
    Embeddings alone = Embeddings.of(new double[][] {{1}, {2}}, new int[] {0, 1});
    refused(() -> NearestNeighbours.of(alone).accuracy(1), "each alone");
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class,
        () -> NearestNeighbours.of(Clouds.random(2000, 3, 3, 0.5, 1)).accuracy(1));
  }
}

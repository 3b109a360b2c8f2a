package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accuracy over fixed pairs, and over fixed triplets. */
class PairVerificationTest {

  @Test
  void isRightWhereItCanBeCountedByHand() {
    // On the line 0 1 5 7 and 2 | 9; pairs at the distances 1, 5 | 2, 7, in two folds.
    Embeddings e =
        Embeddings.of(new double[][] {{0}, {1}, {5}, {2}, {7}}, new int[] {0, 0, 0, 1, 1});
    FixedPairs pairs = FixedPairs.of(e.labels(), new int[] {0, 0, 0, 0}, new int[] {1, 3, 2, 4});
    PairVerification v = PairVerification.of(e, pairs, Similarity.EUCLIDEAN, 2);
    // Chosen on 5 | 7: between them. Then 1 and 2 are accepted: one is right.
    // Chosen on 1 | 2: between them. Then 5 and 7 are refused: one is right.
    assertArrayEquals(new double[] {-6, -1.5}, v.thresholds(), 1e-9);
    assertArrayEquals(new double[] {0.5, 0.5}, v.accuracies());
    assertEquals(0.5, v.accuracy());
    assertEquals(0, v.standardError());
    assertEquals("accuracy 0.500 ± 0.000 over 4 pairs in 2 folds", v.toString());
  }

  /** Every threshold that can matter is tried on all other pairs, for each fold. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void equalsBruteForceWithTies(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e :
          new Embeddings[] {
            Clouds.tied(seed), Clouds.cube(seed), Clouds.random(60, 3, 6, 0.8, seed)
          }) {
        for (int folds : new int[] {2, 5, 10}) {
          equalsBruteForce(e, FixedPairs.of(e.labels(), 17, 20, seed), similarity, folds);
        }
      }
    }
  }

  private static void equalsBruteForce(
      Embeddings e, FixedPairs pairs, Similarity similarity, int folds) {
    double[] s =
        IntStream.range(0, pairs.size())
            .mapToDouble(
                k -> {
                  double nearness =
                      RetrievalTest.similarity(e, pairs.first(k), pairs.second(k), similarity);
                  // That of the Euclidean distance is its square.
                  return RetrievalTest.rounded(
                      similarity == Similarity.COSINE ? nearness : -Math.sqrt(-nearness));
                })
            .toArray();
    PairVerification v = PairVerification.of(e, pairs, similarity, folds);
    double sum = 0;
    double squares = 0;
    for (int f = 0; f < folds; f++) {
      int from = f * s.length / folds;
      int to = (f + 1) * s.length / folds;
      int[] others = IntStream.range(0, s.length).filter(k -> k < from || k >= to).toArray();
      long most = 0;
      double lowest = 0;
      double highest = 0;
      double[] tried = Arrays.stream(others).mapToDouble(k -> s[k]).sorted().distinct().toArray();
      // A threshold just above each similarity, and one below all: falling.
      for (int t = tried.length - 1; t >= -1; t--) {
        double below = t < 0 ? Double.NEGATIVE_INFINITY : tried[t];
        long right = Arrays.stream(others).filter(k -> s[k] > below == pairs.same(k)).count();
        if (right > most) {
          most = right;
          lowest = below;
          highest = t + 1 < tried.length ? tried[t + 1] : Double.POSITIVE_INFINITY;
        }
      }
      double threshold = v.thresholds()[f];
      assertTrue(
          threshold >= lowest - 1e-9 && threshold <= highest + 1e-9,
          lowest + " < " + threshold + " <= " + highest);
      assertEquals(
          Double.isInfinite(lowest) || Double.isInfinite(highest), Double.isInfinite(threshold));
      long right =
          IntStream.range(from, to).filter(k -> s[k] >= threshold - 1e-11 == pairs.same(k)).count();
      assertEquals((double) right / (to - from), v.accuracies()[f], "fold " + f);
      sum += v.accuracies()[f];
      squares += v.accuracies()[f] * v.accuracies()[f];
    }
    double mean = sum / folds;
    assertEquals(mean, v.accuracy(), FLOAT64);
    double variance = Math.max(0, (squares - folds * mean * mean) / (folds - 1));
    assertEquals(Math.sqrt(variance / folds), v.standardError(), 1e-7);
  }

  @Test
  void separateClassesAreToldApartAndOnePointIsChance() {
    double[][] apart = {{1, 0}, {1, 0.1}, {1, 0.2}, {0, 1}, {0.1, 1}, {0.2, 1}};
    int[] y = {0, 0, 0, 1, 1, 1};
    FixedPairs pairs = FixedPairs.of(y, 6, 6, 1);
    PairVerification perfect = PairVerification.of(Embeddings.of(apart, y), pairs);
    assertEquals(1, perfect.accuracy());
    assertEquals(PairVerification.FOLDS, perfect.accuracies().length);
    double[][] collapsed = new double[6][];
    Arrays.fill(collapsed, new double[] {1, 2});
    Embeddings point = Embeddings.of(collapsed, y);
    PairVerification chance = PairVerification.of(point, pairs, Similarity.COSINE, 6);
    assertEquals(0.5, chance.accuracy());
    FixedTriplets triplets = FixedTriplets.of(y, 36, 1);
    assertEquals(
        new TripletAccuracy(1, 36, 0), TripletAccuracy.of(Embeddings.of(apart, y), triplets));
    assertEquals(new TripletAccuracy(0.5, 36, 36), TripletAccuracy.of(point, triplets));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void tripletsAreCounted(long seed) {
    for (Similarity similarity : Similarity.values()) {
      for (Embeddings e : new Embeddings[] {Clouds.tied(seed), Clouds.random(40, 3, 6, 1, seed)}) {
        FixedTriplets t = FixedTriplets.of(e.labels(), 200, seed);
        double right = 0;
        int ties = 0;
        for (int i = 0; i < 200; i++) {
          double difference =
              RetrievalTest.similarity(e, t.anchor(i), t.positive(i), similarity)
                  - RetrievalTest.similarity(e, t.anchor(i), t.negative(i), similarity);
          boolean tied = Math.abs(difference) < 1e-9;
          ties += tied ? 1 : 0;
          right += tied ? 0.5 : difference > 0 ? 1 : 0;
        }
        TripletAccuracy accuracy = TripletAccuracy.of(e, t, similarity);
        assertEquals(right / 200, accuracy.accuracy(), FLOAT64);
        assertEquals(ties, accuracy.ties());
      }
    }
    assertEquals(
        "accuracy 0.912 over 3,000 triplets", new TripletAccuracy(0.912, 3000, 2).toString());
  }

  /** All triplets of one anchor: the share is the area under its ROC curve. */
  @Test
  void overAllTripletsItIsTheAnchorsArea() {
    // One anchor of class 0 in two, so that all positive pairs are of these two.
    Embeddings e =
        Embeddings.of(
            new double[][] {{0}, {2}, {1}, {-1.5}, {3}, {0.5}}, new int[] {0, 0, 1, 2, 3, 4});
    TripletAccuracy all =
        TripletAccuracy.of(e, FixedTriplets.of(e.labels(), 8, 1), Similarity.EUCLIDEAN);
    // From 0: 2 beats 3 alone of 1, 1.5, 3, 0.5; from 2: 2 beats 3.5; 1, 1, 1.5 beat it.
    assertEquals(2 / 8.0, all.accuracy());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Embeddings e = Clouds.random(20, 3, 4, 1, 1);
    FixedPairs pairs = FixedPairs.of(e.labels(), 5, 5, 1);
    refused(
        () -> PairVerification.of(e, pairs, Similarity.COSINE, 1),
        "10 pairs can be cut into 2 to 10 folds, got 1");
    refused(() -> PairVerification.of(e, pairs, Similarity.COSINE, 11), "got 11");
    int[] other = new int[20];
    Embeddings renamed = Embeddings.of(e.vectors(), other);
    refused(() -> PairVerification.of(renamed, pairs), "from the labels of these 20 embeddings");
    refused(
        () -> TripletAccuracy.of(renamed, FixedTriplets.of(e.labels(), 5, 1)),
        "from the labels of these 20 embeddings");
    int[] many = IntStream.range(0, 500).map(i -> i % 4).toArray();
    refused(() -> PairVerification.of(e, FixedPairs.of(many, 5, 5, 1)), "of these 20 embeddings");
    refused(() -> TripletAccuracy.of(e, FixedTriplets.of(many, 5, 1)), "of these 20 embeddings");
  }
}

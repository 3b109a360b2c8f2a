package nearfar.mining;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Miners of pairs against brute force: every two rows are tried and kept if they fit the
 * definition. Distances are few, with many ties, and are not symmetric.
 */
class PairMinerTest {

  private static final List<PairMiner> ALL =
      List.of(
          new AllPairs(),
          new MultiSimilarityMiner(0.5),
          new PairMargin(0.5, 1.5),
          new BatchHard().pairs(),
          DistanceWeighted.of(8, 3).pairs());

  static Stream<PairMiner> miners() {
    return ALL.stream();
  }

  private record Two(int anchor, int other) {}

  /** Positive pairs, then negative ones. */
  private record Both(List<Two> positives, List<Two> negatives) {}

  private interface Keeps {
    boolean test(int anchor, int other);
  }

  private static Both bruteForce(int[] y, Keeps positive, Keeps negative) {
    Both both = new Both(new ArrayList<>(), new ArrayList<>());
    for (int code = 0; code < y.length * y.length; code++) {
      int a = code / y.length;
      int j = code % y.length;
      if (a != j && y[a] == y[j] && positive.test(a, j)) {
        both.positives.add(new Two(a, j));
      }
      if (y[a] != y[j] && negative.test(a, j)) {
        both.negatives.add(new Two(a, j));
      }
    }
    return both;
  }

  private static Both mined(PairMiner miner, double[][] d, int[] y) {
    Pairs p = miner.mine(d, y);
    return new Both(
        IntStream.range(0, p.positives())
            .mapToObj(k -> new Two(p.positiveAnchor(k), p.positive(k)))
            .toList(),
        IntStream.range(0, p.negatives())
            .mapToObj(k -> new Two(p.negativeAnchor(k), p.negative(k)))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void agreeWithBruteForce(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(14);
    int[] y = MinerTest.labels(random, n);
    double[][] d = MinerTest.distances(random, n);
    assertEquals(
        bruteForce(y, (a, j) -> true, (a, j) -> true), mined(new AllPairs(), d, y), "all pairs");
    for (double positive : new double[] {0, 0.5, 1.75}) {
      for (double negative : new double[] {0, 1, Double.POSITIVE_INFINITY}) {
        assertEquals(
            bruteForce(y, (a, j) -> d[a][j] > positive, (a, j) -> d[a][j] < negative),
            mined(new PairMargin(positive, negative), d, y));
      }
    }
    for (double epsilon : new double[] {0, 0.25, 0.5, 3}) {
      // In similarities, as the paper has it: some other of the other kind is about as hard.
      double[][] s = Arrays.stream(d).map(PairMinerTest::negated).toArray(double[][]::new);
      assertEquals(
          bruteForce(
              y,
              (a, j) ->
                  IntStream.range(0, n).anyMatch(k -> y[k] != y[a] && s[a][j] < s[a][k] + epsilon),
              (a, j) ->
                  IntStream.range(0, n)
                      .anyMatch(k -> k != a && y[k] == y[a] && s[a][j] > s[a][k] - epsilon)),
          mined(new MultiSimilarityMiner(epsilon), d, y),
          "epsilon " + epsilon);
    }
    for (Miner miner :
        List.of(new BatchAll(), new BatchHard(), new FaceNetSemiHard(), new RandomTriplets(seed))) {
      Triplets t = miner.mine(d, y);
      assertEquals(
          bruteForce(
              y,
              (a, j) ->
                  IntStream.range(0, t.size())
                      .anyMatch(k -> t.anchor(k) == a && t.positive(k) == j),
              (a, j) ->
                  IntStream.range(0, t.size())
                      .anyMatch(k -> t.anchor(k) == a && t.negative(k) == j)),
          mined(miner.pairs(), d, y),
          miner.pairs().toString());
    }
  }

  private static double[] negated(double[] row) {
    return Arrays.stream(row).map(v -> -v).toArray();
  }

  /** Anchors are the first rows: behind them may stand rows that are no anchors. */
  @ParameterizedTest
  @MethodSource("miners")
  void rowsBehindTheAnchorsAreMinedButAreNoAnchors(PairMiner miner) {
    for (long seed = 1; seed <= 6; seed++) {
      Random random = new Random(seed);
      int[] y = MinerTest.labels(random, 14);
      double[][] d = MinerTest.distances(random, 14);
      Both square = mined(miner, d, y);
      for (int anchors : new int[] {0, 1, 5, 13}) {
        assertEquals(
            new Both(
                square.positives.stream().filter(t -> t.anchor < anchors).toList(),
                square.negatives.stream().filter(t -> t.anchor < anchors).toList()),
            mined(miner, Arrays.copyOf(d, anchors), y),
            "seed " + seed + ", " + anchors + " anchors");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("miners")
  void refusesWhatIsNotAMatrixOfAnchorsAndRows(PairMiner miner) {
    refused(() -> miner.mine(new double[5][4], new int[4]), "(A, 4) with A ≤ 4", "got 5 rows");
    refused(() -> miner.mine(new double[4][5], new int[4]), "(A, 4)", "got 5 columns in row 0");
    refused(() -> miner.mine(new double[3][3], new int[4]), "(A, 4)", "got 3 columns in row 0");
  }

  @Test
  void withoutBothKindsThereIsNoMultiSimilarityPair() {
    for (int[] y : new int[][] {{3, 3, 3}, {1, 2, 3}, {}}) {
      Pairs pairs = new MultiSimilarityMiner(0.1).mine(new double[y.length][y.length], y);
      assertEquals(0, pairs.positives() + pairs.negatives());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aSlackIsFiniteAndNotNegative(double epsilon) {
    refused(() -> new MultiSimilarityMiner(epsilon), "not negative, got " + epsilon);
  }

  @Test
  void marginsOfPairsAreNumbers() {
    refused(() -> new PairMargin(Double.NaN, 1), "got NaN and 1.0");
    refused(() -> new PairMargin(0, Double.NaN), "got 0.0 and NaN");
  }

  @Test
  void tripletsOfAWrongMinerMakeNoPairs() {
    Miner wrong = (d, y) -> Triplets.of(new int[] {2}, new int[] {0}, new int[] {1});
    refused(() -> wrong.pairs().mine(new double[2][3], new int[3]), "an anchor in [0, 2), got 2");
    Miner far = (d, y) -> Triplets.of(new int[] {0}, new int[] {1}, new int[] {-1});
    refused(() -> far.pairs().mine(new double[2][3], new int[3]), "a row in [0, 3), got -1");
  }

  @Test
  void pairsOfADrawAreADraw() {
    assertTrue(new RandomTriplets(1).pairs().draws());
    assertFalse(new BatchHard().pairs().draws());
    assertFalse(new AllPairs().draws());
    assertEquals("pairs of batch-hard", new BatchHard().pairs().toString());
  }

  @Test
  void pairsSayHowManyTheyAre() {
    assertEquals(
        "2 positive and 4 negative pairs",
        new AllPairs().mine(new double[3][3], new int[] {7, 7, 2}).toString());
  }
}

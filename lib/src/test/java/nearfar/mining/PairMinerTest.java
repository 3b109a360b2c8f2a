package nearfar.mining;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
 * definition. Distances are small whole numbers, with many ties, and are not symmetric.
 */
class PairMinerTest {

  private static final List<PairMiner> ALL = List.of(new AllPairs());

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
  void pairsSayHowManyTheyAre() {
    assertEquals(
        "2 positive and 4 negative pairs",
        new AllPairs().mine(new double[3][3], new int[] {7, 7, 2}).toString());
  }
}

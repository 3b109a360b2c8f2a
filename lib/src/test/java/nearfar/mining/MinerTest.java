package nearfar.mining;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Miners against brute force: every triple of rows is tried and kept if it fits the definition.
 * Distances are few, 0 to 2 in halves, so that ties abound, and are not symmetric, so that a mix-up
 * of rows and columns shows.
 */
class MinerTest {

  private static final List<Miner> ALL =
      Stream.concat(
              Stream.<Miner>of(
                  new BatchAll(),
                  new BatchHard(),
                  new SemiHard(1),
                  new RandomTriplets(1),
                  new FaceNetSemiHard(),
                  new TensorFlowSemiHard(),
                  DistanceWeighted.of(16, 1)),
              easyHard())
          .toList();

  /** Every pair of strategies but the one that is refused. */
  private static Stream<BatchEasyHard> easyHard() {
    return Stream.of(Hardness.values())
        .flatMap(
            p ->
                Stream.of(Hardness.values())
                    .filter(n -> p != Hardness.SEMI_HARD || n != Hardness.SEMI_HARD)
                    .map(n -> new BatchEasyHard(p, n)));
  }

  static Stream<Miner> miners() {
    return ALL.stream();
  }

  private record Triple(int anchor, int positive, int negative) {}

  private interface Keeps {
    boolean test(double[][] d, int[] y, Triple t);
  }

  private static List<Triple> bruteForce(double[][] d, int[] y, Keeps keeps) {
    List<Triple> kept = new ArrayList<>();
    int n = y.length;
    for (int code = 0; code < n * n * n; code++) {
      Triple t = new Triple(code / (n * n), code / n % n, code % n);
      boolean valid =
          t.anchor != t.positive && y[t.anchor] == y[t.positive] && y[t.anchor] != y[t.negative];
      if (valid && keeps.test(d, y, t)) {
        kept.add(t);
      }
    }
    return kept;
  }

  private static List<Triple> mined(Miner miner, double[][] d, int[] y) {
    Triplets t = miner.mine(d, y);
    return IntStream.range(0, t.size())
        .mapToObj(i -> new Triple(t.anchor(i), t.positive(i), t.negative(i)))
        .toList();
  }

  static int[] labels(Random random, int n) {
    int classes = 1 + random.nextInt(6);
    return random.ints(n, 0, classes).map(c -> 10 * c).toArray();
  }

  static double[][] distances(Random random, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> random.ints(n, 0, 5).mapToDouble(v -> v / 2.0).toArray())
        .toArray(double[][]::new);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void agreeWithBruteForce(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(14);
    int[] y = labels(random, n);
    double[][] d = distances(random, n);

    assertEquals(bruteForce(d, y, (dd, yy, t) -> true), mined(new BatchAll(), d, y));

    for (double margin : new double[] {0.5, 1, 2, Double.POSITIVE_INFINITY}) {
      assertEquals(
          bruteForce(
              d,
              y,
              (dd, yy, t) -> {
                double gap = dd[t.anchor][t.negative] - dd[t.anchor][t.positive];
                return gap > 0 && gap <= margin;
              }),
          mined(new SemiHard(margin), d, y),
          "margin " + margin);
    }

    List<Triple> hard = new ArrayList<>();
    for (int a = 0; a < n; a++) {
      int anchor = a;
      // The last two keys: the largest distance, and among equals the first row.
      bruteForce(d, y, (dd, yy, t) -> t.anchor == anchor).stream()
          .min(
              Comparator.comparingDouble((Triple t) -> -d[t.anchor][t.positive])
                  .thenComparingInt(Triple::positive)
                  .thenComparingDouble(t -> d[t.anchor][t.negative])
                  .thenComparingInt(Triple::negative))
          .ifPresent(hard::add);
    }
    assertEquals(hard, mined(new BatchHard(), d, y));
  }

  /** Whether no other valid triplet that {@code rivals} is better, or as good and before it. */
  private static boolean best(
      List<Triple> valid,
      Triple t,
      BiPredicate<Triple, Triple> rivals,
      ToDoubleFunction<Triple> bad) {
    return valid.stream()
        .filter(o -> o.anchor == t.anchor && rivals.test(o, t))
        .noneMatch(
            o ->
                bad.applyAsDouble(o) < bad.applyAsDouble(t)
                    || (bad.applyAsDouble(o) == bad.applyAsDouble(t)
                        && (o.positive < t.positive || o.negative < t.negative)));
  }

  /**
   * A triplet is kept if each of its two is the choice: a rule for each strategy, over all
   * triplets.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void easyAndHardAgreeWithBruteForce(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(12);
    int[] y = labels(random, n);
    double[][] d = distances(random, n);
    List<Triple> valid = bruteForce(d, y, (dd, yy, t) -> true);
    ToDoubleFunction<Triple> ap = t -> d[t.anchor][t.positive];
    ToDoubleFunction<Triple> an = t -> d[t.anchor][t.negative];
    BiPredicate<Triple, Triple> sameNegative = (o, t) -> o.negative == t.negative;
    BiPredicate<Triple, Triple> samePositive = (o, t) -> o.positive == t.positive;
    Predicate<Triple> inOrder = t -> ap.applyAsDouble(t) < an.applyAsDouble(t);
    Map<Hardness, Predicate<Triple>> positives =
        Map.of(
            Hardness.ALL, t -> true,
            Hardness.EASY, t -> best(valid, t, sameNegative, ap),
            Hardness.HARD, t -> best(valid, t, sameNegative, o -> -ap.applyAsDouble(o)),
            Hardness.SEMI_HARD,
                t ->
                    inOrder.test(t)
                        && best(
                            valid,
                            t,
                            sameNegative.and((o, u) -> inOrder.test(o)),
                            o -> -ap.applyAsDouble(o)));
    Map<Hardness, Predicate<Triple>> negatives =
        Map.of(
            Hardness.ALL, t -> true,
            Hardness.EASY, t -> best(valid, t, samePositive, o -> -an.applyAsDouble(o)),
            Hardness.HARD, t -> best(valid, t, samePositive, an),
            Hardness.SEMI_HARD,
                t ->
                    inOrder.test(t)
                        && best(valid, t, samePositive.and((o, u) -> inOrder.test(o)), an));
    easyHard()
        .forEach(
            miner ->
                assertEquals(
                    valid.stream()
                        .filter(
                            positives.get(miner.positive()).and(negatives.get(miner.negative())))
                        .collect(Collectors.toSet()),
                    new HashSet<>(mined(miner, d, y)),
                    miner + ", seed " + seed));
    assertEquals(
        mined(new BatchHard(), d, y), mined(new BatchEasyHard(Hardness.HARD, Hardness.HARD), d, y));
    assertEquals(
        mined(new BatchAll(), d, y), mined(new BatchEasyHard(Hardness.ALL, Hardness.ALL), d, y));
  }

  /** For each positive pair the negatives are sorted, and the first that will do is taken. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theTwoOtherSemiHardDefinitionsAgreeWithBruteForce(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(14);
    int[] y = labels(random, n);
    double[][] d = distances(random, n);
    List<Triple> faceNet = new ArrayList<>();
    List<Triple> tensorFlow = new ArrayList<>();
    for (int a = 0; a < n; a++) {
      for (int p = 0; p < n; p++) {
        Triple pair = new Triple(a, p, 0);
        List<Triple> rising =
            bruteForce(d, y, (dd, yy, t) -> t.anchor == pair.anchor && t.positive == pair.positive)
                .stream()
                .sorted(Comparator.comparingDouble(t -> d[t.anchor][t.negative])) // stable
                .toList();
        Optional<Triple> farther =
            rising.stream()
                .filter(t -> d[t.anchor][t.negative] > d[t.anchor][t.positive])
                .findFirst();
        farther.ifPresent(faceNet::add);
        farther
            .or(() -> rising.stream().max(Comparator.comparingDouble(t -> d[t.anchor][t.negative])))
            .map(
                // Of several farthest ones max gives the last; the first is wanted.
                t ->
                    rising.stream()
                        .filter(o -> d[o.anchor][o.negative] == d[t.anchor][t.negative])
                        .findFirst()
                        .orElseThrow())
            .ifPresent(tensorFlow::add);
      }
    }
    assertEquals(faceNet, mined(new FaceNetSemiHard(), d, y));
    assertEquals(tensorFlow, mined(new TensorFlowSemiHard(), d, y));
  }

  /** The three definitions differ, on one batch that can be checked by eye. */
  @Test
  void threeDefinitionsOfSemiHardByHand() {
    int[] y = {0, 0, 1, 1, 1};
    double[][] d = new double[5][5];
    d[0] = new double[] {0, 1, 0.5, 1.2, 1.6};
    d[1] = new double[] {1.8, 0, 0.5, 1.2, 1.6};
    double[][] two = Arrays.copyOf(d, 2);
    Triple near = new Triple(0, 1, 3);
    assertEquals(List.of(near), mined(new SemiHard(0.5), two, y));
    assertEquals(List.of(near, new Triple(0, 1, 4)), mined(new SemiHard(1), two, y));
    assertEquals(List.of(near), mined(new FaceNetSemiHard(), two, y));
    assertEquals(List.of(near, new Triple(1, 0, 4)), mined(new TensorFlowSemiHard(), two, y));
  }

  @Test
  void bothCannotBeSemiHard() {
    refused(() -> new BatchEasyHard(Hardness.SEMI_HARD, Hardness.SEMI_HARD), "both be semi-hard");
    assertEquals(
        "batch easy-hard(easy positive, semi-hard negative)",
        new BatchEasyHard(Hardness.EASY, Hardness.SEMI_HARD).toString());
  }

  /** One valid triplet for every anchor that has one, in the anchors' order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void randomTripletsAreValid(long seed) {
    Random random = new Random(seed);
    int[] y = labels(random, 1 + random.nextInt(14));
    double[][] d = new double[y.length][y.length];
    List<Triple> valid = bruteForce(d, y, (dd, yy, t) -> true);
    List<Triple> drawn = mined(new RandomTriplets(seed), d, y);
    assertTrue(valid.containsAll(drawn), drawn.toString());
    assertEquals(
        valid.stream().map(Triple::anchor).distinct().toList(),
        drawn.stream().map(Triple::anchor).toList());
  }

  /** Every valid triplet of an anchor is drawn equally often: chi-squared over 6000 seeds. */
  @Test
  void randomTripletsAreUniform() {
    int[] y = {4, 7, 4, 4, 4, 7, 9}; // each row of class 4 has 3 positives and 3 negatives
    int[] counts = new int[49];
    int draws = 6000;
    for (int seed = 0; seed < draws; seed++) {
      Triple t = mined(new RandomTriplets(seed), new double[7][7], y).get(0);
      counts[7 * t.positive + t.negative]++;
    }
    double expected = draws / 9.0;
    double chiSquared = 0;
    for (int p : new int[] {2, 3, 4}) {
      for (int n : new int[] {1, 5, 6}) {
        int count = counts[7 * p + n];
        chiSquared += (count - expected) * (count - expected) / expected;
      }
    }
    assertTrue(chiSquared < 26.1, "8 degrees of freedom, 0.001: " + chiSquared);
  }

  /**
   * The draw is that of seed and labels: repeatable, blind to distances, other for another batch.
   */
  @Test
  void randomTripletsAreRepeatable() {
    int[] y = IntStream.range(0, 40).map(i -> i / 4).toArray();
    double[][] d = distances(new Random(1), 40);
    Miner miner = new RandomTriplets(7);
    List<Triple> drawn = mined(miner, d, y);
    assertEquals(drawn, mined(miner, d, y));
    assertEquals(drawn, mined(new RandomTriplets(7), new double[40][40], y));
    assertNotEquals(drawn, mined(new RandomTriplets(8), d, y));
    int[] others = Arrays.stream(y).map(label -> (label + 1) % 10).toArray();
    assertNotEquals(drawn, mined(miner, d, others));
    // The same draw on every machine.
    assertEquals(
        "024 104 214 342 450 532",
        mined(miner, new double[6][6], new int[] {0, 0, 0, 1, 1, 1}).stream()
            .map(t -> "" + t.anchor + t.positive + t.negative)
            .collect(Collectors.joining(" ")));
  }

  @Test
  void batchAllCountsWhatTheJavadocSays() {
    int p = 5;
    int k = 4;
    int[] y = IntStream.range(0, p * k).map(i -> i % p).toArray();
    assertEquals(
        p * k * (k - 1) * (p - 1) * k, new BatchAll().mine(new double[p * k][p * k], y).size());
  }

  @Test
  void oneClassAndSingletonsYieldNothing() {
    double[][] d = distances(new Random(1), 6);
    for (Miner miner : ALL) {
      assertEquals(0, miner.mine(d, new int[] {3, 3, 3, 3, 3, 3}).size(), miner + ", one class");
      assertEquals(0, miner.mine(d, new int[] {5, 4, 3, 2, 1, 0}).size(), miner + ", singletons");
      assertEquals(0, miner.mine(new double[0][0], new int[0]).size(), miner + ", nothing");
    }
  }

  @Test
  void equalRowsAreNotSemiHardAndAreMinedByTheOthers() {
    int[] y = {0, 0, 1, 1};
    double[][] d = new double[4][4];
    assertEquals(0, new SemiHard(1).mine(d, y).size());
    assertEquals(8, new BatchAll().mine(d, y).size());
    assertEquals(
        List.of(new Triple(0, 1, 2), new Triple(1, 0, 2), new Triple(2, 3, 0), new Triple(3, 2, 0)),
        mined(new BatchHard(), d, y));
  }

  /** A diverging network can overflow its distances: miners stay in bounds. */
  @Test
  void notANumberDoesNotBreakBatchHard() {
    double[][] d = {{0, Double.NaN, Double.NaN}, {1, 0, 2}, {1, 1, 0}};
    assertEquals(2, new BatchHard().mine(d, new int[] {0, 0, 1}).size());
  }

  @Test
  void threeHundredRowsOfTwoClassesFit() {
    int n = 300;
    int[] y = IntStream.range(0, n).map(i -> i % 2).toArray();
    Triplets all = new BatchAll().mine(distances(new Random(1), n), y);
    assertEquals(300 * 149 * 150, all.size());
    assertEquals("6705000 triplets", all.toString());
  }

  @Test
  void refusesMoreTripletsThanAMachineHolds() {
    int[] labels = new int[600];
    Arrays.setAll(labels, i -> i % 2);
    refused(() -> new BatchAll().mine(new double[600][600], labels), "33554432 triplets");
  }

  @Test
  void tripletsOfOnesOwnAreEquallyManyOfEach() {
    Triplets two = Triplets.of(new int[] {0, 1}, new int[] {1, 0}, new int[] {2, 3});
    assertEquals(2, two.size());
    assertEquals(3, two.negative(1));
    refused(() -> Triplets.of(new int[2], new int[2], new int[1]), "got 2, 2 and 1");
  }

  /** Anchors are the first rows: behind them may stand rows that are no anchors. */
  @ParameterizedTest
  @MethodSource("miners")
  void rowsBehindTheAnchorsAreMinedButAreNoAnchors(Miner miner) {
    for (long seed = 1; seed <= 6; seed++) {
      Random random = new Random(seed);
      int[] y = labels(random, 14);
      double[][] d = distances(random, 14);
      List<Triple> square = mined(miner, d, y);
      for (int anchors : new int[] {0, 1, 5, 13}) {
        assertEquals(
            square.stream().filter(t -> t.anchor < anchors).toList(),
            mined(miner, Arrays.copyOf(d, anchors), y),
            "seed " + seed + ", " + anchors + " anchors");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("miners")
  void refusesWhatIsNotAMatrixOfAnchorsAndRows(Miner miner) {
    refused(() -> miner.mine(new double[5][4], new int[4]), "(A, 4) with A ≤ 4", "got 5 rows");
    refused(() -> miner.mine(new double[4][5], new int[4]), "(A, 4)", "got 5 columns in row 0");
    refused(() -> miner.mine(new double[3][3], new int[4]), "(A, 4)", "got 3 columns in row 0");
    double[][] ragged = {new double[4], new double[4], new double[3]};
    refused(() -> miner.mine(ragged, new int[4]), "got 3 columns in row 2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.2, Double.NaN})
  void semiHardRefusesAMarginThatIsNotPositive(double margin) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new SemiHard(margin)).getMessage();
    assertTrue(message.contains("greater than 0, got " + margin), message);
  }
}

package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Cosine;
import nearfar.mining.AllPairs;
import nearfar.mining.PairMiner;
import nearfar.mining.Pairs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses over pairs where figures can be had by hand, and where exponentials would overflow. */
class PairLossesTest {

  private static final String X = EmbeddingLoss.EMBEDDINGS;

  /** Logits of some hundreds are known to 1e-5 in float32, so their exponentials are. */
  private static final double OF_LARGE_LOGITS = 1e-4;

  /** On a line: two of class 0 at 0 and 1, one of class 1 at 3. */
  private static Batch line() {
    return new Batch(new double[][] {{0}, {1}, {3}}, new int[] {0, 0, 1}, Map.of());
  }

  /** On the unit circle: class 0 at 0° and 60°, class 1 at 90°. */
  private static Batch circle() {
    double[][] x = {{2, 0}, {0.5, Math.sqrt(3) / 2}, {0, 3}};
    return new Batch(x, new int[] {0, 0, 1}, Map.of());
  }

  /** Positive terms 1 and 1, negative terms [4 − 3]₊ and [4 − 2]₊, twice each. */
  @Test
  void contrastiveByHand() {
    assertEquals(1 + 1.5, line().value(ContrastiveLoss.of(4)), 1e-12);
    assertEquals(1 + 0.5, line().value(ContrastiveLoss.of(2.5)), 1e-12);
    assertEquals(1 + 0.25, line().value(ContrastiveLoss.of(2.5).reduce(Reducer.MEAN)), 1e-12);
    assertEquals(2 + 1, line().value(ContrastiveLoss.of(2.5).reduce(Reducer.SUM)), 1e-12);
    assertEquals(1 + 2.5, line().value(ContrastiveLoss.of(4).squared()), 1e-12);
    // 1 − cos 60° = 0.5, less 0.25; the negatives, 1 and 1 − cos 30°, are too near by 1 and more.
    assertEquals(
        0.25 + 1 + Math.sqrt(3) / 4,
        circle().value(ContrastiveLoss.of(new Cosine(), 0.25, 2)),
        1e-12);
  }

  /** The anchors are rows 0 and 2, the positives rows 1 and 3; row 4 is not read. */
  @Test
  void nPairsReadsTwoRowsOfEveryClass() {
    Batch b =
        new Batch(new double[][] {{1}, {2}, {3}, {5}, {100}}, new int[] {0, 0, 1, 1, 0}, Map.of());
    double first = Math.log(1 + Math.exp(5 - 2));
    double second = Math.log(1 + Math.exp(6 - 15));
    assertEquals((first + second) / 2, b.value(NPairsLoss.of()), 1e-12);
    assertEquals(0, b.result(NPairsLoss.of(), DataType.FLOAT64).gradient(X)[4][0]);
    assertEquals(Math.log(2), b.value(NPairsLoss.of().normalized()), 1e-12);
  }

  /** J = log(e^(1 − 3) + e^(1 − 2)) + 1, for the only pair. */
  @Test
  void liftedStructureByHand() {
    double j = Math.log(Math.exp(-2) + Math.exp(-1)) + 1;
    assertEquals(j * j / 2, line().value(LiftedStructureLoss.of(1)), 1e-12);
    assertEquals(0, line().value(LiftedStructureLoss.of(0.1)), "a pair that is near enough");
  }

  @Test
  void cosinesByHand() {
    double far = Math.sqrt(3) / 2; // cos 30°
    double positive = Math.log(1 + Math.exp(-2 * (0.5 - 0.25))) / 2;
    assertEquals(
        (2 * positive + negative(0) + negative(far) + negative(0, far)) / 3,
        circle().value(MultiSimilarityLoss.of(2, 10, 0.25)),
        1e-12);
    // u is 0.5 for the positive pair, and the cosine for the negative ones: z = 8 (u² − 0.2²).
    assertEquals(
        (Math.log(1 + Math.exp(8 * (0.25 - 0.04)) * Math.exp(8 * (0 - 0.04)))
                + Math.log(1 + Math.exp(8 * (0.25 - 0.04)) * Math.exp(8 * (far * far - 0.04))))
            / 2,
        circle().value(CircleLoss.of(0.2, 8)),
        1e-12);
    // One positive and one negative each, so the two are one.
    double two = (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(2 * far - 1))) / 2;
    assertEquals(two, circle().value(NtXentLoss.of(0.5)), 1e-12);
    assertEquals(two, circle().value(SupervisedContrastiveLoss.of(0.5)), 1e-12);
    // tan² 45° = 1: f = 4 (a + p) · n − 4 a · p, the same for both ordered pairs.
    assertEquals(
        Math.log(1 + Math.exp(4 * far - 2)), circle().value(AngularLoss.of(Math.PI / 4)), 1e-12);
  }

  private static double negative(double... cosines) {
    return Math.log(1 + Arrays.stream(cosines).map(cos -> Math.exp(10 * (cos - 0.25))).sum()) / 10;
  }

  /** The gradient is not the slope of the value: α is a weight. ∂z/∂u = γ α, and not 2 γ u. */
  @Test
  void theWeightsOfTheCircleLossAreHeld() {
    Batch b = new Batch(new double[][] {{1, 0}, {0, 1}, {0, -1}}, new int[] {0, 0, 1}, Map.of());
    CircleLoss loss = CircleLoss.of(0.2, 2);
    // Anchor 0 has u = 1 and u = 0; anchor 1 has u = 1 and u = −1, whose weight is 0.
    double[] slope = new double[2];
    for (int i = 0; i < 2; i++) {
      double z = 2 * (1 - 0.04) + (i == 0 ? 2 * (0 - 0.04) : 0);
      slope[i] = Math.exp(z) / (1 + Math.exp(z)) / 2;
    }
    double positive = 2 * (1 + 0.2); // γ α of the pair at 90°
    double negative = 2 * 0.2;
    // Row 0 turns towards row 1, with cos falling by 1 a radian for the pair and rising for row 2.
    assertEquals(
        -(slope[0] + slope[1]) * positive - slope[0] * negative,
        b.result(loss, DataType.FLOAT64).gradient(X)[0][1],
        1e-9);
  }

  static Stream<EmbeddingLoss> pairLosses() {
    return LossContractTest.ALL.stream()
        .map(LossContractTest.Pair::loss)
        .filter(loss -> loss instanceof PairwiseLoss && !(loss instanceof TripletLoss));
  }

  /** Which losses have something to say of a batch without negatives, or without positives. */
  @ParameterizedTest
  @MethodSource("pairLosses")
  void withoutAnyPairItIsAConnectedZero(EmbeddingLoss loss) {
    Set<String> pulls = Set.of("contrastive", "multi-similarity", "supervised-contrastive");
    Set<String> pushes = Set.of("contrastive", "multi-similarity");
    Batch b = Batch.random(1, 5, 3, 5);
    assertZero(b.withEmbeddings(new double[][] {{1, 2, 3}}).withLabels(0), loss, Set.of());
    assertZero(b.withLabels(2, 2, 2, 2, 2), loss, pulls);
    assertZero(b.withLabels(0, 1, 2, 3, 4), loss, pushes);
  }

  private static void assertZero(Batch b, EmbeddingLoss loss, Set<String> unless) {
    Batch.Result result = b.result(loss, DataType.FLOAT32);
    boolean zero =
        result.value() == 0
            && Arrays.stream(result.gradient(X))
                .flatMapToDouble(Arrays::stream)
                .allMatch(g -> g == 0);
    assertEquals(!unless.contains(loss.getName()), zero, loss + " " + result.value());
  }

  static Stream<EmbeddingLoss> sharp() {
    return Stream.of(
        CircleLoss.of(0.25, 256),
        CircleLoss.of(0.4, 80),
        MultiSimilarityLoss.of(80, 80, 0),
        SupervisedContrastiveLoss.of(0.01),
        NtXentLoss.of(0.01),
        AngularLoss.of(Math.toRadians(80)));
  }

  /** exp(160) is past float32, and exp(1000) past float64. */
  @ParameterizedTest
  @MethodSource("sharp")
  void exponentialsDoNotOverflow(EmbeddingLoss loss) {
    double[][] apart = {{1, 0.01}, {1, -0.01}, {-1, 0.01}, {-1, -0.01}};
    for (int[] labels : new int[][] {{0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 0}}) {
      Batch b = new Batch(apart, labels, Map.of());
      Batch.Result wide = b.result(loss, DataType.FLOAT64);
      Batch.Result narrow = b.result(loss, DataType.FLOAT32);
      boolean solved = labels[1] == 0;
      assertTrue(solved ? wide.value() < 1 : wide.value() > 1, "" + wide.value());
      Near.assertNear(wide.value(), narrow.value(), Tolerances.FLOAT32, () -> "value");
      Near.assertNear(wide.gradient(X), narrow.gradient(X), OF_LARGE_LOGITS, () -> "gradient");
    }
  }

  /** By its list of pairs, where without a miner there is none. */
  @ParameterizedTest
  @MethodSource("mining")
  void allPairsByAMinerAreAllPairs(EmbeddingLoss loss, EmbeddingLoss mined) {
    Batch b = Batch.random(1, 12, 3, 4);
    Batch.Result expected = b.result(loss, DataType.FLOAT64);
    Batch.Result actual = b.result(mined, DataType.FLOAT64);
    assertEquals(expected.value(), actual.value());
    Near.assertNear(expected.gradient(X), actual.gradient(X), 1e-15, () -> "gradient");
    Certificate.of(mined).requirePassed();
  }

  static Stream<Arguments> mining() {
    PairMiner listed = (d, labels) -> new AllPairs().mine(d, labels);
    ContrastiveLoss contrastive = ContrastiveLoss.of(1);
    MultiSimilarityLoss similarity = MultiSimilarityLoss.of(2, 50, 0.5);
    return Stream.of(
        Arguments.of(contrastive, contrastive.mined(listed)),
        Arguments.of(similarity, similarity.mined(listed)));
  }

  @Test
  void onlyMinedPairsCount() {
    PairMiner one =
        (d, labels) -> {
          assertEquals(3, d[0][2], 1e-12, "the loss's distances");
          Pairs.Builder pairs = new Pairs.Builder();
          pairs.positive(1, 0);
          pairs.negative(0, 2);
          return pairs.build();
        };
    Batch.Result result = line().result(ContrastiveLoss.of(10).mined(one), DataType.FLOAT64);
    assertEquals(1 + 7, result.value(), 1e-12);
    assertEquals(1, result.gradient(X)[1][0], 1e-12); // away from row 0, and from no other
    PairMiner none = (d, labels) -> new Pairs.Builder().build();
    assertZero(line(), ContrastiveLoss.of(10).mined(none), Set.of());
    PairMiner cosine =
        (d, labels) -> {
          assertEquals(0.5, d[0][1], 1e-6, "cosine distances");
          assertEquals(1 - Math.sqrt(3) / 2, d[1][2], 1e-6, "cosine distances");
          return none.mine(d, labels);
        };
    assertZero(circle(), MultiSimilarityLoss.of(2, 50, 0.5).mined(cosine), Set.of());
  }

  @Test
  void saysItsSettings() {
    assertEquals(
        new TreeSet<>(
            Set.of(
                "angular(alpha=0.5 rad)",
                "circle(m=0.25, gamma=256.0)",
                "contrastive(all pairs, Euclidean, mean of positive, positive margin=0.0, negative"
                    + " margin=1.0)",
                "contrastive(all pairs, Euclidean, terms squared, mean, positive margin=0.0,"
                    + " negative margin=1.0)",
                "lifted-structure(Euclidean, margin=1.0)",
                "lifted-structure(Euclidean of unit vectors, margin=1.0)",
                "multi-similarity(all pairs, alpha=2.0, beta=50.0, base=0.5)",
                "n-pairs(cosine)",
                "n-pairs(inner product)",
                "nt-xent(temperature=0.1)",
                "supervised-contrastive(temperature=0.1)")),
        Stream.of(
                AngularLoss.of(0.5),
                CircleLoss.of(0.25, 256),
                ContrastiveLoss.of(1),
                ContrastiveLoss.of(1).squared().reduce(Reducer.MEAN),
                LiftedStructureLoss.of(1),
                LiftedStructureLoss.of(1).normalized(),
                MultiSimilarityLoss.of(2, 50, 0.5),
                NPairsLoss.of().normalized(),
                NPairsLoss.of(),
                NtXentLoss.of(0.1),
                SupervisedContrastiveLoss.of(0.1))
            .map(EmbeddingLoss::describe)
            .collect(java.util.stream.Collectors.toCollection(TreeSet::new)));
  }
}

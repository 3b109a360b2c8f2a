package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.types.DataType;
import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.ReferenceFile;
import nearfar.Tolerances;
import nearfar.distance.Euclidean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Values and gradients against figures of independent implementations (PyTorch autograd and
 * pytorch-metric-learning, float64). {@code mvn -pl lib test -Dtest=ReferenceTest
 * -Dnearfar.reference=FILE} checks another file of the same form; a case whose name is not known
 * here is listed as not covered.
 */
@SuppressWarnings("ArrayRecordComponent") // the file as it is, never compared
class ReferenceTest {

  private record File(
      int n, int d, int classes, double[][] embeddings, int[] labels, List<Case> cases) {}

  private record Case(
      String name,
      Map<String, Double> params,
      double value,
      @SerializedName("grad_embeddings") double[][] gradEmbeddings,
      Map<String, Object> weights,
      @SerializedName("grad_weights") Map<String, Object> gradWeights,
      double[][] updated) {

    double param(String name) {
      return Objects.requireNonNull(params.get(name), () -> this.name + " has no " + name);
    }

    @Override
    public String toString() {
      return params.isEmpty() ? name : name + params;
    }
  }

  /** Our name of each array that the file names. */
  private static final Map<String, String> NAMES =
      Map.of(
          "weight", EmbeddingLoss.VECTORS,
          "bias", EmbeddingLoss.BIAS,
          "centers", EmbeddingLoss.CENTERS);

  /** Which loss a case is about. */
  private static final Map<String, Function<Case, EmbeddingLoss>> LOSSES =
      Map.ofEntries(
          Map.entry("softmax_cross_entropy", c -> SoftmaxLoss.of()),
          Map.entry(
              "triplet_batch_all_sum",
              c -> TripletLoss.batchAll(c.param("margin")).reduce(Reducer.SUM)),
          Map.entry(
              "triplet_batch_all_mean_of_positive", c -> TripletLoss.batchAll(c.param("margin"))),
          Map.entry("triplet_batch_hard_mean", c -> TripletLoss.batchHard(c.param("margin"))),
          Map.entry("triplet_semi_hard_mean", c -> TripletLoss.semiHard(c.param("margin"))),
          Map.entry("triplet_soft_margin_batch_hard_mean", c -> TripletLoss.batchHardSoft()),
          Map.entry("center_update_wen", c -> CenterLoss.sum().alpha(c.param("alpha"))),
          Map.entry("center_sum", c -> CenterLoss.sum()),
          Map.entry(
              "softmax_plus_center",
              c -> SoftmaxLoss.of().plus(c.param("lambda"), CenterLoss.mean())),
          Map.entry("arcface", c -> ArcFaceLoss.of(c.param("margin"), c.param("scale"))),
          Map.entry("cosface", c -> CosFaceLoss.of(c.param("margin"), c.param("scale"))),
          Map.entry("sphereface", ReferenceTest::sphereface),
          Map.entry("proxy_nca", c -> ProxyNcaLoss.of(1 / c.param("softmax_scale"))),
          Map.entry("proxy_anchor", c -> ProxyAnchorLoss.of(c.param("margin"), c.param("alpha"))),
          Map.entry(
              "normalized_softmax", c -> NormalizedSoftmaxLoss.of(1 / c.param("temperature"))),
          Map.entry(
              "contrastive",
              c ->
                  ContrastiveLoss.of(
                      new Euclidean(), c.param("pos_margin"), c.param("neg_margin"))),
          Map.entry("n_pairs", c -> NPairsLoss.of().normalized()),
          Map.entry(
              "multi_similarity",
              c -> MultiSimilarityLoss.of(c.param("alpha"), c.param("beta"), c.param("base"))),
          Map.entry("circle", c -> CircleLoss.of(c.param("m"), c.param("gamma"))),
          Map.entry(
              "supervised_contrastive", c -> SupervisedContrastiveLoss.of(c.param("temperature"))),
          Map.entry("nt_xent", c -> NtXentLoss.of(c.param("temperature"))));

  private static EmbeddingLoss sphereface(Case c) {
    assumeTrue(c.param("scale") == 1, "SphereFace has no scale of its own, as in the paper");
    return SphereFaceLoss.of((int) c.param("margin"));
  }

  private static File file;

  @BeforeAll
  static void read() throws IOException {
    try (Reader reader = ReferenceFile.open()) {
      file = new Gson().fromJson(reader, File.class);
    }
  }

  @Test
  void saysWhatIsCovered() {
    List<String> all = file.cases().stream().map(Case::toString).toList();
    List<String> covered =
        file.cases().stream().filter(ReferenceTest::known).map(Case::toString).toList();
    List<String> not = all.stream().filter(name -> !covered.contains(name)).toList();
    System.out.printf(
        "reference %s (N = %d, D = %d, C = %d): covered %d of %d cases: %s; not covered: %s%n",
        ReferenceFile.name(),
        file.n(),
        file.d(),
        file.classes(),
        covered.size(),
        all.size(),
        covered,
        not);
    assertFalse(all.isEmpty(), ReferenceFile.name() + " has no cases");
    assertFalse(covered.isEmpty(), ReferenceFile.name() + " has no case that is known here");
  }

  @TestFactory
  Stream<DynamicTest> agreesInFloat64() {
    return known(c -> check(c, DataType.FLOAT64, Tolerances.FLOAT64));
  }

  /**
   * Mined triplets and the mean of positive terms jump where a distance crosses a bound: in a file
   * with other figures one may lie so near that float32 rounds it across, so those are checked in
   * float64 alone.
   */
  @TestFactory
  Stream<DynamicTest> agreesInFloat32() {
    assumeTrue(
        ReferenceFile.isBundled(),
        "float32 is checked on the bundled file, without -Dnearfar.reference");
    return known(c -> check(c, DataType.FLOAT32, Tolerances.FLOAT32));
  }

  private static Stream<DynamicTest> known(java.util.function.Consumer<Case> check) {
    return file.cases().stream()
        .filter(c -> LOSSES.containsKey(c.name()))
        .map(c -> DynamicTest.dynamicTest(c.toString(), () -> check.accept(c)));
  }

  private static boolean known(Case c) {
    return LOSSES.containsKey(c.name());
  }

  private static void check(Case c, DataType type, double tolerance) {
    EmbeddingLoss loss = LOSSES.get(c.name()).apply(c);
    if (c.updated() != null) {
      // Such a case is about the update alone: its value and gradients are zeros.
      double[][] updated = Step.updated(batch(c), loss, EmbeddingLoss.CENTERS, type);
      Near.assertNear(c.updated(), updated, tolerance, () -> c + " updated");
      return;
    }
    Batch.Result result = batch(c).result(loss, type);
    Near.assertNear(c.value(), result.value(), tolerance, () -> c + " value");
    Near.assertNear(
        c.gradEmbeddings(),
        result.gradients().get(EmbeddingLoss.EMBEDDINGS),
        tolerance,
        () -> c + " gradient of the embeddings");
    c.gradWeights()
        .forEach(
            (name, gradient) ->
                Near.assertNear(
                    table(gradient),
                    result.gradients().get(NAMES.get(name)),
                    tolerance,
                    () -> c + " gradient of " + name));
    assertTrue(result.gradients().size() == 1 + c.gradWeights().size(), c + " has other inputs");
  }

  private static Batch batch(Case c) {
    Map<String, double[][]> perClass = new LinkedHashMap<>();
    c.weights().forEach((name, w) -> perClass.put(NAMES.get(name), table(w)));
    return new Batch(file.embeddings(), file.labels(), perClass);
  }

  /** A list of numbers, or of lists of numbers, as rows. */
  private static double[][] table(Object json) {
    return ((List<?>) json)
        .stream()
            .map(
                row ->
                    row instanceof List<?> numbers
                        ? numbers.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray()
                        : new double[] {((Number) row).doubleValue()})
            .toArray(double[][]::new);
  }
}

package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import nearfar.ReferenceFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Agrees with retrieval, verification and angles that scikit-learn and NumPy computed. Another file
 * of that form is checked with {@code -Dnearfar.reference=FILE}; a metric whose name is not known
 * here is listed as not covered.
 */
class MetricsReferenceTest {

  private static final String TAR = "tar_at_far ";

  private static final Map<String, ToDoubleFunction<Embeddings>> METRICS =
      Map.of(
          "precision_at_1", e -> Retrieval.of(e).recallAt(1),
          "r_precision", e -> Retrieval.of(e).rPrecision(),
          "map_at_r", e -> Retrieval.of(e).mapAtR(),
          "roc_auc", e -> Verification.of(e).auc(),
          "eer", e -> Verification.of(e).eer(),
          "average_precision", e -> Verification.of(e).averagePrecision(),
          "mean_angle_degrees intra", e -> Angles.of(e).intra().mean(),
          "mean_angle_degrees inter", e -> Angles.of(e).inter().mean());

  private static final Map<String, JsonElement> expected = new TreeMap<>();
  private static Embeddings embeddings;

  @BeforeAll
  static void read() throws IOException {
    Gson gson = new Gson();
    JsonObject file;
    try (Reader reader = ReferenceFile.open()) {
      file = gson.fromJson(reader, JsonObject.class);
    }
    embeddings =
        Embeddings.of(
            gson.fromJson(file.get("embeddings"), double[][].class),
            gson.fromJson(file.get("labels"), int[].class));
    expected.clear();
    flatten("", file.get("metrics"), expected);
  }

  @Test
  void saysWhatIsCovered() {
    List<String> covered = expected.keySet().stream().filter(n -> metric(n).isPresent()).toList();
    List<String> not = expected.keySet().stream().filter(n -> metric(n).isEmpty()).toList();
    System.out.printf(
        "reference %s: covered %d of %d metrics: %s; not covered: %s%n",
        ReferenceFile.name(), covered.size(), expected.size(), covered, not);
    assertFalse(covered.isEmpty(), ReferenceFile.name() + " has no metric that is known here");
  }

  @TestFactory
  Stream<DynamicTest> agrees() {
    return expected.entrySet().stream()
        .flatMap(
            entry ->
                metric(entry.getKey()).stream()
                    .map(
                        metric ->
                            DynamicTest.dynamicTest(
                                entry.getKey(),
                                () ->
                                    assertEquals(
                                        entry.getValue().getAsDouble(),
                                        metric.applyAsDouble(embeddings),
                                        FLOAT64))));
  }

  private static Optional<ToDoubleFunction<Embeddings>> metric(String name) {
    if (name.startsWith(TAR)) {
      double far = Double.parseDouble(name.substring(TAR.length()));
      return Optional.of(e -> Verification.of(e).tarAtFar(far));
    }
    return Optional.ofNullable(METRICS.get(name));
  }

  private static void flatten(String name, JsonElement element, Map<String, JsonElement> into) {
    if (element.isJsonObject()) {
      element
          .getAsJsonObject()
          .asMap()
          .forEach((key, value) -> flatten((name + " " + key).strip(), value, into));
    } else {
      into.put(name, element);
    }
  }
}

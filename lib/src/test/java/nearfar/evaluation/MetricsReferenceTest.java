package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Agrees with retrieval, verification and angles that scikit-learn and NumPy computed. Another file
 * of that form is checked with {@code -Dnearfar.reference=FILE}.
 */
class MetricsReferenceTest {

  @TestFactory
  Stream<DynamicTest> agrees() throws IOException {
    JsonObject file = read();
    Gson gson = new Gson();
    Embeddings e =
        Embeddings.of(
            gson.fromJson(file.get("embeddings"), double[][].class),
            gson.fromJson(file.get("labels"), int[].class));
    Map<String, Double> expected = new TreeMap<>();
    flatten("", file.get("metrics"), expected);
    Retrieval r = Retrieval.of(e);
    Verification v = Verification.of(e);
    Distribution angles = Angles.of(e);
    return expected.entrySet().stream()
        .map(
            metric ->
                DynamicTest.dynamicTest(
                    metric.getKey(),
                    () ->
                        assertEquals(
                            metric.getValue(), measured(metric.getKey(), r, v, angles), FLOAT64)));
  }

  private static double measured(String name, Retrieval r, Verification v, Distribution angles) {
    if (name.startsWith("tar_at_far ")) {
      return v.tarAtFar(Double.parseDouble(name.substring("tar_at_far ".length())));
    }
    return switch (name) {
      case "precision_at_1" -> r.recallAt(1);
      case "r_precision" -> r.rPrecision();
      case "map_at_r" -> r.mapAtR();
      case "roc_auc" -> v.auc();
      case "eer" -> v.eer();
      case "average_precision" -> v.averagePrecision();
      case "mean_angle_degrees intra" -> angles.intra().mean();
      case "mean_angle_degrees inter" -> angles.inter().mean();
      default ->
          throw new AssertionError(
              String.format(Locale.ROOT, "not covered: metric \"%s\" of the reference file", name));
    };
  }

  private static void flatten(String name, JsonElement element, Map<String, Double> into) {
    if (element.isJsonObject()) {
      element
          .getAsJsonObject()
          .asMap()
          .forEach((key, value) -> flatten((name + " " + key).strip(), value, into));
    } else {
      into.put(name, element.getAsDouble());
    }
  }

  private static JsonObject read() throws IOException {
    String other = System.getProperty("nearfar.reference", "");
    // Maven hands over the placeholder itself where the property is not set.
    boolean set = !other.isBlank() && !other.startsWith("${");
    try (InputStream in =
            set
                ? Files.newInputStream(Path.of(other))
                : Objects.requireNonNull(
                    MetricsReferenceTest.class.getResourceAsStream("/reference/losses-1.json"),
                    "reference/losses-1.json is not among the test resources");
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, JsonObject.class);
    }
  }
}

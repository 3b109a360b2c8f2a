package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nearfar.Jar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every public loss says about itself, in one order; that its example runs is elsewhere. */
class LossDocumentationTest {

  private static final List<String> TEMPLATE =
      List.of("Formula", "Shapes", "Units", "Defaults", "Errors", "Example", "Source");

  static Stream<Class<?>> losses() throws IOException, URISyntaxException {
    return Jar.all().stream()
        .filter(EmbeddingLoss.class::isAssignableFrom)
        .filter(type -> !Modifier.isAbstract(type.getModifiers()));
  }

  @Test
  void lossesAreFound() throws IOException, URISyntaxException {
    assertTrue(losses().toList().containsAll(List.of(ArcFaceLoss.class, TripletLoss.class)));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void keepsTheTemplate(Class<?> loss) throws IOException {
    String text = comment(loss);
    assertTrue(
        Pattern.compile("^[\\p{L}\\d,+() -]+: [^.]+\\.").matcher(text).find(),
        () -> loss.getSimpleName() + " begins with its name, a colon and a sentence: " + text);
    int from = 0;
    for (int k = 0; k < TEMPLATE.size(); k++) {
      String word = TEMPLATE.get(k);
      int at = text.indexOf("<p><b>" + word + "</b>", from);
      assertTrue(at >= 0, () -> loss.getSimpleName() + " says no " + word + ", or out of order");
      int end = k + 1 < TEMPLATE.size() ? text.indexOf("<p><b>" + TEMPLATE.get(k + 1), at) : -1;
      String part = text.substring(at, end < 0 ? text.length() : end);
      assertTrue(part.split("\\s+").length > 2, () -> loss.getSimpleName() + ": " + part);
      assertSays(loss, word, part);
      from = at;
    }
  }

  private static void assertSays(Class<?> loss, String word, String part) {
    String name = loss.getSimpleName();
    switch (word) {
      case "Shapes" -> assertTrue(part.contains("(N, D)"), () -> name + ": " + part);
      case "Errors" -> assertTrue(part.contains("{@link "), () -> name + ": " + part);
      case "Example" -> {
        assertTrue(part.contains("<pre>{@code"), () -> name + ": " + part);
        assertTrue(part.contains(name), () -> "the example of " + name + " is of another loss");
      }
      case "Source" ->
          assertTrue(
              Pattern.compile("\\(([A-Z]+ )?(19|20)\\d\\d\\)").matcher(part).find(), () -> part);
      default -> assertFalse(part.isBlank());
    }
  }

  /** The comment of the class, without the stars. */
  private static String comment(Class<?> type) throws IOException {
    String source = Jar.source(type);
    int end = source.indexOf("\npublic ");
    int begin = source.lastIndexOf("/**", end);
    assertTrue(begin >= 0, () -> type + " has no comment");
    return source
        .substring(begin, source.indexOf("*/", begin))
        .replaceAll("(?m)^ ?/?\\*+ ?", "")
        .strip();
  }

  /** Else a certificate would not compare the two. */
  @Test
  void whoeverHasAFastFormSaysSo() throws IOException, URISyntaxException {
    List<Class<?>> fast =
        Jar.kindsOf(EmbeddingLoss.class).stream().filter(type -> declares(type, "fast")).toList();
    assertTrue(fast.containsAll(List.of(ClassVectorLoss.class, TripletLoss.class)), fast::toString);
    for (Class<?> type : fast) {
      assertTrue(
          declares(type, "hasFastForm"),
          () -> type + " overrides fast, so it must override hasFastForm too");
      assertDoesNotThrow(() -> type.getDeclaredMethod("fast", Inputs.class));
    }
  }

  private static boolean declares(Class<?> type, String method) {
    return Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(method));
  }
}

package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The two ways in that the training package's documentation shows must run as they are printed. */
class TrainingExamplesTest {

  private static final List<Object> SHOWN = new ArrayList<>();

  /** Called by the snippets, which run in this JVM. */
  public static void shown(Object value) {
    SHOWN.add(value);
  }

  @Test
  void bothWaysInRun() throws IOException {
    Path file = Path.of("src/main/java/nearfar/training/package-info.java");
    String text = Files.readString(Files.exists(file) ? file : Path.of("lib").resolve(file));
    Matcher blocks =
        Pattern.compile("<pre>\\{@code\n(.*?) \\* }</pre>", Pattern.DOTALL).matcher(text);
    Notebook.screen(TrainingExamplesTest::shown);
    try (Snippets snippets = new Snippets()) {
      int examples = 0;
      while (blocks.find()) {
        snippets.run(blocks.group(1).replaceAll("(?m)^ \\* ?", ""));
        examples++;
      }
      assertEquals(2, examples);
    } finally {
      Notebook.screen(null);
    }
    assertEquals(4, SHOWN.size(), SHOWN::toString);
    assertEquals(16, SHOWN.get(2));
    assertEquals(
        Set.of(
            "train_ClassVectorAccuracy",
            "train_BatchRecallAt1",
            "train_softmax+center",
            "train_loss",
            "validate_ClassVectorAccuracy",
            "validate_BatchRecallAt1",
            "validate_softmax+center",
            "validate_loss"),
        ((Map<?, ?>) SHOWN.get(3)).keySet());
  }
}

package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

/** What the README shows, and then docs/use.md, must run as it is printed. */
class ReadmeTest {

  private static final List<Object> SHOWN = new ArrayList<>();

  /** Called by the snippets, which run in this JVM. */
  public static void shown(Object value) {
    SHOWN.add(value);
  }

  @Test
  void theJavaBlocksRun() throws IOException {
    Matcher blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(text("README.md") + text("docs/use.md"));
    assertTrue(blocks.find(), "the README has no Java");

    Notebook.screen(ReadmeTest::shown);
    try (Snippets snippets = new Snippets()) {
      do {
        snippets.run(blocks.group(1));
      } while (blocks.find());
      snippets.run("run.close();");
      assertEquals(Embeddings.class.getSimpleName(), snippets.typeOf("test"));
    } finally {
      Notebook.screen(null);
    }
    assertEquals(2 + 3 + 1, SHOWN.size(), SHOWN::toString);
  }

  private static String text(String file) throws IOException {
    Path path = Path.of(file);
    return Files.readString(Files.exists(path) ? path : Path.of("..").resolve(path));
  }
}

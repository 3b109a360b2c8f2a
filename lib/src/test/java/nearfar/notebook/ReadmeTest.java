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
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

/** What the README shows must run as it is printed. */
class ReadmeTest {

  private static final List<Object> SHOWN = new ArrayList<>();

  /** Called by the snippets, which run in this JVM. */
  public static void shown(Object value) {
    SHOWN.add(value);
  }

  @Test
  void theJavaBlocksOfTheReadmeRun() throws IOException {
    Path readme = Path.of("README.md");
    String text = Files.readString(Files.exists(readme) ? readme : Path.of("..").resolve(readme));
    Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(text);
    assertTrue(blocks.find(), "the README has no Java");

    Notebook.screen(ReadmeTest::shown);
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      Installation.IMPORTS.forEach(name -> run(shell, "import " + name + ";"));
      do {
        run(shell, blocks.group(1));
      } while (blocks.find());
      run(shell, "run.close();");
      assertEquals(
          Embeddings.class.getSimpleName(),
          shell
              .variables()
              .filter(v -> v.name().equals("test"))
              .findFirst()
              .orElseThrow()
              .typeName());
    } finally {
      Notebook.screen(null);
    }
    assertEquals(2, SHOWN.size(), SHOWN::toString);
  }

  static void run(JShell shell, String source) {
    String rest = source;
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        List<String> diagnostics =
            shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList();
        assertEquals(Snippet.Status.VALID, event.status(), next.source() + ": " + diagnostics);
        assertEquals(null, event.exception(), next.source());
      }
      rest = next.remaining();
    }
  }
}

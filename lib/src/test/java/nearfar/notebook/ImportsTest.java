package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;

/** What a cell can write without importing anything, tried in a real JShell. */
class ImportsTest {

  private static Path classes() throws URISyntaxException {
    return Path.of(
        NearfarExtension.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static Map<String, String> publicClasses() throws IOException, URISyntaxException {
    Path root = classes();
    Map<String, String> bySimpleName = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name =
            root.relativize(file).toString().replace(".class", "").replace(File.separatorChar, '.');
        if (name.contains("$") || name.endsWith("-info")) {
          continue;
        }
        Class<?> type = load(name);
        if (Modifier.isPublic(type.getModifiers())) {
          assertTrue(
              bySimpleName.put(type.getSimpleName(), name) == null,
              "two public classes are called " + type.getSimpleName());
        }
      }
    }
    return bySimpleName;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ImportsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static void evaluate(JShell shell, String source) {
    for (SnippetEvent event : shell.eval(source)) {
      List<String> diagnostics =
          shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList();
      assertEquals(Snippet.Status.VALID, event.status(), source + ": " + diagnostics);
    }
  }

  @Test
  void everyPublicNameIsImportedAndNoneClashes() throws IOException, URISyntaxException {
    Map<String, String> own = publicClasses();
    assertTrue(own.size() > 30, own.toString());
    Map<String, String> expected = new TreeMap<>(own);
    for (String name :
        List.of(
            "ai.djl.engine.Engine",
            "ai.djl.ndarray.NDArray",
            "ai.djl.ndarray.NDArrays",
            "ai.djl.ndarray.NDList",
            "ai.djl.ndarray.NDManager",
            "ai.djl.ndarray.types.DataType",
            "ai.djl.ndarray.types.Shape",
            "ai.djl.training.GradientCollector",
            "java.nio.file.Path",
            "java.util.Arrays",
            "java.util.List",
            "java.util.Map",
            "java.util.Random",
            "java.util.Set",
            "java.util.function.Function",
            "java.util.stream.Collectors",
            "java.util.stream.IntStream",
            "tech.tablesaw.api.DoubleColumn",
            "tech.tablesaw.api.IntColumn",
            "tech.tablesaw.api.Row",
            "tech.tablesaw.api.StringColumn",
            "tech.tablesaw.api.Table")) {
      expected.put(load(name).getSimpleName(), name);
    }
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      for (String name : Installation.IMPORTS) {
        evaluate(shell, "import " + name + ";");
      }
      List<String> fields = new ArrayList<>();
      // One method of one snippet: each reference must resolve, and to the class it should.
      StringBuilder source = new StringBuilder("String[] names() { return new String[] {");
      expected.forEach(
          (simple, name) -> {
            source.append(simple).append(".class.getName(), ");
            fields.add(name);
          });
      evaluate(shell, source + "}; }");
      evaluate(shell, "String found = String.join(\",\", names());");
      String found =
          shell
              .variables()
              .filter(v -> v.name().equals("found"))
              .map(shell::varValue)
              .findFirst()
              .orElseThrow();
      assertEquals("\"" + String.join(",", fields) + "\"", found);
      evaluate(shell, "void cell() { show(1, \"two\"); }");
    }
  }
}

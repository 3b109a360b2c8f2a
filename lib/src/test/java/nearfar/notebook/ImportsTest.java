package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nearfar.Jar;
import org.junit.jupiter.api.Test;

/** What a cell can write without importing anything, tried in a real JShell. */
class ImportsTest {

  private static Map<String, String> publicClasses() throws IOException, URISyntaxException {
    Map<String, String> bySimpleName = new TreeMap<>();
    for (Class<?> type : Jar.all()) {
      assertTrue(
          bySimpleName.put(type.getSimpleName(), type.getName()) == null,
          "two public classes are called " + type.getSimpleName());
    }
    return bySimpleName;
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
      expected.put(Jar.load(name).getSimpleName(), name);
    }
    try (Snippets snippets = new Snippets()) {
      List<String> fields = new ArrayList<>();
      // One method of one snippet: each reference must resolve, and to the class it should.
      StringBuilder source = new StringBuilder("String[] names() { return new String[] {");
      expected.forEach(
          (simple, name) -> {
            source.append(simple).append(".class.getName(), ");
            fields.add(name);
          });
      snippets.run(source + "}; }");
      snippets.run("String found = String.join(\",\", names());");
      assertEquals("\"" + String.join(",", fields) + "\"", snippets.valueOf("found"));
      snippets.run("void cell() { show(1, \"two\"); }");
    }
  }
}

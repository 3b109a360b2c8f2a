package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nearfar.Jar;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example in the documentation of a public class runs as it is printed, by itself. An example
 * is a pre with an inline code tag; what is not Java stands in a pre without one.
 */
class ExamplesTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\s*?\n(.*?)\n *\\* *\\}</pre>", Pattern.DOTALL);

  private static Snippets snippets;

  record Example(String where, String source) {
    @Override
    public String toString() {
      return where;
    }
  }

  static Stream<Example> examples() throws IOException, URISyntaxException {
    Stream.Builder<Example> examples = Stream.builder();
    for (Class<?> type : Jar.all()) {
      String text = Jar.source(type);
      Matcher matcher = EXAMPLE.matcher(text);
      while (matcher.find()) {
        long line = text.substring(0, matcher.start(1)).lines().count() + 1;
        String source = matcher.group(1).replaceAll("(?m)^ *\\* ?", "");
        examples.add(new Example(type.getSimpleName() + ":" + line, source));
      }
    }
    return examples.build();
  }

  @BeforeAll
  static void open() {
    snippets = new Snippets();
  }

  @AfterAll
  static void close() {
    snippets.close();
  }

  @Test
  void noExampleIsOverlooked() throws IOException, URISyntaxException {
    List<String> where = examples().map(Example::where).toList();
    long printed = 0;
    for (Class<?> type : Jar.all()) {
      printed += Pattern.compile("\\* <pre>\\{@code").matcher(Jar.source(type)).results().count();
    }
    assertTrue(where.size() == printed && printed > 10, printed + " printed, found " + where);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void runs(Example example) {
    try {
      snippets.run(example.source());
    } finally {
      snippets.forget();
    }
  }
}

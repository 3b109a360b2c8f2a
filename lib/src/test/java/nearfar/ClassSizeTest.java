package nearfar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small is beautiful: half of the classes are read on two screens. */
class ClassSizeTest {

  private static final int LINES = 120;

  @Test
  void theMedianClassIsShort() throws IOException {
    long[] lines;
    try (Stream<Path> files = Files.walk(Jar.sources())) {
      lines =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .mapToLong(ClassSizeTest::lines)
              .sorted()
              .toArray();
    }
    assertTrue(lines.length > 100, () -> "classes found: " + lines.length);
    long median = lines[lines.length / 2];
    assertTrue(
        median < LINES,
        () -> "the median of %d classes has %d lines".formatted(lines.length, median));
    assertTrue(Arrays.stream(lines).sum() > 5_000, "lines are counted");
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

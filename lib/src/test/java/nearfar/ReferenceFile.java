package nearfar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The figures of independent implementations: bundled, or {@code -Dnearfar.reference=FILE}. */
public final class ReferenceFile {

  private static final String BUNDLED = "/reference/losses-1.json";

  private ReferenceFile() {}

  public static boolean isBundled() {
    String given = System.getProperty("nearfar.reference", "");
    // Maven hands over the placeholder itself where the property is not set.
    return given.isBlank() || given.startsWith("${");
  }

  public static String name() {
    return isBundled() ? BUNDLED : path().toString();
  }

  public static Reader open() throws IOException {
    return isBundled()
        ? new InputStreamReader(
            Objects.requireNonNull(ReferenceFile.class.getResourceAsStream(BUNDLED)),
            StandardCharsets.UTF_8)
        : Files.newBufferedReader(path());
  }

  /** Tests run in the module's folder; a relative path is meant from where Maven was started. */
  private static Path path() {
    String given = System.getProperty("nearfar.reference", "");
    Path here = Path.of(given).toAbsolutePath();
    Path above = Path.of("..").resolve(given).toAbsolutePath().normalize();
    Path found = Files.exists(here) ? here : above;
    assertTrue(Files.exists(found), () -> "-Dnearfar.reference: neither " + here + " nor " + above);
    return found;
  }
}

package nearfar.evaluation;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.function.Executable;

/** Asserts that bad input is refused, and that the refusal says what was wrong with it. */
public final class Refusals {

  private Refusals() {}

  public static void refused(Executable call, String... figures) {
    String message =
        Objects.requireNonNull(assertThrows(IllegalArgumentException.class, call).getMessage());
    for (String figure : figures) {
      assertTrue(message.contains(figure), () -> "\"" + figure + "\" is not in: " + message);
    }
  }
}

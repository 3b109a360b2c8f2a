package nearfar.notebook;

import java.util.Locale;

/**
 * A claim of a page, checked before the reader's eyes: prints what was compared and throws when it
 * does not hold.
 *
 * <p>Java's own {@code assert} is off unless a JVM is started with {@code -ea}; a page that can be
 * wrong silently proves nothing. Each method prints one line that starts with a check mark, and
 * throws {@link AssertionError} with the same figures otherwise, so that the page stops where its
 * argument does.
 */
public final class Check {

  private Check() {}

  /**
   * Checks that two numbers agree: |actual − expected| ≤ tolerance · max(1, |expected|).
   *
   * @param claim what is said, in words
   * @param actual the number found
   * @param expected the number that it should be
   * @param tolerance the largest difference allowed, absolute below 1 and relative above
   * @throws AssertionError if they differ by more, or if either is not a number
   */
  public static void close(String claim, double actual, double expected, double tolerance) {
    verdict(
        Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
        claim,
        format(
            "%.10g and %.10g differ by %.1e (allowed %.0e)",
            actual + 0.0, expected + 0.0, Math.abs(actual - expected), tolerance));
  }

  /**
   * Checks that two vectors agree in every entry, as {@link #close(String, double, double, double)}
   * does for one.
   *
   * @param claim what is said, in words
   * @param actual the numbers found
   * @param expected the numbers that they should be
   * @param tolerance the largest difference allowed
   * @throws AssertionError if the lengths differ or any entry does
   */
  public static void close(String claim, double[] actual, double[] expected, double tolerance) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          format("✗ %s: %d numbers compared with %d", claim, actual.length, expected.length));
    }
    double worst = 0;
    boolean holds = true;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      holds &= difference <= tolerance * Math.max(1, Math.abs(expected[i]));
      worst = Double.isNaN(difference) ? Double.NaN : Math.max(worst, difference);
    }
    verdict(
        holds,
        claim,
        format(
            "largest difference of %d entries %.1e (allowed %.0e)",
            actual.length, worst, tolerance));
  }

  /**
   * Checks that {@code smaller} is below {@code larger}.
   *
   * @param claim what is said, in words
   * @param smaller the number that should be less
   * @param larger the number that should be more
   * @throws AssertionError if it is not, or if either is not a number
   */
  public static void less(String claim, double smaller, double larger) {
    // Adding 0.0 makes 0 of -0, which a reader would stumble over.
    verdict(smaller < larger, claim, format("%.4g < %.4g", smaller + 0.0, larger + 0.0));
  }

  /**
   * Checks a condition that is neither an equality nor an order.
   *
   * @param claim what is said, in words, with its figures
   * @param holds whether it is so
   * @throws AssertionError if it is not
   */
  public static void that(String claim, boolean holds) {
    verdict(holds, claim, "");
  }

  private static void verdict(boolean holds, String claim, String figures) {
    String line = claim + (figures.isEmpty() ? "" : ": " + figures);
    if (!holds) {
      throw new AssertionError("✗ " + line);
    }
    System.out.println("✓ " + line);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

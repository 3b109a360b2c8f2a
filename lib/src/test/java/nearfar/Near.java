package nearfar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;

/** Assertions that two figures, or two tables of figures, are equal up to a tolerance. */
public final class Near {

  private Near() {}

  /** |actual − expected| ≤ tolerance · max(1, |expected|); NaN is never near. */
  public static void assertNear(
      double expected, double actual, double tolerance, Supplier<String> what) {
    double allowed = tolerance * Math.max(1, Math.abs(expected));
    assertTrue(
        Math.abs(actual - expected) <= allowed,
        () ->
            "%s: expected %s, got %s, off by %.3g where %.3g is allowed"
                .formatted(what.get(), expected, actual, Math.abs(actual - expected), allowed));
  }

  /** The same for tables, relative to the largest expected figure. */
  public static void assertNear(
      double[][] expected, double[][] actual, double tolerance, Supplier<String> what) {
    assertEquals(expected.length, actual.length, () -> what.get() + ": rows");
    double largest = 1;
    for (double[] row : expected) {
      for (double v : row) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    for (int i = 0; i < expected.length; i++) {
      int row = i;
      assertEquals(expected[i].length, actual[i].length, () -> what.get() + ": columns");
      for (int k = 0; k < expected[i].length; k++) {
        int column = k;
        double allowed = tolerance * largest;
        double off = Math.abs(actual[i][k] - expected[i][k]);
        assertTrue(
            off <= allowed,
            () ->
                "%s [%d][%d]: expected %s, got %s, off by %.3g where %.3g is allowed"
                    .formatted(
                        what.get(),
                        row,
                        column,
                        expected[row][column],
                        actual[row][column],
                        off,
                        allowed));
      }
    }
  }
}

package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CheckTest {

  @Test
  void closeIsAbsoluteBelowOneAndRelativeAbove() {
    assertDoesNotThrow(() -> Check.close("near", 1e6 + 1e-4, 1e6, 1e-9));
    assertDoesNotThrow(() -> Check.close("near", 1e-10, 0, 1e-9));
    assertThrows(AssertionError.class, () -> Check.close("far", 1e-8, 0, 1e-9));
  }

  @Test
  void aFailureCarriesTheClaimAndItsFigures() {
    AssertionError error =
        assertThrows(AssertionError.class, () -> Check.less("loss falls", 2.5, 1.5));
    assertTrue(error.getMessage().contains("loss falls"), error.getMessage());
    assertTrue(error.getMessage().contains("2.5"), error.getMessage());
  }

  @Test
  void whatIsNotANumberNeverHolds() {
    assertThrows(AssertionError.class, () -> Check.close("nan", Double.NaN, 0, 1));
    assertThrows(AssertionError.class, () -> Check.less("nan", Double.NaN, 1));
    assertThrows(
        AssertionError.class,
        () -> Check.close("nan", new double[] {0, Double.NaN}, new double[] {0, 0}, 1));
  }

  @Test
  void vectorsMustHaveTheSameLengthAndAgreeEverywhere() {
    double[] two = {1, 2};
    assertDoesNotThrow(() -> Check.close("same", two, new double[] {1, 2 + 1e-12}, 1e-9));
    assertThrows(AssertionError.class, () -> Check.close("length", two, new double[] {1}, 1e-9));
    assertThrows(AssertionError.class, () -> Check.close("value", two, new double[] {1, 3}, 1e-9));
    assertThrows(AssertionError.class, () -> Check.that("no", false));
  }
}

package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  private static void assertValues(Schedule schedule, double... timesAndValues) {
    for (int i = 0; i < timesAndValues.length; i += 2) {
      assertEquals(
          timesAndValues[i + 1],
          schedule.at(timesAndValues[i]),
          1e-12,
          schedule + " at " + timesAndValues[i]);
    }
  }

  @Test
  void valuesAtTimes() {
    assertValues(Schedule.constant(-2), 0, -2, 7.5, -2);
    assertValues(Schedule.linear(1, 3, 4), 0, 1, 1, 1.5, 3, 2.5, 4, 3, 100, 3);
    // cos 60° = ½, cos 90° = 0, cos 120° = −½
    assertValues(Schedule.cosine(8, 0, 3), 0, 8, 1, 6, 1.5, 4, 2, 2, 3, 0, 9, 0);
    assertValues(Schedule.cosine(0, 8, 3), 0, 0, 1, 2, 2, 6, 3, 8);
    assertValues(
        Schedule.steps(1, 0.1, 2, 3.5), 0, 1, 1.99, 1, 2, 0.1, 3.4, 0.1, 3.5, 0.01, 50, 0.01);
    assertValues(Schedule.of("squares", t -> t * t), 0, 0, 3, 9);
    assertValues(
        Schedule.linear(0, 4, 2).then(2, Schedule.cosine(4, 0, 3)),
        0,
        0,
        1,
        2,
        2,
        4,
        3,
        3,
        5,
        0,
        6,
        0);
  }

  @Test
  void theLastValueIsExact() {
    assertEquals(0.3, Schedule.linear(0.1, 0.3, 3).at(3));
    assertEquals(0.3, Schedule.cosine(0.1, 0.3, 3).at(3));
  }

  @Test
  void wordsSayEverything() {
    assertEquals("0.003", Schedule.constant(0.003).toString());
    assertEquals(
        "linear(0.0 to 0.001 in 2.0 epochs), from epoch 2.0 cosine(0.001 to 0.0 in 8.0 epochs)",
        Schedule.linear(0, 1e-3, 2).then(2, Schedule.cosine(1e-3, 0, 8)).toString());
    assertEquals("steps(0.1, times 0.5 at [3.0, 6.0])", Schedule.steps(0.1, 0.5, 3, 6).toString());
    assertEquals("squares", Schedule.of("squares", t -> t * t).toString());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void whatIsOutOfRangeIsRefused(double bad) {
    Schedule linear = Schedule.linear(0, 1, 2);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> linear.at(bad))
            .getMessage()
            .contains(
                "the epochs passed must be a finite number that is not negative, got " + bad));
    assertThrows(IllegalArgumentException.class, () -> Schedule.linear(0, 1, bad));
    assertThrows(IllegalArgumentException.class, () -> linear.then(bad, linear));
    if (bad != -1) {
      assertThrows(IllegalArgumentException.class, () -> Schedule.constant(bad));
      assertThrows(IllegalArgumentException.class, () -> Schedule.linear(bad, 1, 1));
      assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(0, bad, 1));
      assertThrows(IllegalArgumentException.class, () -> Schedule.steps(1, bad, 1));
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> Schedule.of("mine", t -> bad).at(2))
              .getMessage()
              .contains("mine after 2.0 epochs must be finite, got " + bad));
    }
  }

  @Test
  void stepsComeInOrder() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.steps(1, 0.1));
    assertThrows(IllegalArgumentException.class, () -> Schedule.steps(1, 0.1, 0));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Schedule.steps(1, 0.1, 3, 2))
            .getMessage()
            .contains("got [3.0, 2.0]"));
  }
}

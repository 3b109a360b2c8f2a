package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import nearfar.evaluation.Interval;
import org.junit.jupiter.api.Test;

class IntervalsTest {

  private static final int BLUE = 0x0072B2;
  private static final int VERMILLION = 0xD55E00;

  private static Map<String, Interval> two() {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    intervals.put("one", new Interval(0.5, 0.4, 0.6));
    intervals.put("another", new Interval(0.8, 0.7, 0.9));
    return intervals;
  }

  @Test
  void anIntervalWithoutTheReferenceIsSeenByColourAndByAFullDot() {
    Picture without = Charts.intervals("Title", "difference", 0, two());
    assertEquals(0, Ink.of(without.image(), BLUE), "neither contains 0");
    Picture with = Charts.intervals("Title", "difference", 0.5, two());
    int blue = Ink.of(with.image(), BLUE);
    int vermillion = Ink.of(with.image(), VERMILLION);
    // Equally long, but only the dot of the one without is full.
    assertTrue(blue > 500 && vermillion > blue + 60, blue + " and " + vermillion);
    assertEquals(
        "Title: difference; 1 of 2 intervals do not contain 0.5;"
            + " one 0.50 [0.40, 0.60]; another 0.80 [0.70, 0.90].",
        with.altText());
    assertEquals(0, Ink.onBorder(with.image(), 12));
  }

  @Test
  void aLongerIntervalIsLongerAndRowsHaveColours() {
    Map<String, Interval> intervals = two();
    intervals.put("another", new Interval(0.75, 0.5, 0.9));
    Picture picture = Charts.intervals("Title", "MAP@R", intervals);
    int blue = Ink.of(picture.image(), BLUE);
    int vermillion = Ink.of(picture.image(), VERMILLION);
    assertTrue(vermillion > 1.5 * blue, "twice as long: " + vermillion + " and " + blue);
    Picture dots =
        Charts.intervals("Title", "MAP@R", intervals, Map.of("one", new double[] {0.45, 0.55}));
    assertTrue(Ink.all(dots.image()) > Ink.all(picture.image()) + 40, "dots of single figures");
    assertEquals(picture.altText(), dots.altText());
    assertEquals(640, picture.width());
  }

  @Test
  void nothingIsCutOffHoweverManyOrLongOrEqual() {
    Map<String, Interval> many = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      many.put(
          "a row with a very long name that takes room, number " + i,
          new Interval(-12345.6 + i, -12400, -12300 + 2 * i));
    }
    Picture picture =
        Charts.intervals(
            "Many intervals under each other, and about a reference",
            "what came out of all this, in units with a long name",
            -12345,
            many);
    assertEquals(0, Ink.onBorder(picture.image(), 4));
    assertTrue(picture.altText().endsWith("0 of 30 intervals do not contain -12345."));
    Picture one = Charts.intervals("One", "x", Map.of("a", new Interval(2, 2, 2)));
    assertEquals(0, Ink.onBorder(one.image(), 12));
    assertArrayEquals(
        Charts.intervals("Title", "x", two()).png(), Charts.intervals("Title", "x", two()).png());
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    refused(() -> Charts.intervals("Title", "x", Map.of()), "got none");
    refused(() -> Charts.intervals("Title", "x", Double.NaN, two()), "got NaN");
    refused(() -> Charts.intervals("Title", "x", two(), Map.of("nobody", new double[1])), "nobody");
    refused(
        () -> Charts.intervals("Title", "x", two(), Map.of("one", new double[] {Double.NaN})),
        "NaN");
  }
}

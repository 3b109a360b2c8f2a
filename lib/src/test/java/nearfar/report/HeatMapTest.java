package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {

  private static final double[] XS = {0, 0.25, 0.5};
  private static final double[] YS = {10, 100};

  private static Picture map(double[][] values) {
    return Charts.heatMap("Title", "margin (radians)", XS, "scale", YS, values, "Recall@1");
  }

  @Test
  void lightIsManyAndTheFirstRowIsAtTheBottom() {
    Picture map = map(new double[][] {{0.2, 0.3, 0.4}, {0.5, Double.NaN, 0.6}});
    int dark = Colours.sequential(0).getRGB() & 0xFFFFFF;
    int light = Colours.sequential(1).getRGB() & 0xFFFFFF;
    int half = Colours.sequential(0.5).getRGB() & 0xFFFFFF;
    // The corners of the six cells, each found by its colour; the scale beside them has the ends.
    int[] lowest = centre(map, dark);
    int[] highest = centre(map, light);
    int[] middle = centre(map, half);
    assertTrue(lowest[0] < middle[0] && middle[0] < highest[0] + 1, "columns");
    assertEquals(lowest[1], middle[1], 1, "0.2 and 0.4 are in one row");
    assertTrue(highest[1] < lowest[1] - 60, "the second row is above");
    assertTrue(Ink.of(map.image(), 0xB0B0B0) > 50, "hatched");
    assertEquals(0, Ink.onBorder(map.image(), 12));
    assertEquals(
        "Title: Recall@1 over margin (radians) and scale, from 0.20 to 0.60; 1 without a value.",
        map.altText());
  }

  /** The middle of the largest block of a colour: of its pixels in rows where it is wide. */
  private static int[] centre(Picture map, int rgb) {
    int wide = 0;
    int x = 0;
    long y = 0;
    int rows = 0;
    for (int v = 0; v < map.image().getHeight(); v++) {
      int count = 0;
      int sum = 0;
      for (int u = 0; u < map.image().getWidth(); u++) {
        if (Ink.alike(map.image().getRGB(u, v), rgb)) {
          count++;
          sum += u;
        }
      }
      if (count > 60) {
        wide = count;
        x = sum / wide;
        y += v;
        rows++;
      }
    }
    assertTrue(rows > 30, "a cell of this colour: " + Integer.toHexString(rgb));
    return new int[] {x, (int) (y / rows)};
  }

  /** Names come from the top down, as one reads them; settings from the lowest up. */
  @Test
  void thingsWithNamesAreReadFromTheTop() {
    Picture map =
        Charts.heatMap(
            "Title",
            "check",
            List.of("gradient", "formula"),
            "loss",
            List.of("the first loss", "the second"),
            new double[][] {{9, 5}, {5, 0}},
            "digits");
    int[] highest = centre(map, Colours.sequential(1).getRGB());
    int[] lowest = centre(map, Colours.sequential(0).getRGB());
    assertTrue(highest[1] < lowest[1] - 60, "the first row is above");
    assertTrue(highest[0] < lowest[0], "columns");
    assertEquals(0, Ink.onBorder(map.image(), 12));
    assertEquals("Title: digits over check and loss, from 0.0 to 9.0.", map.altText());
    refused(
        () ->
            Charts.heatMap(
                "Title",
                "check",
                List.of("gradient"),
                "loss",
                List.of("the first loss"),
                new double[2][1],
                "digits"),
        "1 y, 1 x",
        "[1, 1]");
  }

  @Test
  void nothingIsCutOffHoweverLongOrMany() {
    double[] many = new double[24];
    Arrays.setAll(many, i -> 1000.125 * i);
    double[][] values = new double[2][24];
    values[1][3] = -12345.678;
    Picture map =
        Charts.heatMap(
            "A title that is so long that it does not fit into one line of this picture, which is"
                + " why it is broken into several lines, as it were, so that all of it is seen",
            "a knob",
            many,
            "a knob with a name that is much higher than two rows of the map",
            YS,
            values,
            "what came out (in units with a long name)");
    assertEquals(0, Ink.onBorder(map.image(), 12));
    assertTrue(map.width() > 640);
    Picture one =
        Charts.heatMap(
            "One", "x", new double[] {1}, "y", new double[] {2}, new double[][] {{3}}, "unit");
    assertEquals(640, one.width());
    assertEquals(0, Ink.onBorder(one.image(), 12));
    assertEquals("One: unit over x and y, from 3.0 to 3.0.", one.altText());
    assertArrayEquals(map(new double[2][3]).png(), map(new double[2][3]).png());
  }

  @Test
  void refusesWhatHasNoCells() {
    refused(() -> map(new double[][] {{1, 2, 3}}), "2 y, 3 x", "[3]");
    refused(() -> map(new double[][] {{1, 2, 3}, {1, 2}}), "[3, 2]");
    double[] none = {Double.NaN, Double.NaN, Double.NaN};
    refused(() -> map(new double[][] {none, none}), "NaN in every cell");
    refused(
        () -> map(new double[][] {{1, 2, 3}, {1, Double.POSITIVE_INFINITY, 3}}),
        "Infinity in row 1, column 1");
  }

  @Test
  void theScaleRisesEvenlyAndTextOnItIsRead() {
    double before = -1;
    Color last = Colours.sequential(0);
    for (int i = 0; i <= 100; i++) {
      Color color = Colours.sequential(i / 100.0);
      // Without colours, and without red or green, it is still a scale.
      double luminance = Colours.luminance(color);
      assertTrue(luminance > before, "at " + i);
      before = luminance;
      int step =
          Math.abs(color.getRed() - last.getRed())
              + Math.abs(color.getGreen() - last.getGreen())
              + Math.abs(color.getBlue() - last.getBlue());
      assertTrue(step <= 16, "a jump of " + step + " levels at " + i);
      last = color;
      assertTrue(Colours.contrast(Colours.on(color), color) >= 4, "text at " + i);
    }
    assertEquals(21, Colours.contrast(Color.BLACK, Color.WHITE), 1e-9);
  }
}

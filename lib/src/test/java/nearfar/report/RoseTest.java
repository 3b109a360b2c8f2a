package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Distances;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoseTest {

  private static final int WITHIN = Ink.mixed(Style.color(Style.BLUE, 0.3));
  private static final int BETWEEN = Ink.mixed(Style.color(Style.ORANGE, 0.35));

  private static Distribution angles(double[] within, double[] between) {
    return Distribution.of("angle", "degrees", 0, 180, within, between);
  }

  /** At an angle and a distance from the center, which is in the middle above the legend. */
  private static int at(Picture rose, double degrees, double radius) {
    double x = rose.width() / 2.0 + radius * Math.cos(Math.toRadians(degrees));
    double y = rose.image().getHeight() / 2.0 - 124 - radius * Math.sin(Math.toRadians(degrees));
    return Ink.at(rose, x, y);
  }

  @Test
  void showsAnglesWhereTheyAre() {
    // The means, whose spokes would hide the wedges, are elsewhere.
    double[] within = {10, 10, 34, 34};
    double[] between = {100, 100, 160, 160};
    Picture rose = Charts.rose(angles(within, between));
    for (double radius : new double[] {60, 110, 217}) {
      Ink.assertAlike(WITHIN, at(rose, 10.5, radius));
      Ink.assertAlike(WITHIN, at(rose, 34.5, radius));
      Ink.assertAlike(BETWEEN, at(rose, 100.5, radius));
      Ink.assertAlike(BETWEEN, at(rose, 160.5, radius));
      Ink.assertAlike(0xFFFFFF, at(rose, 46, radius));
      Ink.assertAlike(0xFFFFFF, at(rose, 76, radius));
      Ink.assertAlike(0xFFFFFF, at(rose, 136, radius));
    }
    Ink.assertAlike(0xFFFFFF, at(rose, 10.5, 247));
    assertEquals(
        "Angle of 8 pairs of embeddings, as a half rose from 0° to 180°;"
            + " within classes: mean 22.0°, std 12.0°; between classes: mean 130.0°, std 30.0°;"
            + " overlap: 0.000.",
        rose.altText());
  }

  @Test
  void areasAreSharesOfPairs() {
    // Over 10 bins, and over 40 of them: half as long.
    double[] within = new double[10];
    Arrays.setAll(within, b -> 3 * b + 1.5);
    double[] between = new double[40];
    Arrays.setAll(between, b -> 60 + 3 * b + 1.5);
    Picture rose = Charts.rose(angles(within, between));
    BufferedImage image = rose.image();
    double blue = Ink.of(image, WITHIN);
    double orange = Ink.of(image, BETWEEN);
    assertTrue(blue > 30_000, "pixels: " + blue);
    assertEquals(1, orange / blue, 0.05);
    Ink.assertAlike(WITHIN, at(rose, 10, 238));
    Ink.assertAlike(BETWEEN, at(rose, 101, 118));
    Ink.assertAlike(0xFFFFFF, at(rose, 101, 126));
  }

  @Test
  void aScaleOfOnesOwnMakesRosesComparable() {
    // A third per degree in the first: on a scale of four thirds, half as far out.
    double[] within = {10, 10, 34, 34, 35, 35};
    double[] between = {100, 100, 160, 160};
    Distribution d = angles(within, between);
    Picture rose = Charts.rose(d, 4 / 9.0);
    double half = 0.97 * 250 * Math.sqrt(0.5);
    Ink.assertAlike(WITHIN, at(rose, 34.5, half - 6));
    Ink.assertAlike(0xFFFFFF, at(rose, 34.5, half + 6));
    refused(() -> Charts.rose(d, 0.1), "0.2222 per degree", "0.1");
    refused(() -> Charts.rose(d, 0), "above 0", "got 0.0");
  }

  @Test
  void whatIsSharedIsGray() {
    double[] same = {40, 40, 120, 120};
    Picture rose = Charts.rose(angles(same, same));
    int shared = at(rose, 40.5, 200);
    Color color = new Color(shared);
    assertNotEquals(WITHIN, shared);
    assertNotEquals(BETWEEN, shared);
    assertTrue(Math.max(color.getRed(), color.getBlue()) < 160, color.toString());
    assertTrue(rose.altText().endsWith("overlap: 1.000."), rose.altText());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void nothingIsCutOff(long seed) {
    Embeddings e = Clouds.random(90, 3, 5, 0.5, seed);
    Picture rose = Charts.rose(e);
    assertEquals(640, rose.width());
    assertEquals(0, Ink.onBorder(rose.image(), 12));
    assertArrayEquals(rose.png(), Charts.rose(Angles.of(e)).png());
    // All pairs at either end of the scale.
    assertEquals(
        0,
        Ink.onBorder(Charts.rose(angles(new double[] {0}, new double[] {180, 180})).image(), 12));
  }

  @Test
  void refusesWhatIsNotAnAngle() {
    refused(
        () -> Charts.rose(Distances.of(Clouds.random(20, 3, 4, 1, 1))),
        "Euclidean distance",
        "0 to 180 degrees",
        "Charts.density");
    refused(
        () ->
            Charts.rose(
                Distribution.of("angle", "degrees", 0, 90, new double[] {1}, new double[] {2})),
        "[0.0, 90.0] degrees");
  }
}

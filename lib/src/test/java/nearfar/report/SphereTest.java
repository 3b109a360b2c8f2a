package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SphereTest {

  private static final int NEAR = Ink.mixed(Style.color(1, 0.7));
  private static final int FAR = Ink.mixed(Style.color(1, 0.28));

  /** One embedding of label 1, whose colour nothing else has, and no legend. */
  private static Picture seen(double azimuth, double elevation, double... vector) {
    double[][] rows = new double[22][];
    int[] labels = IntStream.range(0, 22).toArray();
    // The others are where none is looked for: they are one direction, all on black's place.
    Arrays.fill(rows, new double[] {-0.5, -0.55, -0.67});
    rows[1] = vector;
    Arrays.setAll(labels, i -> i == 1 ? 1 : 6 + 7 * i);
    return Charts.sphere(Embeddings.of(rows, labels), null, azimuth, elevation);
  }

  /** The middle of the globe and its radius, in pixels of the page, from what is on its edge. */
  private static double[] globe() {
    double[] page = {0, 0, 1};
    double[] right = spot(seen(0, 0, 0, 1, 0), page, NEAR);
    double[] left = spot(seen(0, 0, 0, -1, 0), page, NEAR);
    double[] top = spot(seen(0, 0, 0, 0, 1), page, NEAR);
    double[] bottom = spot(seen(0, 0, 0, 0, -1), page, NEAR);
    assertEquals(right[0] - left[0], top[1] - bottom[1], 1, "as high as wide");
    return new double[] {
      (left[0] + right[0]) / 2, -(top[1] + bottom[1]) / 2, (right[0] - left[0]) / 2
    };
  }

  /** Where the pixels of a colour are, in radii from the middle; and how many they are. */
  private static double[] spot(Picture picture, double[] globe, int rgb) {
    double x = 0;
    double y = 0;
    int pixels = 0;
    for (int v = 0; v < picture.image().getHeight(); v++) {
      for (int u = 0; u < picture.image().getWidth(); u++) {
        if (Ink.alike(picture.image().getRGB(u, v), rgb)) {
          x += (u + 0.5) / 2;
          y += (v + 0.5) / 2;
          pixels++;
        }
      }
    }
    return new double[] {
      (x / pixels - globe[0]) / globe[2], (globe[1] - y / pixels) / globe[2], pixels
    };
  }

  @Test
  void directionsAreWhereTheEyeSeesThem() {
    // 17° and 23° keep the point off the lines.
    double[] globe = globe();
    double a = Math.toRadians(17);
    double e = Math.toRadians(23);
    double[] p = {Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)};
    // From the first axis: the second feature goes to the right, the third upwards.
    for (double length : new double[] {0.01, 1, 700}) {
      double[] at = {length * p[0], length * p[1], length * p[2]};
      double[] spot = spot(seen(0, 0, at), globe, NEAR);
      assertEquals(p[1], spot[0], 0.02);
      assertEquals(p[2], spot[1], 0.02);
    }
    // From the second axis, the first goes to the left; from above, the first is below.
    assertEquals(-p[0], spot(seen(90, 0, p), globe, NEAR)[0], 0.02);
    double[] above = spot(seen(0, 90, p), globe, NEAR);
    assertEquals(p[1], above[0], 0.02);
    assertEquals(-p[0], above[1], 0.02);
  }

  @Test
  void whatIsFarIsSmallerAndFainter() {
    double[] globe = globe();
    double[] near = spot(seen(0, 0, 1, 0.3, 0.4), globe, NEAR);
    double[] far = spot(seen(0, 0, -1, 0.3, 0.4), globe, FAR);
    assertEquals(near[0], far[0], 0.02);
    assertEquals(near[1], far[1], 0.02);
    assertTrue(far[2] < 0.8 * near[2], "pixels: " + far[2] + " and " + near[2]);
    assertTrue(far[2] > 20, "pixels: " + far[2]);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingIsCutOff(long seed) {
    Embeddings e =
        Clouds.random(90, 3, 5, 0.5, seed)
            .withClassNames(
                List.of("WWWWWWWWWWWW", "b", "a name of more than twenty letters", "d", "MMMMMMM"));
    double[][] vectors = {{1, 0, 0}, {0, 1, 0}, {0, 0, -3}, {-1, 1, 0.1}, {-1, -1, 0.05}};
    for (int turn = 0; turn < 360; turn += 45) {
      Picture picture = Charts.sphere(e, vectors, turn, 60.0 * (seed - 2.5) / 1.5);
      assertEquals(640, picture.width());
      assertEquals(0, Ink.onBorder(picture.image(), 12));
    }
    assertArrayEquals(Charts.sphere(e, vectors).png(), Charts.sphere(e, vectors, 35, 25).png());
    assertEquals(0, Ink.onBorder(Charts.sphere(e).image(), 12));
  }

  @Test
  void raysPointAsTheirVectorsDo() {
    Embeddings e = Embeddings.of(new double[][] {{-1, 0.1, 0.1}, {-1, 0, 0}}, new int[] {0, 2});
    double[][] vectors = {{-1, 0, 0}, {0, 3, 6}, {-1, 0, 0}};
    double[][] opposite = {{-1, 0, 0}, {0, -3, -6}, {-1, 0, 0}};
    Picture with = Charts.sphere(e, vectors, 0, 0);
    // Ring and tip are far from the middle, to the right by half of what they are up.
    double[] page = {0, 0, 1};
    int color = Style.color(1).getRGB() & 0xFFFFFF;
    double[] there = spot(with, page, color);
    double[] back = spot(Charts.sphere(e, opposite, 0, 0), page, color);
    double across = there[0] - back[0];
    assertEquals(2 * across, there[1] - back[1], 2);
    assertTrue(across > 120, "pixels: " + across);
    assertEquals(
        "2 embeddings of 2 classes on the unit sphere, with class vectors, seen from azimuth 0°,"
            + " elevation 0°; 0; 2.",
        with.altText());
  }

  @Test
  void refusesWhatHasNoPlaceOnTheSphere() {
    Embeddings e = Clouds.random(20, 3, 4, 1, 1);
    refused(() -> Charts.sphere(Clouds.random(20, 2, 4, 1, 1)), "3 entries, got 2");
    refused(
        () -> Charts.sphere(Embeddings.of(new double[][] {{1, 0, 0}, {0, 0, 0}}, new int[2])),
        "row 1 is the zero vector");
    refused(() -> Charts.sphere(e, new double[][] {{1, 0}}), "3 entries, got 2 in row 0");
    refused(() -> Charts.sphere(e, new double[][] {{0, 0, 0}}), "row 0 has no direction");
    refused(() -> Charts.sphere(e, null, Double.NaN, 0), "azimuth that is finite", "NaN");
    refused(() -> Charts.sphere(e, null, 0, 91), "[-90, 90]", "91.0");
  }
}

package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverviewTest {

  private static final double[][] VECTORS = {{1, 0}, {0, 2}, {-3, 0}, {1, -1}};

  private static Map<String, Embeddings> features(long seed) {
    Map<String, Embeddings> features = new LinkedHashMap<>();
    features.put("one", Clouds.random(60, 2, 4, 0.3, seed));
    features.put(
        "another network with a name that is wider than its column",
        Clouds.random(60, 2, 4, 2, seed + 10));
    features.put("third", Clouds.random(60, 2, 4, 0.3, seed + 20));
    return features;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void nothingIsCutOff(long seed) {
    Map<String, Embeddings> features = features(seed);
    features.replaceAll(
        (name, e) ->
            e.withClassNames(List.of("WWWWWWWWWWWWWW", "b", "more than fourteen letters", "d")));
    Picture picture = Charts.overview(features, Map.of("third", VECTORS));
    assertEquals(3 * 230 + 28, picture.width());
    assertEquals(0, Ink.onBorder(picture.image(), 12));
    assertArrayEquals(
        picture.png(), Charts.overview(features, Map.of("third", VECTORS)).png(), "twice the same");
    // One alone is narrow, and has the longest names in as many lines as they take.
    Map<String, Embeddings> one = new LinkedHashMap<>(Map.of("one", features.get("one")));
    assertEquals(0, Ink.onBorder(Charts.overview(one, Map.of()).image(), 12));
  }

  @Test
  void saysTheFigures() {
    // Two classes at a right angle, each of two equal embeddings: 0° within, 90° between.
    double[][] rows = {{1, 0}, {5, 0}, {0, 2}, {0, 9}};
    Embeddings e = Embeddings.of(rows, new int[] {0, 0, 1, 1});
    Picture picture = Charts.overview(Map.of("net", e), Map.of());
    assertEquals(
        "Features and angles side by side; net: within classes: mean 0°, between classes: mean"
            + " 90°, overlap: 0.00.",
        picture.altText());
  }

  @Test
  void pointsAreAtTheirShareOfTheFarthest() {
    // Label 1 is vermillion and nothing else is: half as far up as label 0 is to the right.
    double[][] rows = {{8, 0}, {8, 0}, {0, 4}, {0, 4}};
    Embeddings e = Embeddings.of(rows, new int[] {0, 0, 1, 1});
    Picture picture = Charts.overview(Map.of("net", e), Map.of());
    double[] blue = middle(picture, 0);
    double[] red = middle(picture, 1);
    double radius = blue[0] - picture.width() / 2.0;
    assertEquals(picture.width() / 2.0, red[0], 1);
    assertEquals(radius / 2, blue[1] - red[1], 1);
    assertTrue(radius > 60, "radius " + radius);
  }

  /** Of the pixels in the colour that two equal points of a label have, above the rose. */
  private static double[] middle(Picture picture, int label) {
    int once = Ink.mixed(Style.color(label, 0.6));
    double[] sum = new double[3];
    for (int v = 0; v < picture.image().getHeight() / 2; v++) {
      for (int u = 0; u < picture.image().getWidth(); u++) {
        int rgb = picture.image().getRGB(u, v) & 0xFFFFFF;
        if (Ink.alike(rgb, mixedTwice(once, label))) {
          sum[0] += (u + 0.5) / 2;
          sum[1] += (v + 0.5) / 2;
          sum[2]++;
        }
      }
    }
    assertTrue(sum[2] > 10, "pixels: " + sum[2]);
    return new double[] {sum[0] / sum[2], sum[1] / sum[2]};
  }

  private static int mixedTwice(int ground, int label) {
    int color = Style.color(label).getRGB();
    int mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      long level = Math.round(0.4 * (ground >> shift & 0xFF) + 0.6 * (color >> shift & 0xFF));
      mixed |= (int) level << shift;
    }
    return mixed;
  }

  @Test
  void trainingImagesStandAboveHeldOutOnes() {
    Map<String, Embeddings> training = features(1);
    Map<String, Embeddings> heldOut = features(2);
    PanelFigure figure = Charts.overview(training, heldOut, Map.of("third", VECTORS));
    Panels.assertSound(figure.html(), 7);
    List<String> texts = Panels.altTexts(figure.html());
    for (int i = 0; i < 6; i++) {
      String name = List.copyOf(training.keySet()).get(i % 3);
      Embeddings e = (i < 3 ? training : heldOut).getOrDefault(name, training.get("one"));
      String expected =
          String.format(
              Locale.ROOT,
              "%s, %s images: within classes: mean %.0f°, between classes: mean %.0f°, overlap:"
                  + " %.2f.",
              name,
              i < 3 ? "training" : "held-out",
              Angles.of(e).intra().mean(),
              Angles.of(e).inter().mean(),
              Angles.of(e).overlap());
      assertEquals(expected, texts.get(i));
    }
    assertEquals("Legend: classes 0: 0, 1: 1, 2: 2, 3: 3.", texts.get(6));
    // Two beside each other on a telephone of 390 pixels, whose text is 342 wide in the figure:
    // letters of 13 are then 11 or larger.
    assertTrue(figure.html().contains("flex:1 1 163px"), "basis");
    assertTrue(2 * (163 + 8) <= 342 && 13 * 163 / 190.0 > 11);
    Map<String, Embeddings> other =
        Map.of("one", heldOut.getOrDefault("one", features(1).get("one")));
    refused(() -> Charts.overview(training, other, Map.of()), "same networks", "[one]");
  }

  @Test
  void refusesWhatItCannotShow() {
    Map<String, Embeddings> features = features(1);
    refused(() -> Charts.overview(Map.of(), Map.of()), "got none");
    refused(() -> Charts.overview(features, Map.of("fourth", VECTORS)), "\"fourth\" beside [one");
    refused(
        () -> Charts.overview(Map.of("a", Clouds.random(20, 3, 4, 1, 1)), Map.of()),
        "2 entries, got 3 for \"a\"");
    refused(() -> Charts.overview(features, Map.of("one", new double[][] {{0, 0}})), "row 0");
    refused(() -> Charts.overview(features, Map.of(), 0), "above 0");
    refused(() -> Charts.overview(features, Map.of(), 1e-4), "per degree, got room for 1.0E-4");
  }
}

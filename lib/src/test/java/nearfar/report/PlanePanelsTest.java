package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

class PlanePanelsTest {

  private static final Embeddings SQUARE =
      Embeddings.of(new double[][] {{3, 4}, {-2, -4}, {1, 0}, {0, -1}}, new int[] {0, 1, 0, 1});

  private static Map<String, Embeddings> features() {
    Map<String, Embeddings> features = new LinkedHashMap<>();
    features.put("first", SQUARE);
    features.put("a second one with a long name", Clouds.random(60, 2, 12, 0.3, 1));
    return features;
  }

  @Test
  void eachPanelSaysItsAxes() {
    PanelFigure own = Charts.planes(features(), Map.of("first", new double[][] {{1, 0}, {0, 2}}));
    Panels.assertSound(own.html(), 3);
    List<String> texts = Panels.altTexts(own.html());
    assertEquals("first: 4 embeddings of 2 classes, axes to ± 4.20.", texts.get(0));
    assertTrue(texts.get(2).contains("11: 11"), texts.get(2));
    String common = Charts.planes(features(), Map.of(), 20).altText();
    assertEquals(2, common.split("axes to ± 21.0", -1).length - 1, common);
    refused(() -> Charts.planes(Map.of(), Map.of()), "got none");
    refused(() -> Charts.planes(features(), Map.of("x", new double[0][])), "[x] beside [first");
    refused(() -> Charts.planes(features(), Map.of(), 3.5), "4.00 for \"first\"", "got 3.5");
    refused(() -> Charts.planes(features(), Map.of(), -1), "farther than 0");
    refused(
        () -> Charts.planes(Map.of("a", Clouds.random(20, 3, 4, 1, 1)), Map.of()), "3 for \"a\"");
  }

  @Test
  void theGroundIsInTheColourOfTheDecidedClass() {
    Map<String, Embeddings> one = Map.of("n", SQUARE);
    ToIntFunction<double[]> half = p -> p[0] < 0 ? 2 : 5;
    PanelFigure figure = Charts.regions(one, Map.of("n", half), Map.of());
    // Width 190: the plane is 180 wide about x = 95, below one line of 26 pixels.
    Ink.assertAlike(Planes.onWhite(Style.color(2), 0.2).getRGB(), Ink.at(figure.picture(), 20, 60));
    Ink.assertAlike(
        Planes.onWhite(Style.color(5), 0.2).getRGB(), Ink.at(figure.picture(), 170, 190));
    assertTrue(Charts.regions(one, Map.of("n", half), Map.of(), 8).altText().contains("± 8.40"));
    refused(() -> Charts.regions(one, Map.of("m", half), Map.of()), "[n], got those of [m]");
    refused(() -> Charts.regions(one, Map.of("n", p -> -1), Map.of()), "got -1");
  }

  @Test
  void elevenClassesSideBySideHaveElevenColours() {
    assertEquals(11, IntStream.range(0, 11).mapToObj(Style::color).distinct().count());
  }
}

package nearfar.report;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Distances;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnglesAndDistancesTest {

  private static final String BEYOND = "the mean distance between classes of the training images.";

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void saysMeansAndOverlapsOfAllPairs(long seed) {
    Embeddings[] sets = {
      Clouds.random(60, 5, 4, 0.2, seed),
      Clouds.random(40, 5, 4, 0.5, seed + 10),
      Clouds.random(50, 5, 5, 0.9, seed + 20)
    };
    String text = Charts.anglesAndDistances("A < B", sets[0], sets[1], sets[2]).altText();
    double unit = Distances.of(sets[0]).inter().mean();
    StringBuilder expected = new StringBuilder("Angles and distances of A < B. ");
    String[] names = {"training", "held-out", "unseen"};
    for (int i = 0; i < 3; i++) {
      expected.append(
          String.format(
              Locale.ROOT,
              "Angles, %s images: mean within classes %.1f°, between classes %.1f°, overlap"
                  + " %.3f. ",
              names[i],
              Angles.of(sets[i]).intra().mean(),
              Angles.of(sets[i]).inter().mean(),
              Angles.of(sets[i]).overlap()));
    }
    double end = 2.5;
    for (Embeddings e : sets) {
      while (Math.max(Distances.of(e).intra().max(), Distances.of(e).inter().max()) > end * unit) {
        end += 0.5;
      }
    }
    for (int i = 0; i < 3; i++) {
      expected.append(
          String.format(
              Locale.ROOT,
              "Distances, %s images: mean within classes %.2f, between classes %.2f, overlap"
                  + " %.3f. ",
              names[i],
              Distances.of(sets[i]).intra().mean() / unit,
              Distances.of(sets[i]).inter().mean() / unit,
              overlap(sets[i], unit, end)));
    }
    expected.append("Of distances, 1 = ").append(Charts.digits(unit)).append(", ").append(BEYOND);
    assertEquals(expected.toString(), text);
  }

  /** In plain loops: of distances in this unit, in 60 bins up to the end. */
  private static double overlap(Embeddings e, double unit, double end) {
    double[][] counts = new double[2][60];
    for (int i = 0; i < e.size(); i++) {
      for (int j = 0; j < i; j++) {
        double squares = 0;
        for (int k = 0; k < e.dimension(); k++) {
          squares += Math.pow(e.vector(i)[k] - e.vector(j)[k], 2);
        }
        int bin = (int) (Math.sqrt(squares) / unit / end * 60);
        counts[e.label(i) == e.label(j) ? 0 : 1][Math.min(bin, 59)]++;
      }
    }
    double[] pairs = {Arrays.stream(counts[0]).sum(), Arrays.stream(counts[1]).sum()};
    double area = 0;
    for (int b = 0; b < 60; b++) {
      area += Math.min(counts[0][b] / pairs[0], counts[1][b] / pairs[1]);
    }
    return area;
  }

  @Test
  void hasSixPanelsThatNeedNothingElseAndAreSmall() {
    Embeddings e = Clouds.random(120, 5, 6, 0.8, 1);
    PanelFigure figure = Charts.anglesAndDistances("\"quoted\" & <b>", e, e, e);
    String html = figure.html();
    assertTrue(html.length() < 60_000, () -> "characters: " + html.length());
    Panels.assertSound(html, 6);
    assertTrue(html.contains("Angles and distances of &quot;quoted&quot; &amp; &lt;b&gt;"));
    assertTrue(html.contains("1\u00a0=\u00a0" + Charts.digits(Distances.of(e).inter().mean())));
    List<String> texts = Panels.altTexts(html);
    assertTrue(
        texts.get(4).contains("Distances, held-out images: densities of 7,140 pairs, mean within"),
        texts.get(4));
    for (Panels.Text text : Panels.texts(html)) {
      // Panels are at least 240 pixels wide.
      assertTrue(text.size() * 240 / 250 >= 11, text.toString());
    }
    // The fallback: 3 panels across, and nothing cut off.
    assertEquals(3 * 250 + 2 * 8 + 28, figure.picture().width());
    assertEquals(0, Ink.onBorder(figure.picture().image(), 12));
    assertArrayEquals(
        figure.picture().png(),
        Charts.anglesAndDistances("\"quoted\" & <b>", e, e, e).picture().png(),
        "twice the same");
  }

  @Test
  void axesAreTheSameForAllLossesUnlessSomethingLiesBeyond() {
    Embeddings e = Clouds.random(80, 3, 4, 0.1, 3);
    double[][] stretched = e.vectors();
    for (double[] row : stretched) {
      for (int k = 0; k < 3; k++) {
        row[k] *= 40;
      }
    }
    Embeddings far = Embeddings.of(stretched, e.labels());
    List<String> near = texts(Charts.anglesAndDistances("loss", e, e, e));
    // A unit of their own: the same picture at any size.
    assertEquals(near, texts(Charts.anglesAndDistances("loss", far, far, far)));
    assertTrue(near.containsAll(List.of("0°", "45°", "180°", "0.5", "2.5")), near.toString());
    List<String> wide = texts(Charts.anglesAndDistances("loss", e, far, e));
    assertTrue(!wide.contains("0.5"), wide.toString());
  }

  private static List<String> texts(PanelFigure figure) {
    return Panels.texts(figure.html()).stream().map(Panels.Text::text).toList();
  }

  @Test
  void aPeakThatIsMuchHigherThanAllOthersIsCutAndSaysHowHighItIs() {
    Embeddings narrow = Clouds.random(80, 2, 4, 1e-4, 5);
    Embeddings wide = Clouds.random(80, 2, 4, 0.8, 6);
    // All angles within a class in the first of the bins of 3°.
    assertTrue(texts(Charts.anglesAndDistances("loss", narrow, wide, wide)).contains("↑ 0.333"));
    for (String text : texts(Charts.anglesAndDistances("loss", narrow, narrow, wide))) {
      assertTrue(!text.startsWith("↑"), text);
    }
  }

  @Test
  void oneUnitIsTheMeanDistanceBetweenTrainingClasses() {
    double[][] rows = {{0, 3}, {0, 3}, {4, 0}, {4, 0}};
    Embeddings e = Embeddings.of(rows, new int[] {0, 0, 1, 1});
    String text = Charts.anglesAndDistances("x", e, e, e).altText();
    assertTrue(text.contains("1 = 5.00, the mean distance between classes"), text);
    double[][] point = {{1, 1}, {1, 1}, {1, 1}, {1, 1}};
    Embeddings one = Embeddings.of(point, new int[] {0, 0, 1, 1});
    PanelFigure collapsed = Charts.anglesAndDistances("x", one, one, one);
    assertTrue(collapsed.altText().contains("overlap 1.000. Of distances, 1 = 1.00"));
    assertEquals(5.0, Distances.of(e).inter().mean(), FLOAT64);
  }

  @Test
  void errorsNameTheSet() {
    Embeddings good = Clouds.random(40, 3, 4, 0.5, 1);
    Embeddings alone = Embeddings.of(new double[][] {{1, 0}, {0, 1}}, new int[] {0, 1});
    refused(() -> Charts.anglesAndDistances("x", good, good, alone), "unseen images: ");
    refused(() -> Charts.anglesAndDistances("x", good, alone, good), "held-out images: ");
  }
}

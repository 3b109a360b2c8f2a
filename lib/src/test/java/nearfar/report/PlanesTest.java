package nearfar.report;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** What {@link ChartsTest} leaves of the charts on a plane. */
class PlanesTest {

  private static final Embeddings CORNERS =
      Embeddings.of(new double[][] {{-2, -2}, {2, -2}, {-2, 2}, {2, 2}}, new int[] {0, 1, 2, 3});

  private static double aspect(XYChart chart) {
    return (chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0))
        / (chart.getScreenYFromChart(0) - chart.getScreenYFromChart(1));
  }

  @Test
  void aReachMakesPlanesComparable() {
    Embeddings near = Clouds.random(40, 2, 4, 0.1, 1);
    Embeddings far = Clouds.random(40, 2, 4, 0.7, 2);
    double[][] vectors = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (double[][] given : new double[][][] {null, vectors}) {
      XYChart a = Charts.features(near, given, 5);
      XYChart b = Charts.features(far, given, 5);
      assertEquals(a.getStyler().getXAxisMin(), b.getStyler().getXAxisMin(), FLOAT64);
      assertEquals(a.getStyler().getYAxisMax(), b.getStyler().getYAxisMax(), FLOAT64);
      assertTrue(a.getStyler().getYAxisMax() >= 5 && a.getStyler().getXAxisMin() <= -5);
      assertEquals(1, aspect(a), 2e-3);
    }
    assertArrayEquals(
        new double[] {0, 5},
        Charts.features(near, vectors, 5).getSeries("class vector 0").getXData());
    refused(() -> Charts.features(CORNERS, null, 2), "farthest embedding, 2.83", "reach of 2.0");
    refused(() -> Charts.features(CORNERS, null, 0), "farther than 0");
  }

  @Test
  void regionsTakeATitle() {
    String alt = Charts.regions("Softmax", CORNERS, p -> p[0] > 0 ? 1 : 0, null).altText();
    assertTrue(alt.startsWith("Softmax"), alt);
  }

  @Test
  void regionsAreFaintlyInTheirClassesColour() {
    Picture regions = Charts.regions(CORNERS, p -> (p[0] > 0.5 ? 1 : 0) + (p[1] > 1 ? 2 : 0), null);
    XYChart chart = Charts.features(CORNERS);
    Picture.of(chart); // lays it out
    double[][] seen = {
      {0.3, 0.8, 0}, {0.7, 0.8, 1}, {0.3, 1.2, 2}, {0.7, 1.2, 3}, {-2.05, -1.7, 0}
    };
    for (double[] at : seen) {
      double x = chart.getScreenXFromChart(at[0]);
      double y = chart.getScreenYFromChart(at[1]);
      Ink.assertAlike(Ink.mixed(Style.color((int) at[2], 0.16)), Ink.at(regions, x, y));
    }
    // Points are over the ground, the ground is within the axes, and a line is between regions.
    int point = Ink.at(regions, chart.getScreenXFromChart(-2), chart.getScreenYFromChart(-2));
    int alone = Ink.mixed(Style.color(0, 0.6));
    assertTrue((point >> 16 & 0xFF) < (alone >> 16 & 0xFF), "blue over faint blue");
    assertEquals(0, Ink.onBorder(regions.image(), 12));
    assertTrue(Ink.of(regions.image(), 0x888888) > 500);
    double below = chart.getScreenYFromChart(chart.getStyler().getYAxisMin()) + 16;
    Ink.assertAlike(0xFFFFFF, Ink.at(regions, chart.getScreenXFromChart(0.7), below));
    assertTrue(regions.altText().contains("decided classes"), regions.altText());
    assertArrayEquals(
        Charts.regions(CORNERS, p -> p[0] > 0 ? 0 : 1, null).png(),
        Charts.regions(CORNERS, p -> p[0] > 0 ? 0 : 1, null).png());
    refused(() -> Charts.regions(CORNERS, p -> -1, null), "0 or more", "got -1");
  }

  @Test
  void arrowsGoFromTheirPointToTheirTip() {
    Map<String, double[][]> forces = new LinkedHashMap<>();
    forces.put("anchor", new double[][] {{0, 0, 3, 0}, {1, 1, 0, 0}});
    forces.put(
        "a negative with a name that is longer than the legend is wide", new double[][] {{5, 5}});
    XYChart chart = Charts.arrows("Forces", forces);
    List<XYSeries> series = List.copyOf(chart.getSeriesCollection());
    assertEquals(3, series.size());
    XYSeries shaft = series.get(0);
    assertFalse(shaft.isShowInLegend());
    double barb = 0.028 * 5;
    assertArrayEquals(new double[] {0, 3, 3 - barb, 3, 3 - barb, 3}, shaft.getXData(), FLOAT64);
    assertArrayEquals(
        new double[] {0, 0, barb / 2, 0, -barb / 2, Double.NaN}, shaft.getYData(), FLOAT64);
    assertEquals(shaft.getLineColor(), chart.getSeries("anchor").getMarkerColor());
    assertArrayEquals(new double[] {0, 1}, chart.getSeries("anchor").getXData());
    Picture picture = Picture.of(chart);
    assertEquals(1, aspect(chart), 2e-3);
    assertEquals(0, Ink.onBorder(picture.image(), 6));
    // On the shaft there is its colour, beyond the tip and to the point without force is none.
    double y = chart.getScreenYFromChart(0);
    Ink.assertAlike(Style.color(0).getRGB(), Ink.at(picture, chart.getScreenXFromChart(1.5), y));
    assertFalse(
        Ink.alike(Style.color(0).getRGB(), Ink.at(picture, chart.getScreenXFromChart(3.3), y)));
  }

  @Test
  void arrowsRefuseWhatIsNone() {
    refused(() -> Charts.arrows("", Map.of()), "a point, got none");
    refused(
        () -> Charts.arrows("", Map.of("a", new double[][] {{1, 2}, {1, 2, 3}})),
        "[1.0, 2.0, 3.0] in row 1 of \"a\"");
    refused(
        () -> Charts.arrows("", Map.of("a", new double[][] {{1, Double.NaN}})), "NaN] in row 0");
    assertEquals(
        0,
        Ink.onBorder(
            Picture.of(Charts.arrows("One", Map.of("a", new double[][] {{1, 2}}))).image(), 6));
  }

  @Test
  void centersLeaveTheirWayInTheirClassesColour() {
    Embeddings e = Embeddings.of(new double[][] {{3, 4}, {-1, 0}}, new int[] {0, 1});
    List<double[][]> ways =
        List.of(
            new double[][] {{0, 0}, {0, 0}},
            new double[][] {{1, 0}, {0, -1}},
            new double[][] {{1, 2}, {-1, -1}});
    XYChart chart = Charts.centers(e, ways, 6);
    assertArrayEquals(new double[] {0, 1, 1}, chart.getSeries("way of center 0").getXData());
    assertArrayEquals(new double[] {0, -1, -1}, chart.getSeries("way of center 1").getYData());
    assertArrayEquals(new double[] {-1}, chart.getSeries("center 1").getXData());
    assertEquals(
        chart.getSeries("center 1").getMarkerColor().getRGB() & 0xFFFFFF,
        chart.getSeries("1").getMarkerColor().getRGB() & 0xFFFFFF);
    // The disc of class 0 at (1, 2) is drawn: full colour in its middle, black around it.
    BufferedImage image = Picture.of(chart).image();
    int x = (int) Math.round(Picture.SCALE * chart.getScreenXFromChart(1));
    int y = (int) Math.round(Picture.SCALE * chart.getScreenYFromChart(2));
    assertEquals(Style.color(0).getRGB(), image.getRGB(x, y));
    assertEquals(Style.INK.getRGB(), image.getRGB(x + 9, y));
  }

  @Test
  void centersAreRefusedWhereTheyCannotBeDrawn() {
    Embeddings e = Embeddings.of(new double[][] {{3, 4}}, new int[] {0});
    refused(() -> Charts.centers(e, List.of(), 6), "a place to begin, got none");
    refused(
        () -> Charts.centers(e, List.of(new double[][] {{0, 0}}, new double[2][2]), 6),
        "1 at first, got 2 at position 1");
    refused(() -> Charts.centers(e, List.<double[][]>of(new double[][] {{0, 0, 0}}), 6), "got 3");
    refused(
        () -> Charts.centers(e, List.<double[][]>of(new double[][] {{0, 7}}), 6),
        "farthest center",
        "7.0");
  }
}

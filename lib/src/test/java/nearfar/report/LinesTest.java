package nearfar.report;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class LinesTest {

  private static double[][] sine(int points, double phase) {
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = 1 + 7.0 * i / (points - 1);
      y[i] = Math.sin(x[i] + phase);
    }
    return new double[][] {x, y};
  }

  @ParameterizedTest(name = "logarithmic {0}")
  @ValueSource(booleans = {false, true})
  void denseLinesAreCutIntoTheDashesOfTheirLegend(boolean logarithmic) {
    Map<String, double[][]> lines = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      lines.put("line " + i, sine(500, i));
    }
    XYChart chart =
        logarithmic ? Charts.logLines("t", "x", "y", lines) : Charts.lines("t", "x", "y", lines);
    assertEquals(500, chart.getSeries("line 0").getXData().length);
    float[][] dashes = {{8, 4}, {2, 3}, {10, 3, 2, 3}};
    for (int i = 1; i < 4; i++) {
      XYSeries series = chart.getSeries("line " + i);
      float[] dash = dashes[i - 1];
      assertEquals(Arrays.toString(dash), Arrays.toString(series.getLineStyle().getDashArray()));
      List<Double> lengths = lengths(chart, series);
      assertTrue(lengths.size() > 30, "dashes: " + lengths.size());
      // The last may be short, where the line ends.
      for (int k = 0; k + 1 < lengths.size(); k++) {
        assertEquals(dash[2 * k % dash.length], lengths.get(k), 0.4, "dash " + k + " of " + i);
      }
    }
  }

  /** Of the pieces between gaps, in pixels of the page. */
  private static List<Double> lengths(XYChart chart, XYSeries series) {
    Style.paint(chart);
    List<Double> lengths = new ArrayList<>();
    double length = 0;
    double[] before = null;
    for (int i = 0; i < series.getXData().length; i++) {
      if (Double.isNaN(series.getYData()[i])) {
        lengths.add(length);
        length = 0;
        before = null;
        continue;
      }
      double[] p = {
        chart.getScreenXFromChart(series.getXData()[i]),
        chart.getScreenYFromChart(series.getYData()[i])
      };
      length += before == null ? 0 : Math.hypot(p[0] - before[0], p[1] - before[1]);
      before = p;
    }
    lengths.add(length);
    return lengths;
  }

  @Test
  void coloursAndDashesHaveKeysOfTheirOwn() {
    Map<String, double[][]> lines = new LinkedHashMap<>();
    for (String name : List.of("a, 1", "a, 2", "b, 1", "b, 2")) {
      lines.put(name, sine(5, lines.size()));
    }
    XYChart chart =
        Charts.lines(
            "t", "x", "y", lines, n -> n.substring(0, 1), n -> n.substring(n.length() - 1));
    assertEquals(color(chart, "a, 1"), color(chart, "a, 2"));
    assertEquals(color(chart, "b, 1"), color(chart, "b, 2"));
    assertNotEquals(color(chart, "a, 1"), color(chart, "b, 1"));
    assertNull(chart.getSeries("b, 1").getLineStyle().getDashArray());
    assertNotNull(chart.getSeries("b, 2").getLineStyle().getDashArray());
    assertEquals(chart.getSeries("a, 2").getMarker(), chart.getSeries("b, 2").getMarker());
    assertEquals(
        color(chart, "b, 1"),
        color(Charts.logLines("t", "x", "y", lines, n -> n.substring(0, 1), n -> n), "b, 2"));
  }

  private static int color(XYChart chart, String name) {
    return chart.getSeries(name).getLineColor().getRGB();
  }

  @Test
  void ticksAreRoundWhereDataAreNot() {
    double[] y = {0.4131, 0.5222, 0.61, 0.8613};
    XYChart odd =
        Charts.lines(
            "t", "x", "y", Map.of("a", new double[][] {{0.0345, 0.069, 0.1035, 0.138}, y}));
    assertEquals(2, odd.getSeriesCollection().size());
    assertFalse(odd.getSeries("round ticks").isShowInLegend());
    assertEquals("t: y against x; a.", Picture.altText(odd));
    XYChart even = Charts.lines("t", "x", "y", Map.of("a", new double[][] {{1, 2, 3, 4}, y}));
    assertEquals(1, even.getSeriesCollection().size());
  }

  @Test
  void densitiesAreOnOneGridAndHaveAreaOne() {
    Map<String, double[]> samples = new LinkedHashMap<>();
    samples.put("low", new double[] {0, 1, 1, 2});
    samples.put("high", new double[] {50, 60});
    XYChart chart = Charts.densities("Angles", "angle (degrees)", samples);
    XYSeries low = chart.getSeries("low: mean 1.00, std 0.707, n = 4");
    assertNotNull(low);
    assertNotNull(chart.getSeries("high: mean 55.0, std 5.00, n = 2"));
    double area = 0;
    for (int i = 0; i + 1 < low.getXData().length; i++) {
      area += low.getYData()[i] * (low.getXData()[i + 1] - low.getXData()[i]);
    }
    assertEquals(1, area, FLOAT64);
    // Bins of 1 from 0 to 60: a quarter, a half and a quarter.
    assertEquals(0.5, Arrays.stream(low.getYData()).max().orElseThrow(), FLOAT64);
    assertEquals(0, chart.getStyler().getXAxisMin());
    assertEquals(60, chart.getStyler().getXAxisMax());
    assertTrue(chart.getStyler().isLegendVisible());
    assertEquals(
        180, Charts.densities("t", "x", 0, 180, samples).getStyler().getXAxisMax().intValue());
    assertEquals(0, Ink.onBorder(Picture.of(chart).image(), 6));
    // All figures alike have a bin.
    assertNotNull(Charts.densities("t", "x", Map.of("one", new double[] {3, 3})));
    refused(() -> Charts.densities("t", "x", Map.of()), "got none");
    refused(() -> Charts.densities("t", "x", 0, 10, samples), "\"high\"", "[0.0, 10.0]");
    refused(() -> Charts.densities("t", "x", Map.of("none", new double[0])), "\"none\"");
  }
}

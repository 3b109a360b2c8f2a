package nearfar.report;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import nearfar.data.ImageSet;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Distances;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Verification;
import nearfar.training.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class ChartsTest {

  private static final Embeddings CLOUD = Clouds.random(120, 5, 6, 0.8, 1);

  @Test
  void densitiesHaveAreaOneAndTheSharedAreaIsTheOverlapInTheLegend() {
    for (Distribution d : List.of(Angles.of(CLOUD), Distances.of(CLOUD))) {
      XYChart chart = Charts.density(d);
      List<XYSeries> series = List.copyOf(chart.getSeriesCollection());
      assertEquals(3, series.size());
      assertEquals(1, area(series.get(0)), FLOAT64);
      assertEquals(1, area(series.get(1)), FLOAT64);
      assertEquals(d.overlap(), area(series.get(2)), FLOAT64);
      assertEquals(
          String.format(Locale.ROOT, "overlap: %.3f", d.overlap()), series.get(2).getName());
      for (int b = 0; b < series.get(0).getXData().length; b++) {
        double least = Math.min(series.get(0).getYData()[b], series.get(1).getYData()[b]);
        assertEquals(least, series.get(2).getYData()[b]);
      }
      assertTrue(series.get(0).getFillColor().getAlpha() < 255);
      assertTrue(series.get(1).getFillColor().getAlpha() < 255);
      legible(chart);
    }
  }

  @Test
  void anglesGoFrom0To180DegreesAndSayTheirMeans() {
    XYChart chart = Charts.angles(CLOUD);
    Distribution d = Angles.of(CLOUD);
    assertEquals(0, chart.getStyler().getXAxisMin());
    assertEquals(180, chart.getStyler().getXAxisMax());
    assertEquals("60°", chart.getStyler().getXAxisTickLabelsFormattingFunction().apply(60.0));
    assertEquals("angle (degrees)", chart.getXAxisTitle());
    String within =
        String.format(
            Locale.ROOT,
            "within classes: mean %.1f°, std %.1f°",
            d.intra().mean(),
            d.intra().std());
    String between =
        String.format(
            Locale.ROOT,
            "between classes: mean %.1f°, std %.1f°",
            d.inter().mean(),
            d.inter().std());
    assertEquals(within, chart.getSeries(within).getName());
    assertEquals(between, chart.getSeries(between).getName());
    assertEquals("Angle of 7,140 pairs of embeddings", chart.getTitle());
    assertEquals("Euclidean distance", Charts.distances(CLOUD).getXAxisTitle());
  }

  /** Of a step line: each height from its x to the next. */
  private static double area(XYSeries series) {
    double[] x = series.getXData();
    double[] y = series.getYData();
    double area = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      area += y[i] * (x[i + 1] - x[i]);
    }
    return area;
  }

  @ParameterizedTest(name = "{0} classes, named {1}")
  @CsvSource({"2, x", "5, Greek/character", "10, a long name indeed ", "30, c"})
  void featuresHaveEqualUnitsAndNamesThatFit(int classes, String name) {
    Embeddings e = Clouds.random(200, 2, classes, 0.3, classes);
    List<String> names = IntStream.range(0, classes).mapToObj(c -> name + c).toList();
    double[][] vectors = new double[classes][];
    Arrays.setAll(
        vectors,
        c -> new double[] {3 * Math.cos(6.3 * c / classes), 3 * Math.sin(6.3 * c / classes)});
    for (XYChart chart :
        List.of(
            Charts.features(e),
            Charts.features(e.withClassNames(names)),
            Charts.features(e.withClassNames(names), vectors))) {
      legible(chart);
      double right = chart.getScreenXFromChart(1) - chart.getScreenXFromChart(0);
      double up = chart.getScreenYFromChart(0) - chart.getScreenYFromChart(1);
      assertEquals(1, right / up, 2e-3);
      int points = 0;
      for (XYSeries series : chart.getSeriesCollection()) {
        for (int i = 0; i < series.getXData().length; i++) {
          assertTrue(
              series.getXData()[i] >= chart.getStyler().getXAxisMin()
                  && series.getXData()[i] <= chart.getStyler().getXAxisMax()
                  && series.getYData()[i] >= chart.getStyler().getYAxisMin()
                  && series.getYData()[i] <= chart.getStyler().getYAxisMax());
        }
        points += series.isShowInLegend() ? series.getXData().length : 0;
      }
      assertEquals(200, points);
    }
  }

  @Test
  void classVectorsAreRaysOfTheirDirectionInTheirClassesColour() {
    Embeddings e = Embeddings.of(new double[][] {{3, 4}, {-1, 0}}, new int[] {0, 1});
    XYChart chart = Charts.features(e, new double[][] {{0, 0.1}, {-70, 0}});
    XYSeries ray = chart.getSeries("class vector 0");
    assertArrayEquals(new double[] {0, 0}, ray.getXData());
    assertArrayEquals(new double[] {0, 5}, ray.getYData(), FLOAT64);
    assertArrayEquals(new double[] {0, -5}, chart.getSeries("class vector 1").getXData(), FLOAT64);
    assertEquals(
        ray.getLineColor().getRGB() & 0xFFFFFF,
        chart.getSeries("0").getMarkerColor().getRGB() & 0xFFFFFF);
    assertFalse(ray.isShowInLegend());
    legible(chart);
  }

  @Test
  void featuresRefuseWhatIsNotOnAPlane() {
    refused(() -> Charts.features(CLOUD), "2 entries", "got 5");
    Embeddings e = Embeddings.of(new double[][] {{3, 4}}, new int[] {0});
    refused(() -> Charts.features(e, new double[][] {{1, 2, 3}}), "got 3 in row 0");
    refused(() -> Charts.features(e, new double[][] {{1, 2}, {0, 0}}), "row 1", "no direction");
    legible(Charts.features(e));
    legible(Charts.features(Embeddings.of(new double[][] {{0, 0}}, new int[] {0})));
  }

  @Test
  void aHundredSeriesHaveColoursAndFormsThatRepeatLate() {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 66; i++) {
      seen.add(Style.color(i) + " " + Style.marker(i));
    }
    assertEquals(66, seen.stream().distinct().count());
  }

  @Test
  void theLossIsDrawnByStepsAndEpochsOnOneAxis() {
    double[] losses = {4, 3, 2, 1, 0.5, 0.25};
    History history =
        History.of(
            losses,
            List.of(new History.Epoch(1, 3.5, 0.25, 2, 0), new History.Epoch(2, 1.5, 0.75, 2, 0)));
    XYChart chart = Charts.loss(history);
    XYSeries steps = chart.getSeries("each step");
    assertArrayEquals(losses, steps.getYData());
    // Two whole epochs, and one of which two steps were made.
    assertArrayEquals(new double[] {0.25, 0.75, 1.25, 1.75, 2.25, 2.75}, steps.getXData());
    XYSeries epochs = chart.getSeries("mean of each epoch, at the end 1.50 (accuracy 75.0 %)");
    assertArrayEquals(new double[] {0.5, 1.5}, epochs.getXData());
    assertArrayEquals(new double[] {3.5, 1.5}, epochs.getYData());
    assertEquals(3, chart.getStyler().getXAxisMax());
    legible(chart);
    legible(Charts.loss(History.of(new double[] {2.5}, List.of())));
  }

  @Test
  void aDivergedLossIsDrawnUpToWhereItDiverged() {
    History diverged =
        History.of(
            new double[] {1, 2, Double.POSITIVE_INFINITY, Double.NaN},
            List.of(new History.Epoch(1, Double.NaN, Double.NaN, 4, 0)));
    XYChart chart = Charts.loss(diverged);
    assertArrayEquals(
        new double[] {1, 2, Double.NaN, Double.NaN}, chart.getSeries("each step").getYData());
    legible(chart);
    refused(() -> Charts.loss(History.of(new double[0], List.of())), "got 0 steps");
    refused(
        () -> Charts.loss(History.of(new double[] {Double.NaN}, List.of())),
        "finite loss",
        "1 steps");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void theRocCurveIsTarAtFar(long seed) {
    Verification v = Verification.of(Clouds.random(90, 4, 6, 0.9, seed));
    XYChart chart = Charts.roc(v);
    String name = String.format(Locale.ROOT, "embeddings: AUC %.3f, EER %.3f", v.auc(), v.eer());
    XYSeries curve = chart.getSeries(name);
    double[] far = curve.getXData();
    double[] tar = curve.getYData();
    assertEquals(chart.getStyler().getXAxisMin(), far[0]);
    assertEquals(1, far[far.length - 1]);
    assertEquals(1, tar[tar.length - 1]);
    for (int i = 0; i < far.length; i++) {
      // Where the curve rises upright, its upper end counts; corners that nobody would see are left
      // out.
      if (i + 1 == far.length || far[i + 1] > far[i]) {
        assertEquals(v.tarAtFar(far[i]), tar[i], 1e-3, "FAR " + far[i]);
      }
    }
    assertTrue(far.length > 20);
    assertTrue(chart.getStyler().isXAxisLogarithmic());
    legible(chart);
  }

  @Test
  void rocCurvesOfPerfectAndOfCollapsedEmbeddingsAreDrawn() {
    double[][] apart = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
    int[] labels = {0, 0, 1, 1};
    Map<String, Verification> two = new LinkedHashMap<>();
    two.put("apart", Verification.of(Embeddings.of(apart, labels)));
    two.put(
        "collapsed", Verification.of(Embeddings.of(new double[][] {{1}, {1}, {1}, {1}}, labels)));
    XYChart chart = Charts.roc(two);
    assertEquals(1, chart.getSeries("apart: AUC 1.000, EER 0.000").getYData()[0]);
    assertEquals(0, chart.getSeries("collapsed: AUC 0.500, EER 0.500").getYData()[0]);
    legible(chart);
    refused(() -> Charts.roc(Map.of()), "got none");
  }

  @Test
  void linesHaveBandsUnderThem() {
    double[] x = {1, 2, 4};
    Map<String, double[][]> lines = new LinkedHashMap<>();
    lines.put(
        "with a name that is much too long for one line of the legend of this chart",
        new double[][] {x, {1, 2, 3}, {0, 1, 2}, {2, 3, 4}});
    lines.put("plain", new double[][] {x, {3, 2, 1}});
    XYChart chart = Charts.lines("Title", "x (unit)", "y (unit)", lines);
    List<XYSeries> series = List.copyOf(chart.getSeriesCollection());
    assertEquals(3, series.size());
    assertArrayEquals(new double[] {1, 2, 4, 4, 2, 1}, series.get(0).getXData());
    assertArrayEquals(new double[] {0, 1, 2, 4, 3, 2}, series.get(0).getYData());
    assertFalse(series.get(0).isShowInLegend());
    assertTrue(series.get(1).getLabel().contains("\n"));
    legible(chart);
    refused(() -> Charts.lines("", "", "", Map.of()), "got none");
    refused(
        () -> Charts.lines("", "", "", Map.of("a", new double[][] {x, {1}})), "[3, 1]", "\"a\"");
    refused(() -> Charts.lines("", "", "", Map.of("a", new double[][] {x})), "[3]");
  }

  @Test
  void logarithmicLinesAreEvenlySpacedByPowers() {
    for (double[] x : new double[][] {{1e-4, 1e-3, 1e-2, 0.1, 1}, {0.2, 0.5, 1, 2, 4}, {3}}) {
      double[] y = new double[x.length];
      XYChart chart =
          Charts.logLines("Sweep", "λ", "Recall@1", Map.of("a", new double[][] {x, y, y, y}));
      legible(chart);
      assertTrue(chart.getStyler().isXAxisLogarithmic());
      for (int i = 1; i + 1 < x.length; i++) {
        double step = chart.getScreenXFromChart(x[i + 1]) - chart.getScreenXFromChart(x[i]);
        double powers = Math.log(x[i + 1] / x[i]);
        double first = chart.getScreenXFromChart(x[1]) - chart.getScreenXFromChart(x[0]);
        assertEquals(first / Math.log(x[1] / x[0]), step / powers, 1e-6 * first);
      }
    }
    double[] zero = {0, 1};
    refused(
        () -> Charts.logLines("", "", "", Map.of("a", new double[][] {zero, zero})),
        "above 0",
        "got 0.0");
  }

  @Test
  void contactSheetsShowEachImageUnderItsName() {
    float[][] pixels = new float[3][16];
    Arrays.fill(pixels[0], 1);
    Arrays.fill(pixels[1], 0.5f);
    ImageSet set =
        ImageSet.of(
            "grays", 1, 4, 4, pixels, new int[] {0, 1, 2}, List.of("white", "gray", "black"));
    Picture sheet = Charts.images(set, 2, 1, 2, 0);
    assertTrue(Ink.has(sheet.image(), 0x808080) || Ink.has(sheet.image(), 0x7F7F7F));
    assertTrue(Ink.has(sheet.image(), 0x000000));
    assertEquals(0, Ink.onBorder(sheet.image(), 4));
    assertEquals("3 images of grays: gray, black, white.", sheet.altText());
    Picture plain = Charts.images(set, 3, i -> "", 0, 1, 2);
    assertTrue(plain.image().getHeight() < sheet.image().getHeight() / 2);
    assertEquals("3 images of grays.", plain.altText());
    refused(() -> Charts.images(set, 0, 1), "0 columns");
    refused(() -> Charts.images(set, 2), "0 images");
  }

  /** Has a title and axes, draws something, and cuts no text off at the border or in the legend. */
  private static void legible(XYChart chart) {
    assertFalse(chart.getTitle().isBlank());
    assertFalse(chart.getXAxisTitle().isBlank());
    assertFalse(chart.getYAxisTitle().isBlank());
    Picture picture = Picture.of(chart);
    assertEquals(0, Ink.onBorder(picture.image(), 6), chart.getTitle());
    assertTrue(Ink.all(picture.image()) > 5000, chart.getTitle());
    Font font = chart.getStyler().getLegendFont();
    assertTrue(font.getSize() >= 11 && chart.getStyler().getAxisTickLabelsFont().getSize() >= 11);
    if (chart.getStyler().isLegendVisible()) {
      for (XYSeries series : chart.getSeriesCollection()) {
        for (String line : series.getLabel().lines().toList()) {
          double width =
              font.getStringBounds(line, new FontRenderContext(null, true, false)).getWidth();
          assertTrue(
              !series.isShowInLegend() || width <= 0.45 * chart.getWidth(), line + ": " + width);
        }
      }
    }
  }
}

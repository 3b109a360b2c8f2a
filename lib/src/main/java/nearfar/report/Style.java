package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How every chart looks: white ground, one palette, text of one family in four sizes. */
final class Style {

  static final int WIDTH = 640;
  static final int HEIGHT = 400;

  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color GRID = new Color(0xE4, 0xE4, 0xE4);
  static final Color FRAME = new Color(0x99, 0x99, 0x99);

  /**
   * The colours of Okabe and Ito ("Color universal design", 2008), told apart with every common
   * form of colour blindness and differing in lightness too. Their yellow is left out, since it is
   * invisible on white. Four more follow that are as far from all others, in Oklab, as the seven
   * are from each other, also as they are seen without one of the three kinds of cones.
   */
  private static final Color[] PALETTE = {
    new Color(0x00, 0x72, 0xB2), // blue
    new Color(0xD5, 0x5E, 0x00), // vermillion
    new Color(0x00, 0x9E, 0x73), // bluish green
    new Color(0xCC, 0x79, 0xA7), // reddish purple
    new Color(0xE6, 0x9F, 0x00), // orange
    new Color(0x56, 0xB4, 0xE9), // sky blue
    new Color(0x00, 0x00, 0x00), // black
    new Color(0x8B, 0x00, 0x00), // dark red
    new Color(0xB0, 0xB0, 0xB0), // light gray
    new Color(0x33, 0x22, 0x88), // indigo
    new Color(0x8C, 0x56, 0x4B), // brown
  };

  static final int BLUE = 0;
  static final int ORANGE = 4;

  /** What two distributions share. */
  static final Color SHARED = new Color(0x44, 0x44, 0x44, 0x80);

  /** Six forms for eleven colours: 66 series pass before both repeat. */
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
  };

  private static final float[][] DASHES = {null, {8, 4}, {2, 3}, {10, 3, 2, 3}};

  private Style() {}

  static Color color(int i) {
    return PALETTE[i % PALETTE.length];
  }

  static Color color(int i, double alpha) {
    Color c = color(i);
    return new Color(c.getRed(), c.getGreen(), c.getBlue(), (int) Math.round(255 * alpha));
  }

  static Marker marker(int i) {
    return MARKERS[i % MARKERS.length];
  }

  /**
   * Solid and three kinds of dashes, so that lines are told apart without colours too. XChart
   * begins the dashes anew at every point: lines of many points need {@link Dashes#cut}.
   */
  static BasicStroke line(int i, float width) {
    float[] dashes = DASHES[i % DASHES.length];
    return dashes == null
        ? new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0);
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  static XYChart xy(String title, String xLabel, String yLabel, int width, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(xLabel)
            .yAxisTitle(yLabel)
            .build();
    XYStyler s = chart.getStyler();
    s.setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
    s.setBaseFont(font(Font.PLAIN, 12));
    s.setChartBackgroundColor(Color.WHITE);
    s.setPlotBackgroundColor(Color.WHITE);
    s.setChartFontColor(INK);
    s.setChartPadding(14);
    s.setChartTitleFont(font(Font.BOLD, 15));
    s.setChartTitleBoxVisible(false);
    s.setChartTitlePadding(8);
    s.setAxisTitleFont(font(Font.PLAIN, 13));
    s.setAxisTickLabelsFont(font(Font.PLAIN, 12));
    s.setAxisTickLabelsColor(INK);
    s.setPlotGridLinesColor(GRID);
    s.setPlotGridLinesStroke(new BasicStroke(1));
    s.setPlotBorderColor(FRAME);
    s.setPlotContentSize(0.96);
    s.setLegendFont(font(Font.PLAIN, 12));
    s.setLegendBorderColor(Color.WHITE);
    s.setLegendBackgroundColor(Color.WHITE);
    // Below the chart, a line for each entry: hides no data, and is never wider than the chart.
    s.setLegendPosition(LegendPosition.OutsideS);
    s.setLegendLayout(LegendLayout.Vertical);
    s.setLegendSeriesLineLength(28);
    s.setAnnotationTextFont(font(Font.BOLD, 12));
    s.setAnnotationTextFontColor(INK);
    s.setMarkerSize(6);
    s.setLocale(Locale.ROOT);
    s.setXAxisTickLabelsFormattingFunction(Style::tick);
    s.setYAxisTickLabelsFormattingFunction(Style::tick);
    return chart;
  }

  /** Six digits at most and none that says nothing: 0.05, 120, 1e-7. */
  static String tick(double x) {
    if (x != 0 && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e7)) {
      return String.format(Locale.ROOT, "%.1e", x)
          .replace(".0e", "e")
          .replaceAll("e([+-])0", "e$1");
    }
    return new BigDecimal(x).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }

  /**
   * Breaks the entries of the legend into lines. XChart cuts off what is wider than this share of
   * the chart.
   */
  static void breakLegend(XYChart chart) {
    double widest = 0.44 * chart.getWidth();
    Font font = chart.getStyler().getLegendFont();
    for (XYSeries series : chart.getSeriesCollection()) {
      series.setLabel(String.join("\n", broken(series.getName(), font, widest)));
    }
  }

  /** A text in lines that are no wider than this, unless a word is. */
  static List<String> broken(String text, Font font, double widest) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && width(longer, font) > widest) {
        lines.add(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.add(line);
    return lines;
  }

  static double width(String text, Font font) {
    return font.getStringBounds(text, new FontRenderContext(null, true, false)).getWidth();
  }

  /** A long name by its end, which tells "Greek/character01" from others. */
  static String shortened(String name, int characters) {
    return name.length() <= characters
        ? name
        : "…" + name.substring(name.length() - characters + 1);
  }

  /**
   * Gives the axes equal units: as many pixels for one unit of x as of y. What must be seen is the
   * rectangle given; the axis with pixels to spare shows more.
   */
  static void equalAspect(XYChart chart, double xMin, double xMax, double yMin, double yMax) {
    double width = xMax - xMin;
    double height = yMax - yMin;
    double xMiddle = (xMin + xMax) / 2;
    double yMiddle = (yMin + yMax) / 2;
    // The room for tick labels depends on the labels, these on the range: nearly always settled in
    // the second round.
    for (int round = 0; round < 6; round++) {
      XYStyler s = chart.getStyler();
      s.setXAxisMin(xMiddle - width / 2).setXAxisMax(xMiddle + width / 2);
      s.setYAxisMin(yMiddle - height / 2).setYAxisMax(yMiddle + height / 2);
      paint(chart);
      double across = chart.getScreenXFromChart(xMax) - chart.getScreenXFromChart(xMin);
      double up = chart.getScreenYFromChart(yMin) - chart.getScreenYFromChart(yMax);
      double xPixels = across / (xMax - xMin);
      double yPixels = up / (yMax - yMin);
      if (Math.abs(xPixels / yPixels - 1) < 1e-3) {
        return;
      }
      double scale = Math.min(xPixels * width / (xMax - xMin), yPixels * height / (yMax - yMin));
      width = Math.max(xMax - xMin, width * xPixels / scale);
      height = Math.max(yMax - yMin, height * yPixels / scale);
    }
  }

  /** Lays the chart out; nobody looks at the picture. */
  static void paint(XYChart chart) {
    BufferedImage scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = scratch.createGraphics();
    chart.paint(g, chart.getWidth(), chart.getHeight());
    g.dispose();
  }
}

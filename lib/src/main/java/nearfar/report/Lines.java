package nearfar.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import nearfar.evaluation.Distribution;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines through points, with bands, told apart by colour and by dashes. */
final class Lines {

  /** More points than this have no markers. */
  private static final int MARKED = 30;

  private Lines() {}

  /** With a key for the colour of each line, and one for its dashes; both by its name. */
  static XYChart of(
      String title,
      String xLabel,
      String yLabel,
      Map<String, double[][]> lines,
      UnaryOperator<String> colorKey,
      UnaryOperator<String> dashKey) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a line chart needs a line, got none");
    }
    lines.forEach(Lines::check);
    XYChart chart = Style.xy(title, xLabel, yLabel, Style.WIDTH, Style.HEIGHT);
    Map<String, Integer> colors = numbered(lines, colorKey);
    Map<String, Integer> dashes = numbered(lines, dashKey);
    // Bands first, so that no line is under one.
    lines.forEach(
        (name, line) -> {
          if (line.length == 4) {
            band(chart, name, line).setFillColor(Style.color(colors.getOrDefault(name, 0), 0.2));
          }
        });
    lines.forEach(
        (name, line) -> {
          int color = colors.getOrDefault(name, 0);
          int dash = dashes.getOrDefault(name, 0);
          XYSeries series = chart.addSeries(name, line[0], line[1]);
          series.setLineColor(Style.color(color));
          series.setLineStyle(Style.line(dash, 2.2f));
          series.setMarker(line[0].length > MARKED ? SeriesMarkers.NONE : Style.marker(dash));
          series.setMarkerColor(Style.color(color));
        });
    roundTicks(chart, lines);
    chart.getStyler().setLegendVisible(lines.size() > 1);
    Style.breakLegend(chart);
    return chart;
  }

  private static void check(String name, double[][] line) {
    if ((line.length != 2 && line.length != 4)
        || Arrays.stream(line).anyMatch(v -> v.length != line[0].length)
        || line[0].length == 0) {
      throw new IllegalArgumentException(
          "a line must be {x, y} or {x, y, lower, upper}, all equally long, got lengths "
              + Arrays.toString(Arrays.stream(line).mapToInt(v -> v.length).toArray())
              + " for \""
              + name
              + "\"");
    }
  }

  /** For each name its key's number, in the order in which keys first occur. */
  private static Map<String, Integer> numbered(Map<String, ?> lines, UnaryOperator<String> key) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, Integer> ofName = new LinkedHashMap<>();
    for (String name : lines.keySet()) {
      String k = key.apply(name);
      numbers.putIfAbsent(k, numbers.size());
      ofName.put(name, numbers.getOrDefault(k, 0));
    }
    return ofName;
  }

  /** Along the lower edge and back along the upper. */
  private static XYSeries band(XYChart chart, String name, double[][] line) {
    int n = line[0].length;
    double[] x = new double[2 * n];
    double[] y = new double[2 * n];
    for (int k = 0; k < n; k++) {
      x[k] = line[0][k];
      y[k] = line[2][k];
      x[2 * n - 1 - k] = line[0][k];
      y[2 * n - 1 - k] = line[3][k];
    }
    XYSeries band = chart.addSeries("band of " + name, x, y);
    band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    band.setLineStyle(SeriesLines.NONE);
    band.setMarker(SeriesMarkers.NONE);
    band.setShowInLegend(false);
    return band;
  }

  /**
   * XChart puts ticks at the data where they are equally spaced. Where that gives figures such as
   * 0.0345, one more x that nobody sees makes it choose round ones.
   */
  private static void roundTicks(XYChart chart, Map<String, double[][]> lines) {
    double[] xs =
        lines.values().stream()
            .flatMapToDouble(line -> Arrays.stream(line[0]))
            .filter(Double::isFinite)
            .distinct()
            .sorted()
            .toArray();
    if (xs.length < 3) {
      return;
    }
    double step = xs[1] - xs[0];
    double last = xs[xs.length - 1];
    boolean even = Math.abs(step * (xs.length - 1) / (last - xs[0]) - 1) < 1e-6;
    if (!even || DoubleStream.of(xs).allMatch(x -> Style.tick(x).length() <= 4)) {
      return;
    }
    double y =
        lines.values().stream()
            .flatMapToDouble(line -> Arrays.stream(line[1]))
            .filter(Double::isFinite)
            .findFirst()
            .orElse(0);
    XYSeries unseen =
        chart.addSeries(
            "round ticks", new double[] {xs[0], xs[0] + 0.38 * step}, new double[] {y, y});
    unseen.setLineStyle(SeriesLines.NONE);
    unseen.setMarker(SeriesMarkers.NONE);
    unseen.setShowInLegend(false);
  }

  /** Outlines of histograms on one grid. */
  static XYChart densities(
      String title, String xLabel, double lower, double upper, Map<String, double[]> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("densities need a sample, got none");
    }
    Map<String, double[][]> lines = new LinkedHashMap<>();
    samples.forEach(
        (name, values) -> {
          // Both samples of a distribution are the same one: its checks and its bins are used.
          Distribution d;
          try {
            d = Distribution.of("figure", "", lower, upper, values, values);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\": " + e.getMessage(), e);
          }
          String about =
              String.format(
                  Locale.ROOT,
                  "%s: mean %s, std %s, n = %,d",
                  name,
                  Charts.digits(d.intra().mean()),
                  Charts.digits(d.intra().std()),
                  d.intra().size());
          lines.put(about, outline(d.edges(), d.density(d.intra())));
        });
    UnaryOperator<String> itself = name -> name;
    XYChart chart = of(title, xLabel, "density", lines, itself, itself);
    chart.getStyler().setXAxisMin(lower).setXAxisMax(upper).setYAxisMin(0.0).setLegendVisible(true);
    Dashes.cut(chart);
    return chart;
  }

  /** The grid from the least to the greatest of all figures. */
  static XYChart densities(String title, String xLabel, Map<String, double[]> samples) {
    double[] all = samples.values().stream().flatMapToDouble(Arrays::stream).toArray();
    double least = Arrays.stream(all).filter(Double::isFinite).min().orElse(0);
    double greatest = Arrays.stream(all).filter(Double::isFinite).max().orElse(1);
    double room = greatest > least ? 0 : 0.5;
    return densities(title, xLabel, least - room, greatest + room, samples);
  }

  /** From the axis up at the first edge, along all bins, and down at the last edge. */
  private static double[][] outline(double[] edges, double[] density) {
    int bins = density.length;
    double[] x = new double[2 * bins + 2];
    double[] y = new double[2 * bins + 2];
    for (int b = 0; b < bins; b++) {
      x[2 * b] = edges[b];
      x[2 * b + 1] = edges[b];
      y[2 * b + 1] = density[b];
      y[2 * b + 2] = density[b];
    }
    x[2 * bins] = edges[bins];
    x[2 * bins + 1] = edges[bins];
    return new double[][] {x, y};
  }
}

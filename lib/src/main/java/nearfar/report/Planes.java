package nearfar.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import nearfar.evaluation.Embeddings;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What lies on a plane of two features, in equal units on both axes. */
final class Planes {

  /** A legend of more entries than this would be taller than its chart. */
  private static final int LONGEST_LEGEND = 20;

  static final Color BORDER = new Color(0x88, 0x88, 0x88);

  private Planes() {}

  /** With a reach that is not NaN, the plane is seen that far from the origin. */
  static XYChart features(Embeddings embeddings, double @Nullable [][] classVectors, double reach) {
    if (embeddings.dimension() != 2) {
      throw new IllegalArgumentException(
          "features are drawn on a plane: embeddings must have 2 entries, got "
              + embeddings.dimension()
              + "; train with an embedding size of 2");
    }
    SortedMap<Integer, List<double[]>> points = new TreeMap<>();
    double radius = 0;
    double[] low = embeddings.vector(0);
    double[] high = embeddings.vector(0);
    for (int i = 0; i < embeddings.size(); i++) {
      double[] p = embeddings.vector(i);
      points.computeIfAbsent(embeddings.label(i), label -> new ArrayList<>()).add(p);
      radius = Math.max(radius, Math.hypot(p[0], p[1]));
      for (int k = 0; k < 2; k++) {
        low[k] = Math.min(low[k], p[k]);
        high[k] = Math.max(high[k], p[k]);
      }
    }
    String title =
        String.format(
            Locale.ROOT,
            "%,d embeddings of %d classes%s",
            embeddings.size(),
            embeddings.classes(),
            classVectors == null ? "" : ", with class vectors");
    XYChart chart = Style.xy(title, "feature 1", "feature 2", Style.WIDTH, 480);
    XYStyler s = chart.getStyler();
    s.setLegendPosition(LegendPosition.OutsideE);
    s.setLegendVisible(points.size() <= LONGEST_LEGEND);
    s.setMarkerSize(embeddings.size() > 1000 ? 4 : 6);
    points.forEach(
        (label, rows) -> {
          XYSeries series =
              chart.addSeries(
                  embeddings.className(label),
                  rows.stream().mapToDouble(p -> p[0]).toArray(),
                  rows.stream().mapToDouble(p -> p[1]).toArray());
          series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
          series.setMarker(Style.marker(label));
          series.setMarkerColor(Style.color(label, 0.6));
        });
    Style.breakLegend(chart);
    if (radius > reach) {
      throw new IllegalArgumentException(
          "the plane must reach to the farthest embedding, "
              + Charts.digits(radius)
              + " from the origin, got a reach of "
              + reach);
    }
    if (classVectors != null) {
      double length = Double.isNaN(reach) ? radius : reach;
      rays(chart, classVectors, length > 0 ? length : 1, embeddings);
    } else if (!Double.isNaN(reach)) {
      Style.equalAspect(chart, -reach, reach, -reach, reach);
    } else {
      double margin = 0.04 * Math.max(high[0] - low[0], high[1] - low[1]);
      margin = margin > 0 ? margin : 1;
      Style.equalAspect(
          chart, low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin);
    }
    return chart;
  }

  private static void rays(
      XYChart chart, double[][] classVectors, double length, Embeddings embeddings) {
    List<String> names = new ArrayList<>();
    List<double[]> directions = new ArrayList<>();
    boolean many = classVectors.length > LONGEST_LEGEND;
    for (int j = 0; j < classVectors.length; j++) {
      double[] u = direction(classVectors[j], j);
      directions.add(u);
      names.add(many ? Integer.toString(j) : Style.shortened(embeddings.className(j), 7));
      XYSeries ray =
          chart.addSeries(
              "class vector " + j,
              new double[] {0, length * u[0]},
              new double[] {0, length * u[1]});
      ray.setLineColor(Style.color(j));
      ray.setLineStyle(Style.line(0, 2));
      ray.setMarker(SeriesMarkers.NONE);
      ray.setShowInLegend(false);
    }
    chart.getStyler().setAnnotationTextFont(Style.font(Font.BOLD, many ? 10 : 12));
    RayLabels.put(chart, names, directions, length);
  }

  static double[] direction(double[] vector, int label) {
    if (vector.length != 2) {
      throw new IllegalArgumentException(
          "class vectors must have 2 entries, got " + vector.length + " in row " + label);
    }
    double norm = Math.hypot(vector[0], vector[1]);
    if (!(norm > 0) || !Double.isFinite(norm)) {
      throw new IllegalArgumentException(
          "the class vector in row " + label + " has no direction: got " + Arrays.toString(vector));
    }
    return new double[] {vector[0] / norm, vector[1] / norm};
  }

  static Picture regions(XYChart chart, ToIntFunction<double[]> classOf) {
    XYStyler s = chart.getStyler();
    Color clear = new Color(0xFF, 0xFF, 0xFF, 0);
    s.setChartBackgroundColor(clear).setPlotBackgroundColor(clear);
    Picture picture = Picture.of(chart, ground -> decide(chart, classOf, ground));
    return Picture.of(
        picture.image(), picture.altText() + " The ground is in the colours of decided classes.");
  }

  private static void decide(XYChart chart, ToIntFunction<double[]> classOf, BufferedImage ground) {
    XYStyler s = chart.getStyler();
    double left = chart.getScreenXFromChart(s.getXAxisMin());
    double right = chart.getScreenXFromChart(s.getXAxisMax());
    double low = chart.getScreenYFromChart(s.getYAxisMin());
    double high = chart.getScreenYFromChart(s.getYAxisMax());
    // The plot goes on a little beyond its range, on all sides.
    double beyond = (1 / s.getPlotContentSize() - 1) / 2;
    int x = (int) Math.round(Picture.SCALE * (left - beyond * (right - left)));
    int y = (int) Math.round(Picture.SCALE * (high - beyond * (low - high)));
    int width = (int) Math.round(Picture.SCALE * (right - left) * (1 + 2 * beyond));
    int height = (int) Math.round(Picture.SCALE * (low - high) * (1 + 2 * beyond));
    double xUnit = (s.getXAxisMax() - s.getXAxisMin()) / (right - left) / Picture.SCALE;
    double yUnit = (s.getYAxisMax() - s.getYAxisMin()) / (low - high) / Picture.SCALE;
    double[] point = new double[2];
    int[] above = new int[width];
    for (int v = 0; v < height; v++) {
      int before = -1;
      for (int u = 0; u < width; u++) {
        point[0] = s.getXAxisMin() + (x + u + 0.5 - Picture.SCALE * left) * xUnit;
        point[1] = s.getYAxisMin() - (y + v + 0.5 - Picture.SCALE * low) * yUnit;
        int label = classOf.applyAsInt(point);
        if (label < 0) {
          throw new IllegalArgumentException(
              "the class of a point must be 0 or more, got " + label);
        }
        boolean border = (u > 0 && label != before) || (v > 0 && label != above[u]);
        Color color = border ? BORDER : onWhite(Style.color(label), 0.16);
        ground.setRGB(x + u, y + v, color.getRGB());
        before = label;
        above[u] = label;
      }
    }
  }

  static Color onWhite(Color color, double share) {
    return new Color(
        (int) Math.round(255 + share * (color.getRed() - 255)),
        (int) Math.round(255 + share * (color.getGreen() - 255)),
        (int) Math.round(255 + share * (color.getBlue() - 255)));
  }

  static XYChart arrows(String title, Map<String, double[][]> arrows) {
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    arrows.forEach(
        (name, rows) -> {
          for (int i = 0; i < rows.length; i++) {
            double[] row = rows[i];
            if ((row.length != 2 && row.length != 4)
                || !Arrays.stream(row).allMatch(Double::isFinite)) {
              throw new IllegalArgumentException(
                  "a row must be {x, y} or {x, y, dx, dy}, all finite, got "
                      + Arrays.toString(row)
                      + " in row "
                      + i
                      + " of \""
                      + name
                      + "\"");
            }
            for (int k = 0; k < row.length; k++) {
              double at = k < 2 ? row[k] : row[k - 2] + row[k];
              low[k % 2] = Math.min(low[k % 2], at);
              high[k % 2] = Math.max(high[k % 2], at);
            }
          }
        });
    if (low[0] > high[0]) {
      throw new IllegalArgumentException("arrows need a point, got none");
    }
    XYChart chart = Style.xy(title, "feature 1", "feature 2", Style.WIDTH, 480);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    double size = Math.max(high[0] - low[0], high[1] - low[1]);
    size = size > 0 ? size : 1;
    int i = 0;
    // Arrows first, so that no point is under one.
    for (Map.Entry<String, double[][]> entry : arrows.entrySet()) {
      shafts(chart, entry.getKey(), entry.getValue(), 0.028 * size, Style.color(i++));
    }
    i = 0;
    for (Map.Entry<String, double[][]> entry : arrows.entrySet()) {
      double[][] rows = entry.getValue();
      if (rows.length > 0) {
        XYSeries points =
            chart.addSeries(
                entry.getKey(),
                Arrays.stream(rows).mapToDouble(row -> row[0]).toArray(),
                Arrays.stream(rows).mapToDouble(row -> row[1]).toArray());
        points.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        points.setMarker(Style.marker(i));
        points.setMarkerColor(Style.color(i));
      }
      i++;
    }
    chart.getStyler().setMarkerSize(9);
    Style.breakLegend(chart);
    double margin = 0.05 * size;
    Style.equalAspect(chart, low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin);
    return chart;
  }

  /** All arrows of a name as one line with gaps: each goes out, to one barb, and to the other. */
  private static void shafts(
      XYChart chart, String name, double[][] rows, double barb, Color color) {
    List<double[]> path = new ArrayList<>();
    for (double[] row : rows) {
      double length = row.length == 4 ? Math.hypot(row[2], row[3]) : 0;
      if (length > 0) {
        double[] tip = {row[0] + row[2], row[1] + row[3]};
        double size = Math.min(barb, length / 2) / length;
        path.add(row);
        for (double side : new double[] {0.5, -0.5}) {
          path.add(tip);
          path.add(
              new double[] {
                tip[0] - size * (row[2] + side * row[3]), tip[1] - size * (row[3] - side * row[2])
              });
        }
        // XChart ends a line at NaN.
        path.add(new double[] {tip[0], Double.NaN});
      }
    }
    if (path.isEmpty()) {
      return;
    }
    XYSeries shafts =
        chart.addSeries(
            "arrows of " + name,
            path.stream().mapToDouble(p -> p[0]).toArray(),
            path.stream().mapToDouble(p -> p[1]).toArray());
    shafts.setLineColor(color);
    shafts.setLineStyle(Style.line(0, 2.2f));
    shafts.setMarker(SeriesMarkers.NONE);
    shafts.setShowInLegend(false);
  }
}

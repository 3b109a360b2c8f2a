package nearfar.report;

import static org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Line;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Dashes on lines of many points. XChart begins the dashes anew at every point, so that a dense
 * line is solid whatever its legend says. Here such a line is cut into its dashes, with gaps
 * between: each is no longer than the stroke's first dash, and is drawn whole.
 */
final class Dashes {

  /** Where a line is, in pixels of the page, as its data are. */
  private record Axis(DoubleUnaryOperator screen, boolean logarithmic) {

    /** What lies at a share of the way from one figure to another. */
    double between(double from, double to, double share) {
      return logarithmic
          ? from * Math.pow(to / from, share)
          : share == 1 ? to : from + share * (to - from);
    }
  }

  private Dashes() {}

  /** Cuts those lines of a chart whose data and axes are final; lines with markers stay. */
  static void cut(XYChart chart) {
    List<XYSeries> dashed = new ArrayList<>();
    for (XYSeries series : chart.getSeriesCollection()) {
      BasicStroke stroke = series.getLineStyle();
      boolean line = series.getXYSeriesRenderStyle().orElse(Line) == Line;
      if (line
          && stroke != null
          && stroke.getDashArray() != null
          && series.getMarker() == SeriesMarkers.NONE) {
        dashed.add(series);
      }
    }
    if (dashed.isEmpty()) {
      return;
    }
    Style.paint(chart);
    Axis x = new Axis(chart::getScreenXFromChart, chart.getStyler().isXAxisLogarithmic());
    Axis y = new Axis(chart::getScreenYFromChart, chart.getStyler().isYAxisLogarithmic());
    for (XYSeries series : dashed) {
      List<double[]> pieces =
          pieces(series.getXData(), series.getYData(), series.getLineStyle().getDashArray(), x, y);
      if (!pieces.isEmpty()) {
        chart.updateXYSeries(
            series.getName(),
            pieces.stream().mapToDouble(p -> p[0]).toArray(),
            pieces.stream().mapToDouble(p -> p[1]).toArray(),
            null);
      }
    }
  }

  private static List<double[]> pieces(double[] xs, double[] ys, float[] dashes, Axis x, Axis y) {
    List<double[]> out = new ArrayList<>();
    int dash = 0;
    double left = dashes[0];
    for (int i = 0; i + 1 < xs.length; i++) {
      double across = x.screen().applyAsDouble(xs[i + 1]) - x.screen().applyAsDouble(xs[i]);
      double up = y.screen().applyAsDouble(ys[i + 1]) - y.screen().applyAsDouble(ys[i]);
      double length = Math.hypot(across, up);
      if (!Double.isFinite(length)) {
        gap(out);
        continue;
      }
      boolean drawn = dash % 2 == 0;
      if (drawn) {
        add(out, xs[i], ys[i]);
      }
      double at = 0;
      while (at + left < length) {
        at += left;
        double share = at / length;
        add(out, x.between(xs[i], xs[i + 1], share), y.between(ys[i], ys[i + 1], share));
        dash = (dash + 1) % dashes.length;
        left = dashes[dash];
        drawn = dash % 2 == 0;
        if (!drawn) {
          gap(out);
        }
      }
      left -= length - at;
      if (drawn) {
        add(out, xs[i + 1], ys[i + 1]);
      }
    }
    return out;
  }

  private static void add(List<double[]> out, double x, double y) {
    double[] p = {x, y};
    if (out.isEmpty() || !Arrays.equals(out.get(out.size() - 1), p)) {
      out.add(p);
    }
  }

  /** XChart ends a line at NaN. */
  private static void gap(List<double[]> out) {
    if (!out.isEmpty() && !Double.isNaN(out.get(out.size() - 1)[1])) {
      out.add(new double[] {out.get(out.size() - 1)[0], Double.NaN});
    }
  }
}

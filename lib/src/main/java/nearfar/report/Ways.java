package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.util.Arrays;
import java.util.List;
import nearfar.evaluation.Embeddings;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The ways that centers went among features on the plane. */
final class Ways {

  private static final Marker DISC = new Disc();

  private Ways() {}

  /**
   * Black around the class's colour and larger than any other marker: seen in a crowd of points.
   */
  private static final class Disc extends Marker {

    private static final double RADIUS = 4.5;

    @Override
    public void paint(Graphics2D g, double x, double y, int markerSize) {
      Ellipse2D circle = new Ellipse2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
      g.fill(circle);
      g.setColor(Style.INK);
      g.setStroke(new BasicStroke(1.6f));
      g.draw(circle);
    }
  }

  static XYChart of(Embeddings embeddings, List<double[][]> centers, double reach) {
    if (centers.isEmpty()) {
      throw new IllegalArgumentException("the way of centers needs a place to begin, got none");
    }
    int classes = centers.get(0).length;
    for (int t = 0; t < centers.size(); t++) {
      check(centers.get(t), classes, t, reach);
    }
    XYChart chart = Charts.features(embeddings, null, reach);
    chart.setTitle(chart.getTitle() + " and their centers");
    for (int j = 0; j < classes; j++) {
      int row = j;
      XYSeries way = add(chart, "way of center " + j, centers, row);
      way.setLineColor(Style.color(j));
      way.setLineStyle(Style.line(0, 2));
      way.setMarker(SeriesMarkers.NONE);
    }
    // Discs last, so that no way is over one.
    List<double[][]> last = centers.subList(centers.size() - 1, centers.size());
    for (int j = 0; j < classes; j++) {
      XYSeries center = add(chart, "center " + j, last, j);
      center.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      center.setMarker(DISC);
      center.setMarkerColor(Style.color(j));
    }
    return chart;
  }

  private static XYSeries add(XYChart chart, String name, List<double[][]> centers, int row) {
    XYSeries series =
        chart.addSeries(
            name,
            centers.stream().mapToDouble(c -> c[row][0]).toArray(),
            centers.stream().mapToDouble(c -> c[row][1]).toArray());
    series.setShowInLegend(false);
    return series;
  }

  private static void check(double[][] centers, int classes, int time, double reach) {
    if (centers.length != classes) {
      throw new IllegalArgumentException(
          "there must be as many centers at all times, "
              + classes
              + " at first, got "
              + centers.length
              + " at position "
              + time);
    }
    for (double[] center : centers) {
      if (center.length != 2) {
        throw new IllegalArgumentException("centers must have 2 entries, got " + center.length);
      }
      if (!(Math.hypot(center[0], center[1]) <= reach)) {
        throw new IllegalArgumentException(
            "the plane must reach to the farthest center, got a reach of "
                + reach
                + " and a center at "
                + Arrays.toString(center));
      }
    }
  }
}

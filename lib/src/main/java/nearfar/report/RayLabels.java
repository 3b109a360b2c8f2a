package nearfar.report;

import java.awt.Font;
import java.util.List;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;

/** Puts names beyond the ends of rays from the origin, each clear of its ray and of the border. */
final class RayLabels {

  /** Between a ray's end and its name, in pixels of the page. */
  private static final double GAP = 7;

  private RayLabels() {}

  /**
   * Chooses the axes' ranges, in equal units, so that rays of this length and their names fit.
   *
   * @param directions of length one
   */
  static void put(XYChart chart, List<String> names, List<double[]> directions, double length) {
    Style.equalAspect(chart, -length, length, -length, length);
    double halfWidth = pixels(chart.getScreenXFromChart(chart.getStyler().getXAxisMax()), chart, 0);
    double halfHeight =
        -pixels(chart.getScreenYFromChart(chart.getStyler().getYAxisMax()), chart, 1);
    Font font = chart.getStyler().getAnnotationTextFont();
    double high = font.getSize() / 2.0;
    double scale = 0.98 * Math.min(halfWidth, halfHeight) / length;
    for (int j = 0; j < names.size(); j++) {
      double wide = Style.width(names.get(j), font) / 2;
      double x = Math.abs(directions.get(j)[0]);
      double y = Math.abs(directions.get(j)[1]);
      double reach = GAP + wide * x + high * y;
      if (x > 0) {
        scale = Math.min(scale, (halfWidth - reach * x - wide) / (length * x));
      }
      if (y > 0) {
        scale = Math.min(scale, (halfHeight - reach * y - high) / (length * y));
      }
    }
    Style.equalAspect(
        chart, -halfWidth / scale, halfWidth / scale, -halfHeight / scale, halfHeight / scale);
    for (int j = 0; j < names.size(); j++) {
      double[] u = directions.get(j);
      double wide = Style.width(names.get(j), font) / 2;
      double reach = GAP + wide * Math.abs(u[0]) + high * Math.abs(u[1]);
      double at = length + reach / scale;
      chart.addAnnotation(new AnnotationText(names.get(j), at * u[0], at * u[1], false));
    }
  }

  private static double pixels(double screen, XYChart chart, int axis) {
    return screen - (axis == 0 ? chart.getScreenXFromChart(0) : chart.getScreenYFromChart(0));
  }
}

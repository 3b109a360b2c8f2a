package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nearfar.evaluation.Interval;
import org.jspecify.annotations.Nullable;

/** Figures with their intervals under each other, on one axis. */
final class Intervals {

  /** Up to so many rows each has room for its figures in words. */
  private static final int MOST_IN_WORDS = 12;

  private static final Color OUTSIDE = Style.color(1);
  private static final Color INSIDE = Style.color(Style.BLUE);

  private Intervals() {}

  static Picture of(
      String title,
      String xLabel,
      double reference,
      Map<String, Interval> intervals,
      Map<String, double[]> points) {
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException("a chart of intervals needs an interval, got none");
    }
    points.forEach(
        (name, values) -> {
          if (!intervals.containsKey(name) || Arrays.stream(values).anyMatch(v -> !finite(v))) {
            throw new IllegalArgumentException(
                "points must be finite and of a row that is there, got "
                    + Arrays.toString(values)
                    + " for \""
                    + name
                    + "\"");
          }
        });
    boolean words = intervals.size() <= MOST_IN_WORDS;
    double low = finite(reference) ? reference : Double.POSITIVE_INFINITY;
    double high = finite(reference) ? reference : Double.NEGATIVE_INFINITY;
    double names = 0;
    double figures = 0;
    for (Map.Entry<String, Interval> entry : intervals.entrySet()) {
      Interval interval = entry.getValue();
      low = Math.min(low, Math.min(interval.lower(), interval.estimate()));
      high = Math.max(high, Math.max(interval.upper(), interval.estimate()));
      for (double point : points.getOrDefault(entry.getKey(), new double[0])) {
        low = Math.min(low, point);
        high = Math.max(high, point);
      }
      names = Math.max(names, Style.width(entry.getKey(), Canvas.TEXT));
    }
    if (low == high) {
      low -= 0.5;
      high += 0.5;
    }
    double step = step(high - low);
    double room = 0.04 * (high - low);
    low -= room;
    high += room;
    // Enough to tell a fiftieth of the axis.
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10((high - low) / 50)));
    for (Interval interval : intervals.values()) {
      figures = Math.max(figures, Style.width(text(interval, decimals), Canvas.TEXT));
    }
    double left = Canvas.MARGIN + names + 12;
    double right = Canvas.MARGIN + (words ? figures + 12 : 16);
    int width =
        (int)
            Math.ceil(
                Math.max(
                    Math.max(Style.WIDTH, left + 200 + right),
                    Style.width(xLabel, Canvas.LABEL) + 2 * Canvas.MARGIN));
    double across = width - left - right;
    int row = words ? 28 : 15;
    int y = Canvas.titleHeight(title, width) + 4;
    double down = row * intervals.size() + 8;
    Canvas canvas = new Canvas(width, (int) (y + down + 46 + Canvas.MARGIN));
    canvas.title(title);
    Graphics2D g = canvas.graphics();
    Axis axis = new Axis(left, across, low, high);
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      double x = axis.at(tick);
      line(g, Style.GRID, 1, x, y, x, y + down);
      // Sums of steps end in digits that nobody wrote.
      double round = Math.rint(tick / step) * step + 0.0;
      canvas.text(Style.tick(round), x, y + down + 12, 0.5, Canvas.TEXT, Style.INK);
    }
    g.setColor(Style.FRAME);
    g.setStroke(new BasicStroke(1));
    g.draw(new Rectangle2D.Double(left, y, across, down));
    if (finite(reference)) {
      g.setColor(Style.INK);
      g.setStroke(
          new BasicStroke(
              1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {5, 4}, 0));
      g.draw(new Line2D.Double(axis.at(reference), y, axis.at(reference), y + down));
    }
    double middle = y + 4 + row / 2.0;
    int i = 0;
    int outside = 0;
    for (Map.Entry<String, Interval> entry : intervals.entrySet()) {
      Interval interval = entry.getValue();
      boolean without = finite(reference) && !interval.contains(reference);
      outside += without ? 1 : 0;
      Color color = !finite(reference) ? Style.color(i) : without ? OUTSIDE : INSIDE;
      canvas.text(entry.getKey(), left - 10, middle, 1, Canvas.TEXT, Style.INK);
      draw(g, axis, interval, points.get(entry.getKey()), color, middle, row, without);
      if (words) {
        canvas.text(
            text(interval, decimals), left + across + 10, middle, 0, Canvas.TEXT, Style.INK);
      }
      middle += row;
      i++;
    }
    double half = Style.width(xLabel, Canvas.LABEL) / 2 + Canvas.MARGIN;
    double center = Math.max(half, Math.min(width - half, left + across / 2));
    canvas.text(xLabel, center, y + down + 36, 0.5, Canvas.LABEL, Style.INK);
    return canvas.picture(altText(title, xLabel, reference, intervals, decimals, outside));
  }

  /** Where figures lie across the picture. */
  private record Axis(double left, double across, double low, double high) {
    double at(double x) {
      return left + across * (x - low) / (high - low);
    }
  }

  private static void draw(
      Graphics2D g,
      Axis axis,
      Interval interval,
      double @Nullable [] points,
      Color color,
      double y,
      int row,
      boolean full) {
    double from = axis.at(interval.lower());
    double to = axis.at(interval.upper());
    double cap = row > 20 ? 5 : 3;
    line(g, color, 2, from, y, to, y);
    line(g, color, 2, from, y - cap, from, y + cap);
    line(g, color, 2, to, y - cap, to, y + cap);
    double radius = row > 20 ? 4.5 : 3;
    if (points != null) {
      for (double point : points) {
        g.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 0x90));
        g.fill(dot(axis.at(point), y + 8, 2.2));
      }
    }
    // Full where the reference is outside, so that it is seen without colours too.
    g.setColor(full || points != null ? color : Color.WHITE);
    g.fill(dot(axis.at(interval.estimate()), y, radius));
    g.setColor(color);
    g.setStroke(new BasicStroke(1.8f));
    g.draw(dot(axis.at(interval.estimate()), y, radius));
  }

  private static Ellipse2D dot(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private static void line(
      Graphics2D g, Color color, float width, double x1, double y1, double x2, double y2) {
    g.setColor(color);
    g.setStroke(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    g.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  /** 1, 2 or 5 times a power of ten, so that there are four to nine ticks. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / 4)));
    double times = range / 4 / power;
    return times >= 5 ? 5 * power : times >= 2 ? 2 * power : power;
  }

  private static boolean finite(double x) {
    return Double.isFinite(x);
  }

  private static String text(Interval interval, int decimals) {
    String figure = "%." + decimals + "f";
    return String.format(
        Locale.ROOT,
        figure + " [" + figure + ", " + figure + "]",
        interval.estimate() + 0.0,
        interval.lower() + 0.0,
        interval.upper() + 0.0);
  }

  private static String altText(
      String title,
      String xLabel,
      double reference,
      Map<String, Interval> intervals,
      int decimals,
      int outside) {
    String head = title + ": " + xLabel;
    if (finite(reference)) {
      head +=
          String.format(
              Locale.ROOT,
              "; %d of %d intervals do not contain %s",
              outside,
              intervals.size(),
              Style.tick(reference));
    }
    if (intervals.size() > MOST_IN_WORDS) {
      return head + ".";
    }
    List<String> rows =
        intervals.entrySet().stream()
            .map(e -> e.getKey() + " " + text(e.getValue(), decimals))
            .toList();
    return head + "; " + String.join("; ", rows) + ".";
  }
}

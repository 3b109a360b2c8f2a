package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Locale;

/** A figure over two knobs: a cell for each pair of settings, with the figure in it. */
final class HeatMap {

  /** The least height of a row. */
  private static final int ROW = 36;

  private static final int BAR = 16;
  private static final Font FIGURE = Canvas.TEXT;

  private HeatMap() {}

  static Picture of(
      String title,
      String xLabel,
      String[] xs,
      String yLabel,
      String[] ys,
      double[][] values,
      String unit) {
    check(xs, ys, values);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int missing = 0;
    for (double[] row : values) {
      for (double value : row) {
        missing += Double.isNaN(value) ? 1 : 0;
        low = Double.isNaN(value) ? low : Math.min(low, value);
        high = Double.isNaN(value) ? high : Math.max(high, value);
      }
    }
    if (low > high) {
      throw new IllegalArgumentException("a heat map needs a value, got NaN in every cell");
    }
    int decimals = decimals(low, high);
    double widest = 0;
    for (double[] row : values) {
      for (double value : row) {
        widest = Math.max(widest, Style.width(figure(value, decimals), FIGURE));
      }
    }
    for (String x : xs) {
      widest = Math.max(widest, Style.width(x, Canvas.TEXT));
    }
    double ticks = 0;
    for (String y : ys) {
      ticks = Math.max(ticks, Style.width(y, Canvas.TEXT));
    }
    double scale =
        8
            + Math.max(
                Style.width(figure(low, decimals), FIGURE),
                Style.width(figure(high, decimals), FIGURE));
    double left = Canvas.MARGIN + 22 + ticks + 8;
    double right = 22 + BAR + scale + Canvas.MARGIN;
    // As wide as other charts, or wider where figures would not fit.
    int cell = (int) Math.max(widest + 10, Math.min(96, (Style.WIDTH - left - right) / xs.length));
    double across = cell * xs.length;
    int width =
        (int)
            Math.ceil(
                Math.max(
                    Math.max(Style.WIDTH, left + across + right),
                    Math.max(Style.width(xLabel, Canvas.LABEL), Style.width(unit, Canvas.LABEL))
                        + 2 * Canvas.MARGIN));
    double x = left + (width - left - across - right) / 2;
    int row = (int) Math.max(ROW, Math.ceil(Style.width(yLabel, Canvas.LABEL) / ys.length));
    double down = row * ys.length;
    int y = Canvas.titleHeight(title, width) + 28;
    int height = (int) (y + down + 48 + (missing > 0 ? 24 : 0) + Canvas.MARGIN);
    Canvas canvas = new Canvas(width, height);
    canvas.title(title);
    Graphics2D g = canvas.graphics();
    for (int r = 0; r < ys.length; r++) {
      // The first row is at the bottom, as on an axis.
      double top = y + down - row * (r + 1);
      canvas.text(ys[r], x - 8, top + row / 2.0, 1, Canvas.TEXT, Style.INK);
      for (int c = 0; c < xs.length; c++) {
        Rectangle2D place = new Rectangle2D.Double(x + cell * c, top, cell, row);
        double value = values[r][c];
        Color ground = Color.WHITE;
        if (Double.isNaN(value)) {
          hatch(g, place);
        } else {
          ground = Colours.sequential(high > low ? (value - low) / (high - low) : 0.5);
          g.setColor(ground);
          g.fill(place);
          canvas.text(
              figure(value, decimals),
              place.getCenterX(),
              place.getCenterY(),
              0.5,
              FIGURE,
              Colours.on(ground));
        }
      }
    }
    g.setColor(Color.WHITE);
    g.setStroke(new BasicStroke(1));
    for (int c = 1; c < xs.length; c++) {
      g.draw(new Line2D.Double(x + cell * c, y, x + cell * c, y + down));
    }
    for (int r = 1; r < ys.length; r++) {
      g.draw(new Line2D.Double(x, y + row * r, x + across, y + row * r));
    }
    g.setColor(Style.FRAME);
    g.draw(new Rectangle2D.Double(x, y, across, down));
    for (int c = 0; c < xs.length; c++) {
      canvas.text(xs[c], x + cell * (c + 0.5), y + down + 12, 0.5, Canvas.TEXT, Style.INK);
    }
    double half = Style.width(xLabel, Canvas.LABEL) / 2 + Canvas.MARGIN;
    double middle = Math.max(half, Math.min(width - half, x + across / 2));
    canvas.text(xLabel, middle, y + down + 36, 0.5, Canvas.LABEL, Style.INK);
    canvas.upwards(yLabel, x - ticks - 22, y + down / 2, Canvas.LABEL);
    double bar = x + across + 22;
    bar(canvas, bar, y, down, low, high, decimals);
    // Over the colours, which end at the right.
    double end = bar + BAR + scale;
    end = Math.max(end, Canvas.MARGIN + Style.width(unit, Canvas.LABEL));
    canvas.text(unit, end, y - 16, 1, Canvas.LABEL, Style.INK);
    if (missing > 0) {
      Rectangle2D swatch = new Rectangle2D.Double(x, y + down + 54, 18, 12);
      hatch(g, swatch);
      g.setColor(Style.FRAME);
      g.draw(swatch);
      canvas.text("no value", x + 26, y + down + 60, 0, Canvas.TEXT, Style.INK);
    }
    return canvas.picture(
        String.format(
            Locale.ROOT,
            "%s: %s over %s and %s, from %s to %s%s.",
            title,
            unit,
            xLabel,
            yLabel,
            figure(low, decimals),
            figure(high, decimals),
            missing > 0 ? "; " + missing + " without a value" : ""));
  }

  /** Settings as an axis shows them. */
  static String[] ticks(double[] settings) {
    return Arrays.stream(settings).mapToObj(Style::tick).toArray(String[]::new);
  }

  private static void check(String[] xs, String[] ys, double[][] values) {
    if (xs.length == 0
        || ys.length == 0
        || values.length != ys.length
        || Arrays.stream(values).anyMatch(row -> row.length != xs.length)) {
      throw new IllegalArgumentException(
          "a heat map needs a row for each y and in it a value for each x: got "
              + ys.length
              + " y, "
              + xs.length
              + " x, and rows of "
              + Arrays.toString(Arrays.stream(values).mapToInt(row -> row.length).toArray()));
    }
    for (int r = 0; r < ys.length; r++) {
      for (int c = 0; c < xs.length; c++) {
        if (Double.isInfinite(values[r][c])) {
          throw new IllegalArgumentException(
              "values must be finite, or NaN where there is none, got "
                  + values[r][c]
                  + " in row "
                  + r
                  + ", column "
                  + c);
        }
      }
    }
  }

  /** Enough that a hundredth of the range is seen, and no more than six. */
  private static int decimals(double low, double high) {
    double range = high > low ? high - low : Math.max(Math.abs(high), 1e-6);
    return (int) Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(range) + 1e-9) - 1));
  }

  private static String figure(double value, int decimals) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static void hatch(Graphics2D g, Rectangle2D place) {
    Shape clip = g.getClip();
    g.clip(place);
    g.setColor(new Color(0xF2, 0xF2, 0xF2));
    g.fill(place);
    g.setColor(new Color(0xB0, 0xB0, 0xB0));
    g.setStroke(new BasicStroke(1));
    double high = place.getHeight();
    for (double x = place.getX() - high; x < place.getMaxX(); x += 7) {
      g.draw(new Line2D.Double(x, place.getMaxY(), x + high, place.getY()));
    }
    g.setClip(clip);
  }

  private static void bar(
      Canvas canvas, double x, double y, double down, double low, double high, int decimals) {
    Graphics2D g = canvas.graphics();
    int steps = (int) (Picture.SCALE * down);
    for (int i = 0; i < steps; i++) {
      g.setColor(Colours.sequential(high > low ? 1 - i / (steps - 1.0) : 0.5));
      g.fill(new Rectangle2D.Double(x, y + i / (double) Picture.SCALE, BAR, 1.0 / Picture.SCALE));
    }
    g.setColor(Style.FRAME);
    g.draw(new Rectangle2D.Double(x, y, BAR, down));
    int marks = high > low ? (int) Math.min(4, Math.max(1, down / 40)) : 0;
    for (int k = 0; k <= marks; k++) {
      double share = marks == 0 ? 0.5 : k / (double) marks;
      double at = y + down * (1 - share);
      String text = figure(low + (high - low) * (marks == 0 ? 0 : share), decimals);
      canvas.text(text, x + BAR + 6, at, 0, Canvas.TEXT, Style.INK);
    }
  }
}

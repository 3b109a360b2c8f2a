package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import nearfar.evaluation.AngleReport;
import nearfar.evaluation.Sample;

/** Angles to class means by class, under each other on one axis. */
final class ClassAngles {

  private static final int ROW = 26;

  /** Letters of a class's name. */
  private static final int LETTERS = 24;

  private static final Color OWN = Style.color(Style.BLUE);
  private static final Color OTHER = Style.color(Style.ORANGE);

  private ClassAngles() {}

  static Picture of(AngleReport.Side side, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("there must be a class to draw, got " + most);
    }
    List<AngleReport.ByClass> all = side.classes();
    List<AngleReport.ByClass> shown = all.subList(0, Math.min(most, all.size()));
    String title =
        shown.size() == all.size()
            ? String.format(Locale.ROOT, "Angles to class means, by class (%d)", all.size())
            : String.format(
                Locale.ROOT,
                "Angles to class means: the %d of %d classes that overlap most",
                shown.size(),
                all.size());
    double names = 0;
    double highest = 0;
    for (AngleReport.ByClass c : shown) {
      names = Math.max(names, Style.width(name(c), Canvas.TEXT));
      highest = Math.max(highest, high(c.toMeans().inter()));
      highest = Math.max(highest, high(c.toMeans().intra()));
    }
    double end = Math.min(180, 30 * Math.ceil((highest + 1) / 30));
    double left = Canvas.MARGIN + names + 12;
    double across = Style.WIDTH - left - Canvas.MARGIN - Style.width("overlap", Canvas.TEXT) - 12;
    int top = Canvas.titleHeight(title, Style.WIDTH) + 20;
    int down = ROW * shown.size() + 6;
    List<Canvas.Entry> legend =
        List.of(
            new Canvas.Entry(OWN, OWN, "to the mean of the own class (disc: median)"),
            new Canvas.Entry(OTHER, OTHER, "to the nearest mean of another (square: median)"));
    int height = top + down + 62 + legend.size() * Canvas.LEGEND_LINE + Canvas.MARGIN;
    Canvas canvas = new Canvas(Style.WIDTH, height);
    canvas.title(title);
    Graphics2D g = canvas.graphics();
    for (int tick = 0; tick <= end; tick += end > 90 ? 30 : 15) {
      double x = left + across * tick / end;
      line(g, Style.GRID, 1, x, top, x, top + down);
      canvas.text(tick + "°", x, top + down + 12, 0.5, Canvas.TEXT, Style.INK);
    }
    g.setColor(Style.FRAME);
    g.setStroke(new BasicStroke(1));
    g.draw(new Rectangle2D.Double(left, top, across, down));
    double figures = left + across + 10;
    canvas.text("overlap", figures, top - 10, 0, Canvas.TEXT, Style.INK);
    double y = top + 3 + ROW / 2.0;
    StringBuilder alt = new StringBuilder(title);
    for (AngleReport.ByClass c : shown) {
      Sample own = c.toMeans().intra();
      Sample other = c.toMeans().inter();
      String overlap = String.format(Locale.ROOT, "%.3f", c.toMeans().overlap());
      canvas.text(name(c), left - 10, y, 1, Canvas.TEXT, Style.INK);
      canvas.text(overlap, figures, y, 0, Canvas.TEXT, Style.INK);
      spread(g, own, OWN, left, across / end, y - 5, false);
      spread(g, other, OTHER, left, across / end, y + 5, true);
      alt.append(
          String.format(
              Locale.ROOT,
              "; %s: own %.1f°, nearest other %.1f° in the median, overlap %s",
              c.name(),
              own.quantile(0.5),
              other.quantile(0.5),
              overlap));
      y += ROW;
    }
    canvas.text(
        "angle (degrees); thin: middle 90 %, bold: middle half",
        left + across / 2, top + down + 34, 0.5, Canvas.LABEL, Style.INK);
    canvas.legend(legend, top + down + 54);
    return canvas.picture(alt.append('.').toString());
  }

  private static String name(AngleReport.ByClass c) {
    return Style.shortened(c.name(), LETTERS);
  }

  private static double high(Sample sample) {
    return sample.quantile(0.95);
  }

  private static void spread(
      Graphics2D g,
      Sample angles,
      Color color,
      double left,
      double scale,
      double y,
      boolean square) {
    double x = left + scale * angles.quantile(0.5);
    line(g, color, 1.4f, left + scale * angles.quantile(0.05), y, left + scale * high(angles), y);
    line(
        g,
        color,
        5,
        left + scale * angles.quantile(0.25),
        y,
        left + scale * angles.quantile(0.75),
        y);
    Shape median =
        square
            ? new Rectangle2D.Double(x - 3.5, y - 3.5, 7, 7)
            : new Ellipse2D.Double(x - 4, y - 4, 8, 8);
    g.setColor(Color.WHITE);
    g.fill(median);
    g.setColor(color);
    g.setStroke(new BasicStroke(1.8f));
    g.draw(median);
  }

  private static void line(
      Graphics2D g, Color color, float width, double x1, double y1, double x2, double y2) {
    g.setColor(color);
    g.setStroke(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    g.draw(new Line2D.Double(x1, y1, x2, y2));
  }
}

package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Arc2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Sample;

/**
 * Angles where they are: a half rose from 0° on the right to 180° on the left. A wedge's area, not
 * its radius, is the share of pairs in it, since the eye compares areas.
 */
final class Rose {

  private static final int RADIUS = 250;

  private Rose() {}

  /** With a highest density that is not NaN, the rim is there. */
  static Picture of(Distribution angles, double highest) {
    if (!angles.unit().equals("degrees") || angles.lower() != 0 || angles.upper() != 180) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a rose shows angles from 0 to 180 degrees, got %s in [%s, %s]%s;"
                  + " others are shown by Charts.density",
              angles.quantity(),
              angles.lower(),
              angles.upper(),
              angles.unit().isEmpty() ? "" : " " + angles.unit()));
    }
    String title =
        String.format(
            Locale.ROOT,
            "Angle of %,d pairs of embeddings",
            angles.intra().size() + angles.inter().size());
    double[] within = angles.density(angles.intra());
    double[] between = angles.density(angles.inter());
    double[] common = new double[within.length];
    Arrays.setAll(common, b -> Math.min(within[b], between[b]));
    double reached =
        Math.max(Arrays.stream(within).max().orElse(0), Arrays.stream(between).max().orElse(0));
    if (reached > highest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the highest density is %.4f per degree, got room for %s",
              reached,
              highest));
    }
    double most = Double.isNaN(highest) ? reached : highest;
    List<Canvas.Entry> legend =
        List.of(
            entry("within classes: " + Charts.degrees(angles.intra()), Style.BLUE, 0.3),
            entry("between classes: " + Charts.degrees(angles.inter()), Style.ORANGE, 0.35),
            new Canvas.Entry(
                Style.SHARED,
                Style.SHARED,
                String.format(Locale.ROOT, "overlap: %.3f", angles.overlap())));
    int top = Canvas.titleHeight(title, Style.WIDTH) + 22;
    int height = top + RADIUS + 56 + legend.size() * Canvas.LEGEND_LINE + Canvas.MARGIN;
    Canvas canvas = new Canvas(Style.WIDTH, height);
    canvas.title(title);
    Graphics2D g = canvas.graphics();
    double x = Style.WIDTH / 2.0;
    double y = top + RADIUS;
    grid(canvas, x, y, most);
    for (int i = 0; i < 3; i++) {
      Canvas.Entry entry = legend.get(i == 0 ? 1 : i == 1 ? 0 : 2);
      Path2D petals = petals(i == 0 ? between : i == 1 ? within : common, most, RADIUS, x, y);
      g.setColor(entry.fill());
      g.fill(petals);
      g.setColor(entry.edge());
      g.setStroke(new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      g.draw(petals);
    }
    mean(canvas, angles.inter(), Style.ORANGE, x, y);
    mean(canvas, angles.intra(), Style.BLUE, x, y);
    canvas.legend(legend, y + 56);
    StringBuilder alt = new StringBuilder(title).append(", as a half rose from 0° to 180°");
    legend.forEach(entry -> alt.append("; ").append(entry.text()));
    return canvas.picture(alt.append('.').toString());
  }

  private static Canvas.Entry entry(String text, int color, double alpha) {
    return new Canvas.Entry(Style.color(color, alpha), Style.color(color), text);
  }

  /** Spokes every 30 degrees, rings at round densities. */
  private static void grid(Canvas canvas, double x, double y, double most) {
    Graphics2D g = canvas.graphics();
    g.setStroke(new BasicStroke(1));
    for (int degrees = 0; degrees <= 180; degrees += 10) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      boolean labelled = degrees % 30 == 0;
      g.setColor(labelled ? Style.GRID : Style.FRAME);
      double from = labelled ? 0 : RADIUS - 4;
      g.draw(new Line2D.Double(x + from * cos, y - from * sin, x + RADIUS * cos, y - RADIUS * sin));
      if (labelled) {
        // The farther out to a side, the more of the text is beyond the rim.
        canvas.text(
            degrees + "°",
            x + (RADIUS + 7) * cos,
            y - (RADIUS + 12) * sin - (sin == 0 ? 1 : 0),
            0.5 - 0.5 * cos,
            Canvas.TEXT,
            Style.INK);
      }
    }
    double step = step(most);
    for (int ring = 1; ring * step <= most * (1 + 1e-9); ring++) {
      double r = RADIUS * share(ring * step, most);
      g.setColor(Style.GRID);
      g.draw(new Arc2D.Double(x - r, y - r, 2 * r, 2 * r, 0, 180, Arc2D.OPEN));
      canvas.text(Style.tick(ring * step), x + r, y + 12, 0.5, Canvas.TEXT, Style.INK);
    }
    g.setColor(Style.FRAME);
    g.draw(new Arc2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS, 0, 180, Arc2D.CHORD));
    canvas.text("0", x, y + 12, 0.5, Canvas.TEXT, Style.INK);
    canvas.text(
        "density (per degree); areas are shares of pairs", x, y + 36, 0.5, Canvas.LABEL, Style.INK);
  }

  /** The largest of 1, 2 and 5 times a power of ten of which the most is two or more. */
  private static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most / 2)));
    double times = most / 2 / power;
    return (times >= 5 ? 5 : times >= 2 ? 2 : 1) * power;
  }

  /** Of the radius. */
  private static double share(double density, double most) {
    return 0.97 * Math.sqrt(density / most);
  }

  /** Wedges about a point, the densest one almost as long as the radius. */
  static Path2D petals(double[] density, double most, double radius, double x, double y) {
    Path2D path = new Path2D.Double();
    double width = 180.0 / density.length;
    path.moveTo(x, y);
    for (int b = 0; b < density.length; b++) {
      double r = radius * share(density[b], most);
      path.append(new Arc2D.Double(x - r, y - r, 2 * r, 2 * r, b * width, width, Arc2D.OPEN), true);
    }
    path.closePath();
    return path;
  }

  /** A dashed spoke. */
  private static void mean(Canvas canvas, Sample sample, int color, double x, double y) {
    Graphics2D g = canvas.graphics();
    double radians = Math.toRadians(sample.mean());
    g.setColor(Style.color(color));
    g.setStroke(Style.line(1, 1.6f));
    g.draw(new Line2D.Double(x, y, x + RADIUS * Math.cos(radians), y - RADIUS * Math.sin(radians)));
  }
}

package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import nearfar.evaluation.Embeddings;
import org.jspecify.annotations.Nullable;

/**
 * The unit sphere, seen from far away (an orthographic projection): where losses on angles put
 * features of three entries. What lies on the far half is smaller and fainter.
 */
final class Sphere {

  private static final int HEIGHT = 500;

  /** Of the globe, in pixels of the page, where names leave the room. */
  private static final double LARGEST = 190;

  /** Where a class vector ends, in radii: it stands out of the globe. */
  private static final double TIP = 1.14;

  /** A legend of more entries than this would be taller than its globe. */
  private static final int LONGEST_LEGEND = 20;

  private static final Font SMALL = Style.font(Font.PLAIN, 10);
  private static final Color FAR_INK = new Color(0x77, 0x77, 0x77);
  private static final Color NEAR_GRID = new Color(0xC4, 0xC4, 0xC4);
  private static final Color FAR_GRID = new Color(0xEA, 0xEA, 0xEA);

  private final Canvas canvas;
  private final Graphics2D g;
  private final double x;
  private final double y;
  private final double radius;
  private final double[] right;
  private final double[] up;
  private final double[] towards;

  /** Looks from (cos e cos a, cos e sin a, sin e), with the third feature upwards. */
  private Sphere(
      Canvas canvas, double x, double y, double radius, double azimuth, double elevation) {
    this.canvas = canvas;
    this.g = canvas.graphics();
    this.x = x;
    this.y = y;
    this.radius = radius;
    double a = Math.toRadians(azimuth);
    double e = Math.toRadians(elevation);
    right = new double[] {-Math.sin(a), Math.cos(a), 0};
    up = new double[] {-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)};
    towards = new double[] {Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)};
  }

  static Picture of(
      Embeddings embeddings, double @Nullable [][] classVectors, double azimuth, double elevation) {
    if (embeddings.dimension() != 3) {
      throw new IllegalArgumentException(
          "features are drawn on a sphere: embeddings must have 3 entries, got "
              + embeddings.dimension()
              + "; train with an embedding size of 3");
    }
    if (!Double.isFinite(azimuth) || !(Math.abs(elevation) <= 90)) {
      throw new IllegalArgumentException(
          "the view must have an azimuth that is finite and an elevation in [-90, 90], in degrees,"
              + " got "
              + azimuth
              + " and "
              + elevation);
    }
    List<double[]> vectors = new ArrayList<>();
    for (int j = 0; classVectors != null && j < classVectors.length; j++) {
      vectors.add(direction(classVectors[j], j));
    }
    Embeddings units = embeddings.normalized();
    String title =
        String.format(
            Locale.ROOT,
            "%,d embeddings of %d classes on the unit sphere%s",
            units.size(),
            units.classes(),
            classVectors == null ? "" : ", with class vectors");
    boolean many = vectors.size() > LONGEST_LEGEND;
    IntFunction<String> name =
        many ? Integer::toString : j -> Style.shortened(units.className(j), 7);
    Font font = Style.font(Font.BOLD, many ? 10 : 12);
    double widest = width("feature 3", SMALL);
    for (int j = 0; j < vectors.size(); j++) {
      widest = Math.max(widest, width(name.apply(j), font));
    }
    List<Integer> labels = Arrays.stream(units.labels()).distinct().sorted().boxed().toList();
    double legend = labels.size() > LONGEST_LEGEND ? 0 : legendWidth(units, labels);
    double room = Style.WIDTH - 2.0 * Canvas.MARGIN - legend;
    int top = Canvas.titleHeight(title, Style.WIDTH);
    int bottom = 24 + Canvas.MARGIN;
    double across = (room / 2 - widest - 8) / TIP;
    double down = ((HEIGHT - top - bottom) / 2.0 - 22) / TIP;
    Sphere sphere =
        new Sphere(
            new Canvas(Style.WIDTH, HEIGHT),
            Canvas.MARGIN + room / 2,
            top + (HEIGHT - top - bottom) / 2.0,
            Math.min(LARGEST, Math.min(across, down)),
            azimuth,
            elevation);
    sphere.canvas.title(title);
    sphere.draw(units, vectors, name, font);
    if (legend > 0) {
      sphere.legend(units, labels, Style.WIDTH - Canvas.MARGIN - legend);
    }
    String view =
        "seen from azimuth %s°, elevation %s°"
            .formatted(Style.tick(azimuth), Style.tick(elevation));
    sphere.canvas.text(
        "every embedding at length 1; the far half is faint; " + view,
        Style.WIDTH / 2.0,
        HEIGHT - Canvas.MARGIN - 8,
        0.5,
        Canvas.TEXT,
        Style.INK);
    String classes =
        labels.size() > 12
            ? ""
            : labels.stream().map(units::className).collect(Collectors.joining("; ", "; ", ""));
    return sphere.canvas.picture(title + ", " + view + classes + ".");
  }

  private static double[] direction(double[] vector, int label) {
    if (vector.length != 3) {
      throw new IllegalArgumentException(
          "class vectors must have 3 entries, got " + vector.length + " in row " + label);
    }
    double norm = Math.hypot(Math.hypot(vector[0], vector[1]), vector[2]);
    if (!(norm > 0) || !Double.isFinite(norm)) {
      throw new IllegalArgumentException(
          "the class vector in row " + label + " has no direction: got " + Arrays.toString(vector));
    }
    return new double[] {vector[0] / norm, vector[1] / norm, vector[2] / norm};
  }

  private double screenX(double[] p, double length) {
    return x + radius * length * dot(right, p);
  }

  private double screenY(double[] p, double length) {
    return y - radius * length * dot(up, p);
  }

  private boolean isNear(double[] p) {
    return dot(towards, p) >= 0;
  }

  private static double dot(double[] u, double[] v) {
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  }

  /** From the back to the front: what is near is over what is far. */
  private void draw(Embeddings units, List<double[]> vectors, IntFunction<String> name, Font font) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      order.add(i);
    }
    double[] depth = new double[units.size()];
    Arrays.setAll(depth, i -> dot(towards, units.vector(i)));
    order.sort(Comparator.comparingDouble(i -> depth[i]));
    for (boolean near : new boolean[] {false, true}) {
      graticule(near);
      if (near) {
        g.setColor(Style.FRAME);
        g.setStroke(new BasicStroke(1));
        g.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
      }
      axes(near);
      for (int i : order) {
        if (depth[i] >= 0 == near) {
          point(units.vector(i), units.label(i), near ? 7 : 5, near ? 0.7 : 0.28);
        }
      }
      for (int j = 0; j < vectors.size(); j++) {
        if (isNear(vectors.get(j)) == near) {
          ray(vectors.get(j), j, near);
        }
      }
    }
    // Names last, so that nothing is over one; those that are near choose their places first.
    List<Rectangle2D> taken = new ArrayList<>();
    for (boolean near : new boolean[] {true, false}) {
      for (int j = 0; j < vectors.size(); j++) {
        if (isNear(vectors.get(j)) == near) {
          text(name.apply(j), vectors.get(j), TIP, font, near ? Style.INK : FAR_INK, taken);
        }
      }
    }
    for (int k = 0; k < 3; k++) {
      double[] axis = axis(k);
      text("feature " + (k + 1), axis, 1.08, SMALL, isNear(axis) ? FAR_INK : Style.FRAME, taken);
    }
  }

  /** Circles of equal elevation and half circles of equal azimuth, every 30 degrees. */
  private void graticule(boolean near) {
    g.setColor(near ? NEAR_GRID : FAR_GRID);
    g.setStroke(new BasicStroke(1));
    for (int elevation = -60; elevation <= 60; elevation += 30) {
      for (int azimuth = 0; azimuth < 360; azimuth += 3) {
        piece(at(azimuth, elevation), at(azimuth + 3, elevation), near);
      }
    }
    for (int azimuth = 0; azimuth < 360; azimuth += 30) {
      for (int elevation = -90; elevation < 90; elevation += 3) {
        piece(at(azimuth, elevation), at(azimuth, elevation + 3), near);
      }
    }
  }

  private static double[] at(int azimuth, int elevation) {
    double a = Math.toRadians(azimuth);
    double e = Math.toRadians(elevation);
    return new double[] {Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)};
  }

  private void piece(double[] from, double[] to, boolean near) {
    if (dot(towards, from) + dot(towards, to) >= 0 == near) {
      g.draw(new Line2D.Double(screenX(from, 1), screenY(from, 1), screenX(to, 1), screenY(to, 1)));
    }
  }

  /** Where the axes of the three features leave the globe. */
  private void axes(boolean near) {
    for (int k = 0; k < 3; k++) {
      double[] axis = axis(k);
      if (isNear(axis) == near) {
        g.setColor(near ? Style.FRAME : NEAR_GRID);
        g.setStroke(new BasicStroke(1.2f));
        g.draw(
            new Line2D.Double(
                screenX(axis, 1), screenY(axis, 1), screenX(axis, 1.08), screenY(axis, 1.08)));
      }
    }
  }

  private static double[] axis(int k) {
    double[] axis = new double[3];
    axis[k] = 1;
    return axis;
  }

  private void point(double[] p, int label, int size, double alpha) {
    g.setColor(Style.color(label, alpha));
    Style.marker(label).paint(g, screenX(p, 1), screenY(p, 1), size);
  }

  /** From the origin to beyond the surface, with a ring where it leaves. */
  private void ray(double[] u, int label, boolean near) {
    g.setColor(Style.color(label, near ? 0.45 : 0.3));
    g.setStroke(Style.line(0, 1));
    g.draw(new Line2D.Double(x, y, screenX(u, 1), screenY(u, 1)));
    g.setColor(Style.color(label, near ? 1 : 0.4));
    g.setStroke(Style.line(0, near ? 2.6f : 1.8f));
    g.draw(new Line2D.Double(screenX(u, 1), screenY(u, 1), screenX(u, TIP), screenY(u, TIP)));
    double ring = near ? 5 : 4;
    Ellipse2D mark =
        new Ellipse2D.Double(screenX(u, 1) - ring, screenY(u, 1) - ring, 2 * ring, 2 * ring);
    if (near) {
      g.setColor(Color.WHITE);
      g.fill(mark);
      g.setColor(Style.color(label));
    }
    g.setStroke(Style.line(0, 2));
    g.draw(mark);
  }

  /**
   * A text on a white halo beyond the end of a direction, away from the middle; a little higher or
   * lower where another has been put.
   *
   * @param taken where texts are, to which this one's place is added
   */
  private void text(
      String text,
      double[] direction,
      double length,
      Font font,
      Color color,
      List<Rectangle2D> taken) {
    double rightwards = dot(right, direction);
    double upwards = dot(up, direction);
    double norm = Math.hypot(rightwards, upwards);
    // What points at the eye has its name above.
    double u = norm > 1e-6 ? rightwards / norm : 0;
    double v = norm > 1e-6 ? upwards / norm : 1;
    double wide = width(text, font) / 2;
    double high = font.getSize() / 2.0 + 1;
    double reach = 5 + wide * Math.abs(u) + font.getSize() / 2.0 * Math.abs(v);
    double textX = screenX(direction, length) + reach * u;
    double textY = screenY(direction, length) - reach * v;
    Rectangle2D place = new Rectangle2D.Double();
    for (double shift : new double[] {0, -1, 1, -2, 2}) {
      double middle = textY + 2 * high * shift;
      place.setRect(textX - wide, middle - high, 2 * wide, 2 * high);
      boolean free = taken.stream().noneMatch(place::intersects);
      if (free && Math.abs(middle - y) < TIP * radius + 4 * high) {
        textY = middle;
        break;
      }
    }
    place.setRect(textX - wide, textY - high, 2 * wide, 2 * high);
    taken.add(place);
    TextLayout layout = new TextLayout(text, font, g.getFontRenderContext());
    double base = textY + font.getSize() * 0.36;
    g.setColor(new Color(0xFF, 0xFF, 0xFF, 0xD8));
    g.setStroke(new BasicStroke(3, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(layout.getOutline(AffineTransform.getTranslateInstance(textX - wide, base)));
    canvas.text(text, textX - wide, textY, 0, font, color);
  }

  /** As it is drawn, by fractions of a pixel. */
  private static double width(String text, Font font) {
    return font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth();
  }

  private static double legendWidth(Embeddings units, List<Integer> labels) {
    double widest = 0;
    for (int label : labels) {
      widest = Math.max(widest, width(legendName(units, label), Canvas.TEXT));
    }
    return widest + 20;
  }

  private static String legendName(Embeddings units, int label) {
    return Style.shortened(units.className(label), 14);
  }

  private void legend(Embeddings units, List<Integer> labels, double left) {
    double line = y - (labels.size() - 1) * Canvas.LEGEND_LINE / 2.0;
    for (int label : labels) {
      g.setColor(Style.color(label, 0.7));
      Style.marker(label).paint(g, left + 6, line, 7);
      canvas.text(legendName(units, label), left + 20, line, 0, Canvas.TEXT, Style.INK);
      line += Canvas.LEGEND_LINE;
    }
  }
}

package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import nearfar.data.ImageSet;
import nearfar.evaluation.Embeddings;

/**
 * Where retrieval goes wrong: images beside the nearest of their class and the nearest of another.
 */
final class WrongNeighbours {

  private static final int IMAGE = 84;
  private static final int GAP = 10;
  private static final int CAPTION = 20;

  /** Three images, and room to the next three. */
  private static final int CARD = 3 * (IMAGE + GAP) + 18;

  /** How far apart, in degrees, the nearest of the same class and of another are. */
  private record Query(int image, int own, double ownAngle, int other, double otherAngle) {
    double lead() {
      return otherAngle - ownAngle;
    }
  }

  private WrongNeighbours() {}

  static Picture of(ImageSet images, Embeddings embeddings, int rows) {
    check(images, embeddings, rows);
    List<Query> queries = queries(embeddings);
    if (queries.isEmpty()) {
      throw new IllegalArgumentException(
          "wrong neighbours need a class of two images and another class, got "
              + embeddings.size()
              + " images of "
              + embeddings.classes()
              + " classes");
    }
    long wrong = queries.stream().filter(q -> q.lead() < 0).count();
    String title =
        String.format(
            Locale.ROOT,
            "Nearest neighbour of another class: %,d of %,d images",
            wrong,
            queries.size());
    List<Query> shown =
        queries.stream().sorted(Comparator.comparingDouble(Query::lead)).limit(2L * rows).toList();
    int lines = (shown.size() + 1) / 2;
    int top = Canvas.titleHeight(title, Style.WIDTH);
    int line = IMAGE + CAPTION + 12;
    List<Canvas.Entry> legend =
        List.of(
            new Canvas.Entry(Color.WHITE, Style.FRAME, "image, with its class"),
            new Canvas.Entry(
                Color.WHITE, Style.color(Style.BLUE), "nearest of its class, with their angle"),
            new Canvas.Entry(
                Color.WHITE,
                Style.color(Style.ORANGE),
                "nearest of another class, with their angle"));
    int height = top + lines * line + legend.size() * Canvas.LEGEND_LINE + 8 + Canvas.MARGIN;
    Canvas canvas = new Canvas(Style.WIDTH, height);
    canvas.title(title);
    canvas
        .graphics()
        .setRenderingHint(
            RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    double left = (Style.WIDTH - 2 * CARD + 18 + GAP) / 2.0;
    for (int i = 0; i < shown.size(); i++) {
      Query q = shown.get(i);
      double x = left + i % 2 * CARD;
      double y = top + i / 2 * line;
      String name = images.classNames().get(images.label(q.image()));
      draw(canvas, images, q.image(), name, Style.FRAME, x, y);
      x += IMAGE + GAP;
      draw(canvas, images, q.own(), degrees(q.ownAngle()), Style.color(Style.BLUE), x, y);
      x += IMAGE + GAP;
      draw(canvas, images, q.other(), degrees(q.otherAngle()), Style.color(Style.ORANGE), x, y);
    }
    canvas.legend(legend, top + lines * line + 8.0);
    Query worst = shown.get(0);
    return canvas.picture(
        String.format(
            Locale.ROOT,
            "%s. Of the %d shown, the first is of %s: %s from its class, %s from %s.",
            title,
            shown.size(),
            images.classNames().get(images.label(worst.image())),
            degrees(worst.ownAngle()),
            degrees(worst.otherAngle()),
            images.classNames().get(images.label(worst.other()))));
  }

  private static void check(ImageSet images, Embeddings embeddings, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("there must be a row or more, got " + rows);
    }
    if (images.size() != embeddings.size()) {
      throw new IllegalArgumentException(
          "there must be an embedding for each of the "
              + images.size()
              + " images, got "
              + embeddings.size());
    }
    for (int i = 0; i < images.size(); i++) {
      if (images.label(i) != embeddings.label(i)) {
        throw new IllegalArgumentException(
            "embeddings must be in the order of the images: at position "
                + i
                + " the labels are "
                + embeddings.label(i)
                + " and "
                + images.label(i));
      }
    }
  }

  /** Images that have one of their class and one of another; the first among equally near ones. */
  private static List<Query> queries(Embeddings embeddings) {
    double[][] units = embeddings.normalized().vectors();
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < units.length; i++) {
      int own = -1;
      int other = -1;
      double ownAngle = Double.POSITIVE_INFINITY;
      double otherAngle = Double.POSITIVE_INFINITY;
      for (int j = 0; j < units.length; j++) {
        if (j == i) {
          continue;
        }
        double angle = angle(units[i], units[j]);
        if (embeddings.label(i) == embeddings.label(j)) {
          if (angle < ownAngle) {
            ownAngle = angle;
            own = j;
          }
        } else if (angle < otherAngle) {
          otherAngle = angle;
          other = j;
        }
      }
      if (own >= 0 && other >= 0) {
        queries.add(new Query(i, own, ownAngle, other, otherAngle));
      }
    }
    return queries;
  }

  /** 2·atan2(|u − v|, |u + v|) in degrees, as for all angles here. */
  private static double angle(double[] u, double[] v) {
    double near = 0;
    double far = 0;
    for (int k = 0; k < u.length; k++) {
      near += (u[k] - v[k]) * (u[k] - v[k]);
      far += (u[k] + v[k]) * (u[k] + v[k]);
    }
    return Math.toDegrees(2 * Math.atan2(Math.sqrt(near), Math.sqrt(far)));
  }

  private static String degrees(double angle) {
    return String.format(Locale.ROOT, "%.1f°", angle);
  }

  private static void draw(
      Canvas canvas, ImageSet images, int image, String caption, Color frame, double x, double y) {
    Graphics2D g = canvas.graphics();
    double scale = IMAGE / (double) Math.max(images.width(), images.height());
    double width = scale * images.width();
    double height = scale * images.height();
    Rectangle2D place =
        new Rectangle2D.Double(x + (IMAGE - width) / 2, y + (IMAGE - height) / 2, width, height);
    g.drawImage(
        images.image(image),
        (int) place.getX(),
        (int) place.getY(),
        (int) Math.round(width),
        (int) Math.round(height),
        null);
    g.setColor(frame);
    g.setStroke(new BasicStroke(2.5f));
    g.draw(place);
    int letters = caption.length();
    while (letters > 1
        && Style.width(Style.shortened(caption, letters), Canvas.TEXT) > IMAGE + GAP - 2) {
      letters--;
    }
    canvas.text(
        Style.shortened(caption, letters),
        x + IMAGE / 2.0,
        y + IMAGE + CAPTION / 2.0 + 2,
        0.5,
        Canvas.TEXT,
        Style.INK);
  }
}

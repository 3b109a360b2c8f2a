package nearfar.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An anchor, a positive and a negative before and after, on the same axes. */
final class BeforeAfter {

  private static final int WIDTH = 250;
  private static final int HEIGHT = 250;
  private static final Rectangle2D PLOT = new Rectangle2D.Double(8, 54, 234, 188);
  private static final double ROOM = 22;
  private static final String[] LETTERS = {"a", "p", "n"};
  private static final Color[] COLORS = {
    Style.INK, Style.color(Style.BLUE), Style.color(Style.ORANGE)
  };

  private BeforeAfter() {}

  static PanelFigure of(double[][] before, double[][] after) {
    check("before", before);
    check("after", after);
    double[] low = new double[2];
    double[] high = new double[2];
    for (int k = 0; k < 2; k++) {
      int entry = k;
      double[] all =
          Stream.of(before, after).flatMap(Arrays::stream).mapToDouble(p -> p[entry]).toArray();
      low[k] = Arrays.stream(all).min().orElse(0);
      high[k] = Arrays.stream(all).max().orElse(1);
    }
    double scale =
        Math.min(
            (PLOT.getWidth() - 2 * ROOM) / Math.max(high[0] - low[0], 1e-9),
            (PLOT.getHeight() - 2 * ROOM) / Math.max(high[1] - low[1], 1e-9));
    double[] middle = {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2};
    double[][] was = placed(before, middle, scale);
    double[][] is = placed(after, middle, scale);
    List<String> texts = List.of(words("Before", before), words("After", after));
    return PanelFigure.of(
        "A triplet before and after",
        List.of(
            "Anchor a, positive p of its class, negative n of another; Euclidean distances, the"
                + " same axes."),
        List.of(List.of(panel("Before", before, was, null), panel("After", after, is, was))),
        texts,
        "A triplet before and after. " + String.join(" ", texts));
  }

  private static void check(String when, double[][] points) {
    if (points.length != 3
        || Arrays.stream(points)
            .anyMatch(p -> p.length != 2 || !Arrays.stream(p).allMatch(Double::isFinite))) {
      throw new IllegalArgumentException(
          "there must be an anchor, a positive and a negative of 2 finite entries "
              + when
              + ", got "
              + Arrays.deepToString(points));
    }
  }

  private static double[][] placed(double[][] points, double[] middle, double scale) {
    return Arrays.stream(points)
        .map(
            p ->
                new double[] {
                  PLOT.getCenterX() + scale * (p[0] - middle[0]),
                  PLOT.getCenterY() - scale * (p[1] - middle[1])
                })
        .toArray(double[][]::new);
  }

  private static double distance(double[][] points, int to) {
    return Math.hypot(points[to][0] - points[0][0], points[to][1] - points[0][1]);
  }

  private static String words(String when, double[][] points) {
    return String.format(
        Locale.ROOT,
        "%s: from the anchor to the positive %s, to the negative %s.",
        when,
        Charts.digits(distance(points, 1)),
        Charts.digits(distance(points, 2)));
  }

  private static Drawing panel(
      String when, double[][] points, double[][] at, double @Nullable [][] was) {
    Drawing paper = new Drawing(WIDTH, HEIGHT);
    paper.text(when, 8, 10, 0, Style.font(Font.BOLD, 13), Style.INK);
    for (int i = 1; i < 3; i++) {
      double x = i == 1 ? 8 : 126;
      paper.fill(new Rectangle2D.Double(x, 25, 10, 10), COLORS[i]);
      String text = "a → " + LETTERS[i] + " " + Charts.digits(distance(points, i));
      paper.text(text, x + 15, 30, 0, Canvas.TEXT, Style.INK);
    }
    paper.line(PLOT, Style.FRAME, 1);
    for (int i = 0; was != null && i < 3; i++) {
      paper.line(new Line2D.Double(was[i][0], was[i][1], at[i][0], at[i][1]), Style.FRAME, 1, 2, 2);
      paper.line(disc(was[i], 4), Style.FRAME, 1.2f);
    }
    arrow(paper, at[0], at[1], COLORS[1]);
    arrow(paper, at[0], at[2], COLORS[2], 6, 3);
    double[] mean = {(at[0][0] + at[1][0] + at[2][0]) / 3, (at[0][1] + at[1][1] + at[2][1]) / 3};
    for (int i = 0; i < 3; i++) {
      paper.fill(disc(at[i], 5), COLORS[i]);
      double away = Math.max(Math.hypot(at[i][0] - mean[0], at[i][1] - mean[1]), 1e-9);
      double x = at[i][0] + 14 * (at[i][0] - mean[0]) / away;
      double y = at[i][1] + 14 * (at[i][1] - mean[1]) / away;
      paper.text(LETTERS[i], x, y, 0.5, Style.font(Font.BOLD, 13), Style.INK);
    }
    return paper;
  }

  private static Ellipse2D disc(double[] at, double radius) {
    return new Ellipse2D.Double(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius);
  }

  /** From disc to disc; none where they touch. */
  private static void arrow(
      Drawing paper, double[] from, double[] to, Color color, float... dashes) {
    double length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length < 18) {
      return;
    }
    double ux = (to[0] - from[0]) / length;
    double uy = (to[1] - from[1]) / length;
    double x = to[0] - 6 * ux;
    double y = to[1] - 6 * uy;
    paper.line(
        new Line2D.Double(from[0] + 6 * ux, from[1] + 6 * uy, x - 6 * ux, y - 6 * uy),
        color,
        2,
        dashes);
    Path2D head = new Path2D.Double();
    head.moveTo(x, y);
    head.lineTo(x - 9 * ux - 4 * uy, y - 9 * uy + 4 * ux);
    head.lineTo(x - 9 * ux + 4 * uy, y - 9 * uy - 4 * ux);
    head.closePath();
    paper.fill(head, color);
  }
}

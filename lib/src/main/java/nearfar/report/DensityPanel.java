package nearfar.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleFunction;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Sample;

/**
 * A small density within and between classes, with its means and its overlap in words: one of
 * several on equal axes.
 *
 * @param title above the panel
 * @param distribution on the grid that all panels of the row have
 * @param unit the figure that is shown as 1
 * @param step between ticks, in that unit
 * @param top the density, per one of that unit, at the upper end of the axis
 * @param figure how a figure is written, and a tick
 */
record DensityPanel(
    String title,
    Distribution distribution,
    double unit,
    double step,
    double top,
    DoubleFunction<String> figure,
    DoubleFunction<String> tick) {

  static final int WIDTH = 250;
  static final int HEIGHT = 182;

  private static final Font BOLD = Style.font(Font.BOLD, 12);
  private static final Color NEAR = Style.color(Style.BLUE);
  private static final Color FAR = Style.color(Style.ORANGE);
  private static final Color NEAR_AREA = Style.color(Style.BLUE, 0.3);
  private static final Color FAR_AREA = Style.color(Style.ORANGE, 0.35);
  private static final double LEFT = 44;
  private static final double RIGHT = WIDTH - 18.0;
  private static final double UP = 56;
  private static final double DOWN = HEIGHT - 20.0;

  /** The highest density of a distribution, per one of this unit. */
  static double highest(Distribution d, double unit) {
    return unit
        * Math.max(
            Arrays.stream(d.density(d.intra())).max().orElse(0),
            Arrays.stream(d.density(d.inter())).max().orElse(0));
  }

  /** Such as "mean within classes 12.3°, between classes 80.1°, overlap 0.041". */
  String words() {
    return String.format(
        Locale.ROOT,
        "mean within classes %s, between classes %s, overlap %.3f",
        figure.apply(distribution.intra().mean() / unit),
        figure.apply(distribution.inter().mean() / unit),
        distribution.overlap());
  }

  Drawing drawing() {
    Drawing paper = new Drawing(WIDTH, HEIGHT);
    paper.text(title, 8, 10, 0, BOLD, Style.INK);
    key(paper, 8, 27, "within " + figure.apply(distribution.intra().mean() / unit), NEAR);
    key(paper, 122, 27, "between " + figure.apply(distribution.inter().mean() / unit), FAR);
    String overlap = String.format(Locale.ROOT, "overlap %.3f", distribution.overlap());
    key(paper, 8, 43, overlap, FAR_AREA, NEAR_AREA, Style.SHARED);
    grid(paper);
    double[] within = distribution.density(distribution.intra());
    double[] between = distribution.density(distribution.inter());
    double[] common = new double[within.length];
    Arrays.setAll(common, b -> Math.min(within[b], between[b]));
    steps(paper, between, FAR_AREA, FAR);
    steps(paper, within, NEAR_AREA, NEAR);
    steps(paper, common, Style.SHARED, Style.SHARED);
    mean(paper, distribution.inter(), FAR);
    mean(paper, distribution.intra(), NEAR);
    paper.line(new Line2D.Double(LEFT, DOWN, RIGHT, DOWN), Style.FRAME, 1);
    cut(paper, within, between);
    return paper;
  }

  /** A square in colours that lie over each other, and a text beside it. */
  private static void key(Drawing paper, double x, double y, String text, Color... colors) {
    for (Color color : colors) {
      paper.fill(new Rectangle2D.Double(x, y - 5, 10, 10), color);
    }
    paper.text(text, x + 15, y, 0, Canvas.TEXT, Style.INK);
  }

  private double x(double value) {
    return LEFT + (RIGHT - LEFT) * value / distribution.upper();
  }

  private double y(double density) {
    return DOWN - (DOWN - UP) * Math.min(1, density / top);
  }

  private void grid(Drawing paper) {
    double upper = distribution.upper() / unit;
    for (int i = 0; i * step <= upper * (1 + 1e-9); i++) {
      double x = x(i * step * unit);
      paper.line(new Line2D.Double(x, UP, x, DOWN + 3), Style.GRID, 1);
      paper.text(tick.apply(i * step), x, DOWN + 12, 0.5, Canvas.TEXT, Style.INK);
    }
    double apart = apart(top / 2.2);
    for (int i = 0; i * apart <= top; i++) {
      double y = y(i * apart);
      paper.line(new Line2D.Double(LEFT - 3, y, RIGHT, y), Style.GRID, 1);
      paper.text(Style.tick(i * apart), LEFT - 5, y, 1, Canvas.TEXT, Style.INK);
    }
  }

  /** 1, 2 or 5 times a power of ten, this or the next below. */
  private static double apart(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most)));
    return power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
  }

  /** Filled, with an outline where there is something. */
  private void steps(Drawing paper, double[] density, Color fill, Color edge) {
    double[] edges = distribution.edges();
    int first = 0;
    int end = density.length;
    while (first < end && density[first] == 0) {
      first++;
    }
    while (end > first && density[end - 1] == 0) {
      end--;
    }
    if (first == end) {
      return;
    }
    Path2D path = new Path2D.Double();
    path.moveTo(x(edges[first]), DOWN);
    for (int b = first; b < end; b++) {
      if (b == first || density[b] != density[b - 1]) {
        path.lineTo(x(edges[b]), y(unit * density[b]));
      }
      if (b + 1 == end || density[b] != density[b + 1]) {
        path.lineTo(x(edges[b + 1]), y(unit * density[b]));
      }
    }
    path.lineTo(x(edges[end]), DOWN);
    paper.fill(path, fill);
    paper.line(path, edge, 1.4f);
  }

  private void mean(Drawing paper, Sample sample, Color color) {
    double x = x(sample.mean());
    paper.line(new Line2D.Double(x, UP, x, DOWN), color, 1.6f, 5, 3);
  }

  /** Where a peak goes on beyond the axis, how high it is. */
  private void cut(Drawing paper, double[]... densities) {
    double[] highest = {0, 0};
    for (double[] density : densities) {
      for (int b = 0; b < density.length; b++) {
        if (unit * density[b] > highest[1]) {
          highest = new double[] {b, unit * density[b]};
        }
      }
    }
    if (highest[1] <= top * (1 + 1e-9)) {
      return;
    }
    double[] edges = distribution.edges();
    double middle = (x(edges[(int) highest[0]]) + x(edges[(int) highest[0] + 1])) / 2;
    String text = "↑ " + Charts.digits(highest[1]);
    double width = Style.width(text, Canvas.TEXT);
    boolean right = middle + 8 + width < RIGHT;
    double from = right ? middle + 5 : middle - 9 - width;
    paper.fill(new Rectangle2D.Double(from, UP, width + 4, 15), Color.WHITE);
    paper.text(text, from + 2, UP + 8, 0, Canvas.TEXT, Style.INK);
  }
}

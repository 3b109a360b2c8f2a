package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Sample;
import org.jspecify.annotations.Nullable;

/**
 * Several networks' features of two entries side by side, each above the half rose of its angles:
 * one picture in which losses are compared.
 */
final class Overview {

  private static final int COLUMN = 230;

  /** Of the disc of features, and of the half rose. */
  private static final double DISC = 84;

  private static final double ROSE = 96;

  private static final Font NUMBER = Style.font(Font.BOLD, 11);
  private static final Font SMALL = Style.font(Font.PLAIN, 11);

  private final Canvas canvas;
  private final Graphics2D g;

  private Overview(Canvas canvas) {
    this.canvas = canvas;
    this.g = canvas.graphics();
  }

  /** With a highest density that is not NaN, the roses' rims are there. */
  static Picture of(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors, double highest) {
    if (features.isEmpty()) {
      throw new IllegalArgumentException("an overview needs embeddings, got none");
    }
    for (String name : classVectors.keySet()) {
      if (!features.containsKey(name)) {
        throw new IllegalArgumentException(
            "class vectors must belong to features, got \""
                + name
                + "\" beside "
                + features.keySet());
      }
    }
    Map<String, Distribution> angles = new LinkedHashMap<>();
    double reached = 0;
    for (Map.Entry<String, Embeddings> entry : features.entrySet()) {
      if (entry.getValue().dimension() != 2) {
        throw new IllegalArgumentException(
            "features are drawn on a plane: embeddings must have 2 entries, got "
                + entry.getValue().dimension()
                + " for \""
                + entry.getKey()
                + "\"");
      }
      Distribution d = Angles.of(entry.getValue());
      angles.put(entry.getKey(), d);
      reached = Math.max(reached, highest(d));
    }
    if (reached > highest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the highest density is %.4f per degree, got room for %s",
              reached,
              highest));
    }
    double most = Double.isNaN(highest) ? reached : highest;
    int width = 2 * Canvas.MARGIN + COLUMN * features.size();
    int headers = 0;
    for (String name : features.keySet()) {
      headers = Math.max(headers, Style.broken(name, Canvas.TITLE, COLUMN - 16.0).size());
    }
    Embeddings first = features.values().iterator().next();
    List<Integer> labels =
        features.values().stream()
            .flatMapToInt(e -> Arrays.stream(e.labels()))
            .distinct()
            .sorted()
            .boxed()
            .toList();
    List<String> names =
        labels.stream().map(j -> j + ": " + Style.shortened(first.className(j), 14)).toList();
    double disc = Canvas.MARGIN + 20.0 * headers + 34 + DISC;
    double rose = disc + DISC + 66 + ROSE;
    double figures = rose + 30;
    double legend = figures + 3 * Canvas.LEGEND_LINE + 14;
    int height =
        (int) (legend + (lines(names, width) + 3.0) * Canvas.LEGEND_LINE + 6 + Canvas.MARGIN);
    Overview overview = new Overview(new Canvas(width, height));
    StringBuilder alt = new StringBuilder("Features and angles side by side");
    int column = 0;
    for (Map.Entry<String, Embeddings> entry : features.entrySet()) {
      double x = Canvas.MARGIN + COLUMN * (column++ + 0.5);
      Distribution d = angles.getOrDefault(entry.getKey(), Angles.of(entry.getValue()));
      double y = Canvas.MARGIN + 10;
      for (String line : Style.broken(entry.getKey(), Canvas.TITLE, COLUMN - 16.0)) {
        overview.canvas.text(line, x, y, 0.5, Canvas.TITLE, Style.INK);
        y += 20;
      }
      overview.features(entry.getValue(), classVectors.get(entry.getKey()), x, disc);
      overview.rose(d, most, x, rose);
      List<String> texts =
          List.of(
              String.format(Locale.ROOT, "within classes: mean %.0f°", d.intra().mean()),
              String.format(Locale.ROOT, "between classes: mean %.0f°", d.inter().mean()),
              String.format(Locale.ROOT, "overlap: %.2f", d.overlap()));
      for (int i = 0; i < 3; i++) {
        overview.canvas.text(
            texts.get(i), x, figures + Canvas.LEGEND_LINE * (i + 0.5), 0.5, Canvas.TEXT, Style.INK);
      }
      alt.append("; ").append(entry.getKey()).append(": ").append(String.join(", ", texts));
    }
    overview.legend(names, labels, width, legend);
    return overview.canvas.picture(alt.append('.').toString());
  }

  private static double highest(Distribution d) {
    return Math.max(
        Arrays.stream(d.density(d.intra())).max().orElse(0),
        Arrays.stream(d.density(d.inter())).max().orElse(0));
  }

  /** A disc to the farthest embedding, with numbers of classes at their vectors or their means. */
  private void features(
      Embeddings embeddings, double @Nullable [][] classVectors, double x, double y) {
    double reach = 0;
    Map<Integer, double[]> means = new TreeMap<>();
    for (int i = 0; i < embeddings.size(); i++) {
      double[] p = embeddings.vector(i);
      double length = Math.hypot(p[0], p[1]);
      reach = Math.max(reach, length);
      double[] mean = means.computeIfAbsent(embeddings.label(i), label -> new double[2]);
      mean[0] += p[0] / length;
      mean[1] += p[1] / length;
    }
    g.setColor(Style.GRID);
    g.setStroke(new BasicStroke(1));
    g.draw(new Ellipse2D.Double(x - DISC, y - DISC, 2 * DISC, 2 * DISC));
    g.draw(new Line2D.Double(x - DISC, y, x + DISC, y));
    g.draw(new Line2D.Double(x, y - DISC, x, y + DISC));
    for (int i = 0; i < embeddings.size(); i++) {
      double[] p = embeddings.vector(i);
      g.setColor(Style.color(embeddings.label(i), 0.6));
      Style.marker(embeddings.label(i))
          .paint(g, x + DISC * p[0] / reach, y - DISC * p[1] / reach, 5);
    }
    Map<Integer, double[]> ends = means;
    if (classVectors != null) {
      ends = new TreeMap<>();
      for (int j = 0; j < classVectors.length; j++) {
        double[] u = Planes.direction(classVectors[j], j);
        g.setColor(Style.color(j));
        g.setStroke(Style.line(0, 1.6f));
        g.draw(new Line2D.Double(x, y, x + DISC * u[0], y - DISC * u[1]));
        ends.put(j, u);
      }
    }
    numbers(ends, x, y);
    String rim = "rim: length " + Charts.digits(reach);
    canvas.text(rim, x, y + DISC + 36, 0.5, SMALL, Style.INK);
  }

  /**
   * Just outside the disc, farther out where another is in the way; a class whose directions cancel
   * each other has no place.
   */
  private void numbers(Map<Integer, double[]> directions, double x, double y) {
    List<double[]> taken = new ArrayList<>();
    directions.forEach(
        (label, direction) -> {
          double length = Math.hypot(direction[0], direction[1]);
          if (length < 1e-9) {
            return;
          }
          double[] at = new double[2];
          for (double r = DISC + 9; r < DISC + 30; r += 10) {
            at[0] = x + r / length * direction[0];
            at[1] = y - r / length * direction[1];
            if (taken.stream().allMatch(p -> Math.hypot(p[0] - at[0], p[1] - at[1]) > 10)) {
              break;
            }
          }
          taken.add(at);
          canvas.text(Integer.toString(label), at[0], at[1], 0.5, NUMBER, Style.INK);
        });
  }

  private void rose(Distribution d, double most, double x, double y) {
    g.setStroke(new BasicStroke(1));
    for (int degrees = 0; degrees <= 180; degrees += 30) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      g.setColor(Style.GRID);
      g.draw(new Line2D.Double(x, y, x + ROSE * cos, y - ROSE * sin));
    }
    g.setColor(Style.FRAME);
    g.draw(new Arc2D.Double(x - ROSE, y - ROSE, 2 * ROSE, 2 * ROSE, 0, 180, Arc2D.CHORD));
    canvas.text("0°", x + ROSE, y + 11, 0.5, SMALL, Style.INK);
    canvas.text("90°", x, y - ROSE - 9, 0.5, SMALL, Style.INK);
    canvas.text("180°", x - ROSE, y + 11, 0.5, SMALL, Style.INK);
    double[] within = d.density(d.intra());
    double[] between = d.density(d.inter());
    double[] common = new double[within.length];
    Arrays.setAll(common, b -> Math.min(within[b], between[b]));
    List<Canvas.Entry> entries = entries();
    double[][] drawn = {between, within, common};
    int[] entry = {1, 0, 2};
    for (int i = 0; i < 3; i++) {
      Path2D petals = Rose.petals(drawn[i], most, ROSE, x, y);
      g.setColor(entries.get(entry[i]).fill());
      g.fill(petals);
      g.setColor(entries.get(entry[i]).edge());
      g.setStroke(new BasicStroke(1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      g.draw(petals);
    }
    spoke(d.inter(), Style.ORANGE, x, y);
    spoke(d.intra(), Style.BLUE, x, y);
  }

  private void spoke(Sample sample, int color, double x, double y) {
    double radians = Math.toRadians(sample.mean());
    g.setColor(Style.color(color));
    g.setStroke(Style.line(1, 1.4f));
    g.draw(new Line2D.Double(x, y, x + ROSE * Math.cos(radians), y - ROSE * Math.sin(radians)));
  }

  private static List<Canvas.Entry> entries() {
    return List.of(
        new Canvas.Entry(
            Style.color(Style.BLUE, 0.3), Style.color(Style.BLUE), "angles within a class"),
        new Canvas.Entry(
            Style.color(Style.ORANGE, 0.35), Style.color(Style.ORANGE), "angles between classes"),
        new Canvas.Entry(Style.SHARED, Style.SHARED, "both (areas are shares of pairs)"));
  }

  /** Classes in a grid, then what the roses' colours are, all in the middle. */
  private void legend(List<String> names, List<Integer> labels, int width, double top) {
    double cell = cell(names);
    int across = across(names, width);
    double y = top + Canvas.LEGEND_LINE / 2.0;
    for (int i = 0; i < names.size(); i++) {
      int line = i / across;
      int inLine = Math.min(across, names.size() - line * across);
      double x = (width - inLine * cell) / 2 + i % across * cell;
      double middle = y + line * (double) Canvas.LEGEND_LINE;
      g.setColor(Style.color(labels.get(i), 0.7));
      Style.marker(labels.get(i)).paint(g, x + 6, middle, 7);
      canvas.text(names.get(i), x + 16, middle, 0, Canvas.TEXT, Style.INK);
    }
    canvas.legend(entries(), top + (double) lines(names, width) * Canvas.LEGEND_LINE + 6);
  }

  private static double cell(List<String> names) {
    double widest = 0;
    for (String name : names) {
      widest = Math.max(widest, Style.width(name, Canvas.TEXT));
    }
    return 34 + 1.06 * widest;
  }

  private static int across(List<String> names, int width) {
    return (int) Math.max(1, (width - 2 * Canvas.MARGIN) / cell(names));
  }

  private static int lines(List<String> names, int width) {
    return (names.size() + across(names, width) - 1) / across(names, width);
  }
}

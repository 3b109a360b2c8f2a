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
import java.util.Collection;
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

  /**
   * How large a column is, and what is in it.
   *
   * @param column its width
   * @param disc the radius of the disc of features
   * @param rose that of the half rose
   * @param text size of letters below the rose
   * @param small size of other letters
   * @param words what is said of angles within classes, between them, and of their overlap
   */
  private record Layout(
      int column, double disc, double rose, int text, int small, List<String> words) {

    /** How far down the middles of disc and rose and the figures are, below so many lines. */
    double discAt(int headers) {
      return 20.0 * headers + 34 + disc;
    }

    double roseAt(int headers) {
      return discAt(headers) + disc + 66 + rose;
    }

    double figuresAt(int headers) {
      return roseAt(headers) + 30;
    }
  }

  private static final Layout WIDE =
      new Layout(
          230,
          84,
          96,
          12,
          11,
          List.of("within classes: mean %.0f°", "between classes: mean %.0f°", "overlap: %.2f"));

  /** Two of them are beside each other on a telephone, with letters of 11 pixels. */
  private static final Layout NARROW =
      new Layout(
          190,
          62,
          74,
          13,
          13,
          List.of("within: mean %.0f°", "between: mean %.0f°", "overlap: %.2f"));

  private final Canvas canvas;
  private final Graphics2D g;
  private final Layout layout;
  private final Font small;
  private final Font number;

  private Overview(Canvas canvas, Layout layout) {
    this.canvas = canvas;
    this.g = canvas.graphics();
    this.layout = layout;
    this.small = Style.font(Font.PLAIN, layout.small());
    this.number = Style.font(Font.BOLD, layout.small());
  }

  /** With a highest density that is not NaN, the roses' rims are there. */
  static Picture of(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors, double highest) {
    Map<String, Distribution> angles = angles(features, classVectors);
    double reached = angles.values().stream().mapToDouble(Overview::highest).max().orElse(0);
    if (reached > highest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the highest density is %.4f per degree, got room for %s",
              reached,
              highest));
    }
    double most = Double.isNaN(highest) ? reached : highest;
    int width = 2 * Canvas.MARGIN + WIDE.column() * features.size();
    int headers = headers(features.keySet(), WIDE);
    ClassLegend classes = ClassLegend.of(features.values());
    double legend = Canvas.MARGIN + WIDE.figuresAt(headers) + 3 * Canvas.LEGEND_LINE + 14;
    int height =
        (int) (legend + (classes.lines(width) + 3.0) * Canvas.LEGEND_LINE + 6 + Canvas.MARGIN);
    Overview overview = new Overview(new Canvas(width, height), WIDE);
    StringBuilder alt = new StringBuilder("Features and angles side by side");
    int column = 0;
    for (Map.Entry<String, Embeddings> entry : features.entrySet()) {
      String name = entry.getKey();
      double x = Canvas.MARGIN + WIDE.column() * (column++ + 0.5);
      Distribution d = angles.getOrDefault(name, Angles.of(entry.getValue()));
      overview.column(
          name, headers, entry.getValue(), classVectors.get(name), d, most, x, Canvas.MARGIN);
      alt.append("; ").append(name).append(": ").append(String.join(", ", words(d, WIDE)));
    }
    overview.legend(classes, width, legend);
    return overview.canvas.picture(alt.append('.').toString());
  }

  /** A row for each set of images, all on one scale, and the legend below them. */
  static PanelFigure rows(
      Map<String, Map<String, Embeddings>> sets, Map<String, double[][]> classVectors) {
    double most = 0;
    List<String> columns = List.of();
    for (Map.Entry<String, Map<String, Embeddings>> set : sets.entrySet()) {
      Map<String, Distribution> row = angles(set.getValue(), classVectors);
      most = Math.max(most, row.values().stream().mapToDouble(Overview::highest).max().orElse(0));
      if (!columns.isEmpty() && !columns.equals(List.copyOf(row.keySet()))) {
        throw new IllegalArgumentException(
            "both rows must be of the same networks, got " + columns + " and " + row.keySet());
      }
      columns = List.copyOf(row.keySet());
    }
    int headers = headers(columns, NARROW);
    int height = (int) (NARROW.figuresAt(headers) + 3 * Canvas.LEGEND_LINE + 8);
    List<List<Picture>> rows = new ArrayList<>();
    StringBuilder alt = new StringBuilder("Features and angles side by side");
    for (Map.Entry<String, Map<String, Embeddings>> set : sets.entrySet()) {
      List<Picture> row = new ArrayList<>();
      for (Map.Entry<String, Embeddings> entry : set.getValue().entrySet()) {
        String name = entry.getKey();
        Distribution d = Angles.of(entry.getValue());
        Overview panel = new Overview(new Canvas(NARROW.column(), height), NARROW);
        panel.column(
            name,
            headers,
            entry.getValue(),
            classVectors.get(name),
            d,
            most,
            NARROW.column() / 2.0,
            0);
        String text = name + ", " + set.getKey() + ": " + String.join(", ", words(d, WIDE));
        alt.append("; ").append(text);
        row.add(panel.canvas.picture(text + "."));
      }
      rows.add(row);
    }
    Map<String, Embeddings> first = sets.values().iterator().next();
    ClassLegend classes = ClassLegend.of(first.values());
    int width = 330;
    int tall = (int) ((classes.lines(width) + 3.0) * Canvas.LEGEND_LINE + 12);
    Overview legend = new Overview(new Canvas(width, tall), NARROW);
    legend.legend(classes, width, 2);
    rows.add(List.of(legend.canvas.picture(classes.words())));
    List<String> headings = new ArrayList<>();
    sets.keySet().forEach(name -> headings.add(Charts.capitalized(name)));
    headings.add("");
    return PanelFigure.of("", headings, rows, 0.86, alt.append('.').toString());
  }

  private static Map<String, Distribution> angles(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors) {
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
    for (Map.Entry<String, Embeddings> entry : features.entrySet()) {
      if (entry.getValue().dimension() != 2) {
        throw new IllegalArgumentException(
            "features are drawn on a plane: embeddings must have 2 entries, got "
                + entry.getValue().dimension()
                + " for \""
                + entry.getKey()
                + "\"");
      }
      angles.put(entry.getKey(), Angles.of(entry.getValue()));
    }
    return angles;
  }

  private static int headers(Collection<String> names, Layout layout) {
    return names.stream()
        .mapToInt(name -> Style.broken(name, Canvas.TITLE, layout.column() - 16.0).size())
        .max()
        .orElse(0);
  }

  private static List<String> words(Distribution d, Layout layout) {
    return List.of(
        String.format(Locale.ROOT, layout.words().get(0), d.intra().mean()),
        String.format(Locale.ROOT, layout.words().get(1), d.inter().mean()),
        String.format(Locale.ROOT, layout.words().get(2), d.overlap()));
  }

  /**
   * A network's name, its features, its angles and their figures, about x and from the top down.
   */
  private void column(
      String name,
      int headers,
      Embeddings embeddings,
      double @Nullable [][] classVectors,
      Distribution d,
      double most,
      double x,
      double top) {
    double y = top + 10;
    for (String line : Style.broken(name, Canvas.TITLE, layout.column() - 16.0)) {
      canvas.text(line, x, y, 0.5, Canvas.TITLE, Style.INK);
      y += 20;
    }
    features(embeddings, classVectors, x, top + layout.discAt(headers));
    rose(d, most, x, top + layout.roseAt(headers));
    double figures = top + layout.figuresAt(headers) + Canvas.LEGEND_LINE / 2.0;
    for (String line : words(d, layout)) {
      canvas.text(line, x, figures, 0.5, Style.font(Font.PLAIN, layout.text()), Style.INK);
      figures += Canvas.LEGEND_LINE;
    }
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
    g.draw(
        new Ellipse2D.Double(
            x - layout.disc(), y - layout.disc(), 2 * layout.disc(), 2 * layout.disc()));
    g.draw(new Line2D.Double(x - layout.disc(), y, x + layout.disc(), y));
    g.draw(new Line2D.Double(x, y - layout.disc(), x, y + layout.disc()));
    for (int i = 0; i < embeddings.size(); i++) {
      double[] p = embeddings.vector(i);
      g.setColor(Style.color(embeddings.label(i), 0.6));
      Style.marker(embeddings.label(i))
          .paint(g, x + layout.disc() * p[0] / reach, y - layout.disc() * p[1] / reach, 5);
    }
    Map<Integer, double[]> ends = means;
    if (classVectors != null) {
      ends = new TreeMap<>();
      for (int j = 0; j < classVectors.length; j++) {
        double[] u = Planes.direction(classVectors[j], j);
        g.setColor(Style.color(j));
        g.setStroke(Style.line(0, 1.6f));
        g.draw(new Line2D.Double(x, y, x + layout.disc() * u[0], y - layout.disc() * u[1]));
        ends.put(j, u);
      }
    }
    numbers(ends, x, y);
    String rim = "rim: length " + Charts.digits(reach);
    canvas.text(rim, x, y + layout.disc() + 36, 0.5, small, Style.INK);
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
          for (double r = layout.disc() + 9; r < layout.disc() + 30; r += 10) {
            at[0] = x + r / length * direction[0];
            at[1] = y - r / length * direction[1];
            if (taken.stream().allMatch(p -> Math.hypot(p[0] - at[0], p[1] - at[1]) > 10)) {
              break;
            }
          }
          taken.add(at);
          canvas.text(Integer.toString(label), at[0], at[1], 0.5, number, Style.INK);
        });
  }

  private void rose(Distribution d, double most, double x, double y) {
    g.setStroke(new BasicStroke(1));
    for (int degrees = 0; degrees <= 180; degrees += 30) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      g.setColor(Style.GRID);
      g.draw(new Line2D.Double(x, y, x + layout.rose() * cos, y - layout.rose() * sin));
    }
    g.setColor(Style.FRAME);
    g.draw(
        new Arc2D.Double(
            x - layout.rose(),
            y - layout.rose(),
            2 * layout.rose(),
            2 * layout.rose(),
            0,
            180,
            Arc2D.CHORD));
    canvas.text("0°", x + layout.rose(), y + 11, 0.5, small, Style.INK);
    canvas.text("90°", x, y - layout.rose() - 9, 0.5, small, Style.INK);
    canvas.text("180°", x - layout.rose(), y + 11, 0.5, small, Style.INK);
    double[] within = d.density(d.intra());
    double[] between = d.density(d.inter());
    double[] common = new double[within.length];
    Arrays.setAll(common, b -> Math.min(within[b], between[b]));
    List<Canvas.Entry> entries = entries();
    double[][] drawn = {between, within, common};
    int[] entry = {1, 0, 2};
    for (int i = 0; i < 3; i++) {
      Path2D petals = Rose.petals(drawn[i], most, layout.rose(), x, y);
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
    g.draw(
        new Line2D.Double(
            x, y, x + layout.rose() * Math.cos(radians), y - layout.rose() * Math.sin(radians)));
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
  private void legend(ClassLegend classes, int width, double top) {
    classes.draw(canvas, width, top);
    canvas.legend(entries(), top + (double) classes.lines(width) * Canvas.LEGEND_LINE + 6);
  }
}

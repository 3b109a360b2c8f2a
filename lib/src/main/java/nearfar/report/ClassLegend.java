package nearfar.report;

import java.awt.Graphics2D;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import nearfar.evaluation.Embeddings;

/**
 * Which colour and form is which class, in a grid.
 *
 * @param labels of the classes, rising
 * @param names of the classes, with their labels before them
 */
record ClassLegend(List<Integer> labels, List<String> names) {

  /** Of all classes that occur; their names are those of the first embeddings. */
  static ClassLegend of(Collection<Embeddings> features) {
    Embeddings first = features.iterator().next();
    List<Integer> labels =
        features.stream()
            .flatMapToInt(e -> Arrays.stream(e.labels()))
            .distinct()
            .sorted()
            .boxed()
            .toList();
    return new ClassLegend(
        labels,
        labels.stream().map(j -> j + ": " + Style.shortened(first.className(j), 14)).toList());
  }

  /** Each line in the middle of this width. */
  void draw(Canvas canvas, int width, double top) {
    Graphics2D g = canvas.graphics();
    int across = across(width);
    double y = top + Canvas.LEGEND_LINE / 2.0;
    for (int i = 0; i < names.size(); i++) {
      int line = i / across;
      int inLine = Math.min(across, names.size() - line * across);
      double x = (width - inLine * cell()) / 2 + i % across * cell();
      double middle = y + line * (double) Canvas.LEGEND_LINE;
      g.setColor(Style.color(labels.get(i), 0.7));
      Style.marker(labels.get(i)).paint(g, x + 6, middle, 7);
      canvas.text(names.get(i), x + 16, middle, 0, Canvas.TEXT, Style.INK);
    }
  }

  /** How many lines it takes. */
  int lines(int width) {
    return (names.size() + across(width) - 1) / across(width);
  }

  private double cell() {
    double widest = 0;
    for (String name : names) {
      widest = Math.max(widest, Style.width(name, Canvas.TEXT));
    }
    return 34 + 1.06 * widest;
  }

  private int across(int width) {
    return (int) Math.max(1, (width - 2 * Canvas.MARGIN) / cell());
  }

  String words() {
    return "Legend: classes " + String.join(", ", names) + ".";
  }

  /** As a panel of its own. */
  Picture picture() {
    int width = 330;
    Canvas canvas = new Canvas(width, lines(width) * Canvas.LEGEND_LINE + 6);
    draw(canvas, width, 2);
    return canvas.picture(words());
  }
}

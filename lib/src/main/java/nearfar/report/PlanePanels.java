package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import nearfar.evaluation.Embeddings;
import org.jspecify.annotations.Nullable;

/** Planes of features side by side, each a square about the origin. */
final class PlanePanels {

  /** Two of them are beside each other on a telephone, with letters of 11 pixels. */
  private static final int WIDTH = 190;

  private static final double SHARE = 0.86;
  private static final double HALF = 90;
  private static final Font TEXT = Style.font(Font.PLAIN, 13);

  private PlanePanels() {}

  /** The greatest entry, or 1 if all are zero. */
  private static double farthest(Embeddings embeddings) {
    double reach = 0;
    for (int i = 0; i < embeddings.size(); i++) {
      for (double entry : embeddings.vector(i)) {
        reach = Math.max(reach, Math.abs(entry));
      }
    }
    return reach > 0 ? reach : 1;
  }

  /** With a reach of NaN, each panel has its own; without decisions, their map is empty. */
  static PanelFigure of(
      Map<String, Embeddings> features,
      Map<String, ToIntFunction<double[]>> classOf,
      Map<String, double[][]> classVectors,
      double reach) {
    check(features, classOf, classVectors, reach);
    int headers = 1;
    for (String name : features.keySet()) {
      headers = Math.max(headers, Style.broken(name, Canvas.TITLE, WIDTH - 10.0).size());
    }
    List<Picture> panels = new ArrayList<>();
    for (Map.Entry<String, Embeddings> entry : features.entrySet()) {
      String name = entry.getKey();
      double own = Double.isNaN(reach) ? farthest(entry.getValue()) : reach;
      ToIntFunction<double[]> decision = classOf.get(name);
      panels.add(panel(name, entry.getValue(), decision, classVectors.get(name), own, headers));
    }
    String title = classOf.isEmpty() ? "Features side by side" : "Decisions side by side";
    StringBuilder alt = new StringBuilder(title).append(":");
    panels.forEach(panel -> alt.append(' ').append(panel.altText()));
    return PanelFigure.of(
        "",
        List.of("", ""),
        List.of(panels, List.of(ClassLegend.of(features.values()).picture())),
        SHARE,
        alt.toString());
  }

  private static void check(
      Map<String, Embeddings> features,
      Map<String, ToIntFunction<double[]>> classOf,
      Map<String, double[][]> classVectors,
      double reach) {
    if (features.isEmpty()) {
      throw new IllegalArgumentException("panels need embeddings, got none");
    }
    if (!classOf.isEmpty() && !classOf.keySet().equals(features.keySet())) {
      throw new IllegalArgumentException(
          "there must be decisions of every network, "
              + features.keySet()
              + ", got those of "
              + classOf.keySet());
    }
    if (!features.keySet().containsAll(classVectors.keySet())) {
      throw new IllegalArgumentException(
          "class vectors must belong to features, got "
              + classVectors.keySet()
              + " beside "
              + features.keySet());
    }
    features.forEach(
        (name, e) -> {
          if (e.dimension() != 2) {
            throw new IllegalArgumentException(
                "features are drawn on a plane: embeddings must have 2 entries, got "
                    + e.dimension()
                    + " for \""
                    + name
                    + "\"");
          }
          if (farthest(e) > reach) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the plane must reach to the farthest entry, %s for \"%s\", got %s",
                    Charts.digits(farthest(e)),
                    name,
                    reach));
          }
        });
  }

  private static Picture panel(
      String name,
      Embeddings embeddings,
      @Nullable ToIntFunction<double[]> classOf,
      double @Nullable [][] classVectors,
      double entries,
      int headers) {
    // No marker is on the frame.
    double reach = 1.05 * entries;
    double top = 6 + 20.0 * headers;
    double x = WIDTH / 2.0;
    double y = top + HALF;
    Canvas canvas = new Canvas(WIDTH, (int) (top + 2 * HALF + 24));
    double line = 10;
    for (String text : Style.broken(name, Canvas.TITLE, WIDTH - 10.0)) {
      canvas.text(text, x, line, 0.5, Canvas.TITLE, Style.INK);
      line += 20;
    }
    Graphics2D g = canvas.graphics();
    if (classOf != null) {
      ground(g, classOf, x, y, reach);
    }
    g.setStroke(new BasicStroke(1));
    g.setColor(Style.GRID);
    g.draw(new Line2D.Double(x - HALF, y, x + HALF, y));
    g.draw(new Line2D.Double(x, y - HALF, x, y + HALF));
    for (int i = 0; i < embeddings.size(); i++) {
      double[] p = embeddings.vector(i);
      g.setColor(Style.color(embeddings.label(i), 0.6));
      Style.marker(embeddings.label(i))
          .paint(g, x + HALF * p[0] / reach, y - HALF * p[1] / reach, 5);
    }
    for (int j = 0; classVectors != null && j < classVectors.length; j++) {
      double[] u = Planes.direction(classVectors[j], j);
      double length = HALF / Math.max(Math.abs(u[0]), Math.abs(u[1]));
      g.setColor(Style.color(j));
      g.setStroke(Style.line(0, 1.6f));
      g.draw(new Line2D.Double(x, y, x + length * u[0], y - length * u[1]));
    }
    g.setStroke(new BasicStroke(1));
    g.setColor(Style.FRAME);
    g.draw(new Rectangle2D.Double(x - HALF, y - HALF, 2 * HALF, 2 * HALF));
    String axes = "axes to ± " + Charts.digits(reach);
    canvas.text(axes, x, y + HALF + 13, 0.5, TEXT, Style.INK);
    return canvas.picture(
        String.format(
            Locale.ROOT,
            "%s: %,d embeddings of %d classes, %s.",
            name,
            embeddings.size(),
            embeddings.classes(),
            axes));
  }

  /** A cell of half a pixel of the page for each decision, gray between two. */
  private static void ground(
      Graphics2D g, ToIntFunction<double[]> classOf, double x, double y, double reach) {
    int cells = (int) (2 * HALF * Picture.SCALE);
    double cell = 1.0 / Picture.SCALE;
    double[] point = new double[2];
    int[] above = new int[cells];
    for (int v = 0; v < cells; v++) {
      int before = -1;
      for (int u = 0; u < cells; u++) {
        point[0] = reach * (2 * (u + 0.5) / cells - 1);
        point[1] = reach * (1 - 2 * (v + 0.5) / cells);
        int label = classOf.applyAsInt(point);
        if (label < 0) {
          throw new IllegalArgumentException(
              "the class of a point must be 0 or more, got " + label);
        }
        boolean border = (u > 0 && label != before) || (v > 0 && label != above[u]);
        g.setColor(border ? Planes.BORDER : Planes.onWhite(Style.color(label), 0.2));
        g.fill(new Rectangle2D.Double(x - HALF + u * cell, y - HALF + v * cell, cell, cell));
        before = label;
        above[u] = label;
      }
    }
  }
}

package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shapes and texts on white, drawn once and had twice: as a small SVG, whose letters stay sharp at
 * any size, and on a {@link Canvas}. All measures are in pixels of the page.
 */
final class Drawing {

  /** How far below its middle a line of text stands, as a share of the font's size. */
  private static final double BELOW = 0.36;

  private interface Mark {
    void paint(Graphics2D g);

    void svg(StringBuilder out);
  }

  private final int width;
  private final int height;
  private final List<Mark> marks = new ArrayList<>();

  Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  void fill(Shape shape, Color color) {
    marks.add(
        new Mark() {
          @Override
          public void paint(Graphics2D g) {
            g.setColor(color);
            g.fill(shape);
          }

          @Override
          public void svg(StringBuilder out) {
            out.append("<path d=\"").append(path(shape)).append('"');
            out.append(paintOf("fill", color)).append("/>");
          }
        });
  }

  /** A line of this width; with dashes, they are as long as given, gaps too. */
  void line(Shape shape, Color color, float lineWidth, float... dashes) {
    BasicStroke stroke =
        dashes.length == 0
            ? new BasicStroke(lineWidth, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
            : new BasicStroke(
                lineWidth, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0);
    marks.add(
        new Mark() {
          @Override
          public void paint(Graphics2D g) {
            g.setColor(color);
            g.setStroke(stroke);
            g.draw(shape);
          }

          @Override
          public void svg(StringBuilder out) {
            out.append("<path fill=\"none\" d=\"").append(path(shape)).append('"');
            out.append(paintOf("stroke", color));
            out.append(" stroke-linejoin=\"round\" stroke-width=\"").append(number(lineWidth));
            if (dashes.length > 0) {
              out.append("\" stroke-dasharray=\"");
              for (float dash : dashes) {
                out.append(number(dash)).append(' ');
              }
            }
            out.append("\"/>");
          }
        });
  }

  /**
   * A line of text.
   *
   * @param x of its beginning, middle or end
   * @param y of its middle
   * @param align 0, 0.5 or 1: what x is
   */
  void text(String text, double x, double y, double align, Font font, Color color) {
    double baseline = y + BELOW * font.getSize();
    marks.add(
        new Mark() {
          @Override
          public void paint(Graphics2D g) {
            g.setFont(font);
            g.setColor(color);
            g.drawString(text, (float) (x - align * Style.width(text, font)), (float) baseline);
          }

          @Override
          public void svg(StringBuilder out) {
            out.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(baseline));
            out.append("\" font-size=\"").append(font.getSize());
            out.append(font.isBold() ? "\" font-weight=\"bold" : "");
            out.append("\" text-anchor=\"");
            out.append(align == 0 ? "start" : align == 1 ? "end" : "middle").append('"');
            out.append(paintOf("fill", color)).append('>');
            out.append(escape(text)).append("</text>");
          }
        });
  }

  void paint(Graphics2D g) {
    marks.forEach(mark -> mark.paint(g));
  }

  /** The drawing on white paper of its own. */
  Picture picture(String altText) {
    Canvas canvas = new Canvas(width, height);
    paint(canvas.graphics());
    return canvas.picture(altText);
  }

  String svg() {
    StringBuilder out = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    out.append("viewBox=\"0 0 ").append(width).append(' ').append(height).append('"');
    out.append(" width=\"").append(width).append("\" height=\"").append(height).append('"');
    out.append(" font-family=\"system-ui,'DejaVu Sans',sans-serif\">");
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
    marks.forEach(mark -> mark.svg(out));
    return out.append("</svg>").toString();
  }

  private static String paintOf(String what, Color color) {
    String paint = String.format(" %s=\"#%06x\"", what, color.getRGB() & 0xFFFFFF);
    return color.getAlpha() == 255
        ? paint
        : paint
            + String.format(Locale.ROOT, " %s-opacity=\"%.2f\"", what, color.getAlpha() / 255.0);
  }

  private static String path(Shape shape) {
    StringBuilder out = new StringBuilder();
    double[] p = new double[6];
    String x = "";
    String y = "";
    for (PathIterator i = shape.getPathIterator(new AffineTransform()); !i.isDone(); i.next()) {
      int kind = i.currentSegment(p);
      if (kind == PathIterator.SEG_CLOSE) {
        out.append('Z');
        continue;
      }
      int last = kind == PathIterator.SEG_CUBICTO ? 4 : kind == PathIterator.SEG_QUADTO ? 2 : 0;
      String toX = number(p[last]);
      String toY = number(p[last + 1]);
      if (kind == PathIterator.SEG_LINETO && (toX.equals(x) || toY.equals(y))) {
        out.append(toY.equals(y) ? "H" + toX : "V" + toY);
      } else {
        out.append("MLQC".charAt(kind));
        for (int k = 0; k <= last + 1; k++) {
          out.append(k == 0 ? "" : " ").append(number(p[k]));
        }
      }
      x = toX;
      y = toY;
    }
    return out.toString();
  }

  /** To a tenth of a pixel, as short as it gets. */
  private static String number(double x) {
    String text = String.format(Locale.ROOT, "%.1f", x);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** A text as it stands in HTML or XML, in an attribute too. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

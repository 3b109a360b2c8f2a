package nearfar.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * White paper for what XChart cannot draw, in pixels of the page: titles, axes' texts and legends
 * look as they do on charts.
 */
final class Canvas {

  /** Between anything and the border, as on charts. */
  static final int MARGIN = 14;

  static final Font TITLE = Style.font(Font.BOLD, 15);
  static final Font LABEL = Style.font(Font.PLAIN, 13);
  static final Font TEXT = Style.font(Font.PLAIN, 12);

  /** Height of a line of the title, and of one of a legend. */
  private static final int TITLE_LINE = 20;

  static final int LEGEND_LINE = 18;

  /**
   * A line of a legend.
   *
   * @param fill of the swatch
   * @param edge of the swatch
   * @param text beside it
   */
  record Entry(Color fill, Color edge, String text) {}

  private final BufferedImage image;
  private final int width;
  private final Graphics2D g;

  Canvas(int width, int height) {
    this.width = width;
    image =
        new BufferedImage(
            Picture.SCALE * width, Picture.SCALE * height, BufferedImage.TYPE_INT_RGB);
    g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(Picture.SCALE, Picture.SCALE);
  }

  Graphics2D graphics() {
    return g;
  }

  /** How high a title of this text is, with the space below it. */
  static int titleHeight(String title, int width) {
    return MARGIN + TITLE_LINE * Style.broken(title, TITLE, width - 2.0 * MARGIN).size() + 8;
  }

  /** In the middle at the top, in as many lines as it takes. */
  void title(String title) {
    double y = MARGIN + TITLE_LINE / 2.0;
    for (String line : Style.broken(title, TITLE, width - 2.0 * MARGIN)) {
      text(line, width / 2.0, y, 0.5, TITLE, Style.INK);
      y += TITLE_LINE;
    }
  }

  /**
   * A line of text.
   *
   * @param x of its beginning, middle or end
   * @param y of its middle
   * @param align 0, 0.5 or 1: what x is
   */
  void text(String text, double x, double y, double align, Font font, Color color) {
    g.setFont(font);
    g.setColor(color);
    // By the height of a capital, so that figures stand in the middle too.
    Rectangle2D capital = font.createGlyphVector(g.getFontRenderContext(), "H").getVisualBounds();
    g.drawString(
        text, (float) (x - align * Style.width(text, font)), (float) (y - capital.getCenterY()));
  }

  /** A text that reads upwards, about a point. */
  void upwards(String text, double x, double y, Font font) {
    g.translate(x, y);
    g.rotate(-Math.PI / 2);
    text(text, 0, 0, 0.5, font, Style.INK);
    g.rotate(Math.PI / 2);
    g.translate(-x, -y);
  }

  /** Entries under each other in the middle, each in a line. */
  void legend(List<Entry> entries, double y) {
    double widest = 0;
    for (Entry entry : entries) {
      widest = Math.max(widest, Style.width(entry.text(), TEXT));
    }
    double x = (width - (widest + 26)) / 2;
    for (Entry entry : entries) {
      Rectangle2D swatch = new Rectangle2D.Double(x, y + 3, 18, LEGEND_LINE - 6);
      g.setColor(entry.fill());
      g.fill(swatch);
      g.setColor(entry.edge());
      g.setStroke(new BasicStroke(1.4f));
      g.draw(swatch);
      text(entry.text(), x + 26, y + LEGEND_LINE / 2.0, 0, TEXT, Style.INK);
      y += LEGEND_LINE;
    }
  }

  Picture picture(String altText) {
    g.dispose();
    return Picture.of(image, altText);
  }
}

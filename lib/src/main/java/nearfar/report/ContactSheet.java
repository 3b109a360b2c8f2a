package nearfar.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import nearfar.data.ImageSet;

/** Images in rows on white, each enlarged by a whole number so that its pixels stay square. */
final class ContactSheet {

  /** In pixels of the picture, of which two make one of the page. */
  private static final int CELL = 112;

  private static final int GAP = 12;
  private static final Font FONT = Style.font(Font.PLAIN, 20);

  private ContactSheet() {}

  static Picture of(ImageSet images, int columns, IntFunction<String> caption, int[] indices) {
    int scale = Math.max(1, CELL / Math.max(images.width(), images.height()));
    int width = scale * images.width();
    int height = scale * images.height();
    String[] captions = Arrays.stream(indices).mapToObj(caption).toArray(String[]::new);
    int line = Arrays.stream(captions).allMatch(String::isEmpty) ? 0 : 28;
    int rows = (indices.length + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(
            columns * (width + GAP) + GAP,
            rows * (height + line + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    for (int i = 0; i < indices.length; i++) {
      int x = GAP + i % columns * (width + GAP);
      int y = GAP + i / columns * (height + line + GAP);
      g.drawImage(images.image(indices[i]), x, y, width, height, null);
      g.setColor(new Color(0xBB, 0xBB, 0xBB));
      g.drawRect(x - 1, y - 1, width + 1, height + 1);
      text(g, captions[i], x, y + height, width, line);
    }
    g.dispose();
    String shown =
        Arrays.stream(captions)
            .filter(c -> !c.isEmpty())
            .distinct()
            .limit(12)
            .collect(Collectors.joining(", "));
    return Picture.of(
        sheet,
        indices.length
            + " images of "
            + images.name()
            + (shown.isEmpty() ? "" : ": " + shown)
            + ".");
  }

  /** Centered; shortened at its beginning where it is wider than the image. */
  private static void text(Graphics2D g, String caption, int x, int y, int width, int line) {
    g.setFont(FONT);
    g.setColor(Style.INK);
    FontMetrics metrics = g.getFontMetrics();
    int letters = caption.length();
    while (letters > 1 && metrics.stringWidth(Style.shortened(caption, letters)) > width) {
      letters--;
    }
    String text = Style.shortened(caption, letters);
    g.drawString(text, x + (width - metrics.stringWidth(text)) / 2, y + line - 7);
  }
}

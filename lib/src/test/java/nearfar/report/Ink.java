package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** What can be seen in a picture without eyes. */
final class Ink {

  private static final int WHITE = 0xFFFFFF;

  private Ink() {}

  /** Pixels that are not white in a rectangle. */
  static int in(BufferedImage image, int x, int y, int width, int height) {
    int ink = 0;
    for (int v = y; v < y + height; v++) {
      for (int u = x; u < x + width; u++) {
        ink += (image.getRGB(u, v) & WHITE) == WHITE ? 0 : 1;
      }
    }
    return ink;
  }

  static int all(BufferedImage image) {
    return in(image, 0, 0, image.getWidth(), image.getHeight());
  }

  /** Pixels that are not white in the outermost frame, where cut off text would leave some. */
  static int onBorder(BufferedImage image, int frame) {
    int inner =
        in(image, frame, frame, image.getWidth() - 2 * frame, image.getHeight() - 2 * frame);
    return all(image) - inner;
  }

  /** The colour at a point, in pixels of the page. */
  static int at(Picture picture, double x, double y) {
    return picture.image().getRGB((int) Math.round(2 * x), (int) Math.round(2 * y)) & WHITE;
  }

  /** Whether two colours are one to the eye: mixing rounds in more than one way. */
  static boolean alike(int a, int b) {
    for (int shift = 0; shift <= 16; shift += 8) {
      if (Math.abs((a >> shift & 0xFF) - (b >> shift & 0xFF)) > 3) {
        return false;
      }
    }
    return true;
  }

  static void assertAlike(int expected, int actual) {
    assertTrue(
        alike(expected, actual), () -> String.format("expected %06X, got %06X", expected, actual));
  }

  /** How many pixels are of a colour. */
  static int of(BufferedImage image, int rgb) {
    int pixels = 0;
    for (int v = 0; v < image.getHeight(); v++) {
      for (int u = 0; u < image.getWidth(); u++) {
        pixels += alike(image.getRGB(u, v), rgb) ? 1 : 0;
      }
    }
    return pixels;
  }

  /** Whether a colour is seen, exactly. */
  static boolean has(BufferedImage image, int rgb) {
    for (int v = 0; v < image.getHeight(); v++) {
      for (int u = 0; u < image.getWidth(); u++) {
        if ((image.getRGB(u, v) & WHITE) == rgb) {
          return true;
        }
      }
    }
    return false;
  }

  /** A colour of the palette on white, as it is mixed with this share. */
  static int mixed(Color color) {
    BufferedImage one = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    one.setRGB(0, 0, WHITE);
    Graphics2D g = one.createGraphics();
    g.setColor(color);
    g.fillRect(0, 0, 1, 1);
    g.dispose();
    return one.getRGB(0, 0) & WHITE;
  }
}

package nearfar.report;

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
}

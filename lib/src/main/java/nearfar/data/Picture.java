package nearfar.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A decoded picture file: three planes of values in [0, 1]; what is transparent lies on white. */
final class Picture {

  /**
   * As many as a phone's camera gives; they take 800 MB here. A file that claims more is damaged or
   * a bomb.
   */
  private static final long MOST_PIXELS = 50_000_000;

  final int height;
  final int width;
  private final float[][] planes;

  private Picture(int height, int width, float[][] planes) {
    this.height = height;
    this.width = width;
    this.planes = planes;
  }

  /**
   * Decodes a file.
   *
   * @param what names the file in messages
   */
  static Picture decode(byte[] bytes, String what) {
    ImageReader reader = null;
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new DataException(
            what
                + " does not decode: expected a PNG or JPEG image, got "
                + bytes.length
                + " bytes of something else: remove it or get it again");
      }
      reader = readers.next();
      reader.setInput(stream, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS) {
        throw new DataException(
            what
                + " is too large: at most "
                + MOST_PIXELS
                + " pixels, got "
                + reader.getWidth(0)
                + " x "
                + reader.getHeight(0));
      }
      return of(reader.read(0));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // At damaged files ImageIO's own decoders throw whatever they run into.
      throw new DataException(
          what + " does not decode as an image (" + e.getMessage() + "): remove it or get it again",
          e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  static Picture of(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    float[][] planes = new float[3][argb.length];
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      // Java2D takes stored gray for linear light, and getRGB brightens it: 128 would become 188.
      float[] stored = image.getRaster().getSamples(0, 0, width, height, 0, (float[]) null);
      float white = (1L << image.getColorModel().getComponentSize(0)) - 1;
      for (int k = 0; k < argb.length; k++) {
        planes[0][k] = onWhite(stored[k] / white, argb[k]);
      }
      planes[1] = planes[0];
      planes[2] = planes[0];
    } else {
      for (int k = 0; k < argb.length; k++) {
        planes[0][k] = onWhite((argb[k] >> 16 & 0xff) / 255f, argb[k]);
        planes[1][k] = onWhite((argb[k] >> 8 & 0xff) / 255f, argb[k]);
        planes[2][k] = onWhite((argb[k] & 0xff) / 255f, argb[k]);
      }
    }
    return new Picture(height, width, planes);
  }

  private static float onWhite(float value, int argb) {
    float alpha = (argb >>> 24) / 255f;
    return alpha * value + (1 - alpha);
  }

  /** Whether no pixel has a colour. */
  boolean isGray() {
    for (int k = 0; k < planes[0].length; k++) {
      if (planes[0][k] != planes[1][k] || planes[0][k] != planes[2][k]) {
        return false;
      }
    }
    return true;
  }

  /** Without colours: by the weights of television, ITU-R BT.601, as other libraries do. */
  Picture toGray() {
    if (isGray()) {
      return this;
    }
    float[] gray = new float[planes[0].length];
    for (int k = 0; k < gray.length; k++) {
      gray[k] = 0.299f * planes[0][k] + 0.587f * planes[1][k] + 0.114f * planes[2][k];
    }
    return new Picture(height, width, new float[][] {gray, gray, gray});
  }

  /** The first channel alone: of a gray picture, the picture. */
  float[] gray() {
    return planes[0];
  }

  /**
   * Fits the picture into a frame: scaled as a whole until it touches two sides, in the middle; the
   * rest is as the picture's border is on average.
   */
  float[][] fit(int frameHeight, int frameWidth) {
    double scale = Math.min(frameHeight / (double) height, frameWidth / (double) width);
    int newHeight = Math.min(frameHeight, Math.max(1, (int) Math.round(scale * height)));
    int newWidth = Math.min(frameWidth, Math.max(1, (int) Math.round(scale * width)));
    int top = (frameHeight - newHeight) / 2;
    int left = (frameWidth - newWidth) / 2;
    float[][] fitted = new float[3][frameHeight * frameWidth];
    for (int c = 0; c < 3; c++) {
      Arrays.fill(fitted[c], border(planes[c]));
      float[] small = Resampling.plane(planes[c], 0, height, width, newHeight, newWidth);
      for (int y = 0; y < newHeight; y++) {
        System.arraycopy(small, y * newWidth, fitted[c], (top + y) * frameWidth + left, newWidth);
      }
    }
    return fitted;
  }

  private float border(float[] plane) {
    double sum = 0;
    int count = 0;
    for (int k = 0; k < plane.length; k++) {
      int x = k % width;
      int y = k / width;
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
        sum += plane[k];
        count++;
      }
    }
    return (float) (sum / count);
  }
}

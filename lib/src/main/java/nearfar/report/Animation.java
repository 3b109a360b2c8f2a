package nearfar.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Pictures one after the other, again and again: how embeddings move during training, for instance.
 * It is a GIF, which plays in a saved notebook and on every web page without a script. Immutable.
 *
 * <p>A GIF has a pixel for each pixel of the page, half of a picture's across and down, and 255
 * colours for all of its frames, those that suit them best. A frame holds only what has changed
 * since the one before: forty scatter plots of 640 × 480 pixels in which all of 300 points move
 * take half a megabyte.
 */
public final class Animation {

  /** The last frame, where everything has arrived, is looked at longer. */
  private static final int HOLD = 4;

  private final byte[] gif;
  private final int width;
  private final int frames;
  private final String altText;

  private Animation(byte[] gif, int width, int frames, String altText) {
    this.gif = gif;
    this.width = width;
    this.frames = frames;
    this.altText = altText;
  }

  /**
   * Puts pictures one after the other. Charts should have the same axes in every frame, or the eye
   * takes a change of the range for a movement.
   *
   * @param frames in order, all of one size
   * @param millisPerFrame how long each is seen, in milliseconds, from 20 on (browsers show what is
   *     shorter more slowly) to 60,000, rounded to hundredths of a second; the last one stays four
   *     times as long
   * @return the animation
   * @throws IllegalArgumentException if there is no frame, frames differ in size, or the time is
   *     not in its range
   */
  public static Animation of(List<Picture> frames, int millisPerFrame) {
    return of(frames.size(), frames::get, millisPerFrame);
  }

  /**
   * As {@link #of(List, int)}, with frames that are drawn when their turn comes and then forgotten:
   * a picture of 640 × 400 takes 4 MB, its frame a quarter of that.
   *
   * @param frames how many there are
   * @param frame draws one, by its number from 0; all of one size
   * @param millisPerFrame how long each is seen, in milliseconds
   * @return the animation
   * @throws IllegalArgumentException as {@link #of(List, int)}
   */
  public static Animation of(int frames, IntFunction<Picture> frame, int millisPerFrame) {
    if (frames < 1) {
      throw new IllegalArgumentException("an animation needs a frame, got " + frames);
    }
    if (millisPerFrame < 20 || millisPerFrame > 60_000) {
      throw new IllegalArgumentException(
          "a frame must be seen for 20 to 60000 milliseconds, got " + millisPerFrame);
    }
    List<BufferedImage> images = new ArrayList<>();
    String last = "";
    for (int i = 0; i < frames; i++) {
      Picture picture = frame.apply(i);
      BufferedImage image = halved(picture.image());
      if (!images.isEmpty()
          && (image.getWidth() != images.get(0).getWidth()
              || image.getHeight() != images.get(0).getHeight())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "all frames must be of the size of the first, %d × %d, got %d × %d at position %d",
                images.get(0).getWidth(),
                images.get(0).getHeight(),
                image.getWidth(),
                image.getHeight(),
                i));
      }
      images.add(image);
      last = picture.altText();
    }
    byte[] gif = Gif.of(images, Math.round(millisPerFrame / 10f), HOLD);
    String alt = "Animation of " + images.size() + " frames, of which the last is: " + last;
    return new Animation(gif, images.get(0).getWidth(), images.size(), alt);
  }

  /** Four pixels mixed into one. */
  private static BufferedImage halved(BufferedImage image) {
    int width = Math.max(1, image.getWidth() / Picture.SCALE);
    int height = Math.max(1, image.getHeight() / Picture.SCALE);
    int across = image.getWidth();
    int[] pixels = image.getRGB(0, 0, across, image.getHeight(), null, 0, across);
    int[] mixed = new int[width * height];
    for (int i = 0; i < mixed.length; i++) {
      int u = Picture.SCALE * (i % width);
      int v = Picture.SCALE * (i / width);
      int right = Math.min(u + 1, across - 1);
      int below = Math.min(v + 1, image.getHeight() - 1);
      int[] four = {
        pixels[v * across + u],
        pixels[v * across + right],
        pixels[below * across + u],
        pixels[below * across + right]
      };
      for (int shift = 0; shift <= 16; shift += 8) {
        int sum = 2; // rounds
        for (int pixel : four) {
          sum += pixel >> shift & 0xFF;
        }
        mixed[i] |= (sum / 4) << shift;
      }
    }
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    half.setRGB(0, 0, width, height, mixed, 0, width);
    return half;
  }

  /**
   * The animation as a GIF file that plays without end.
   *
   * @return the file's bytes, a copy
   */
  public byte[] gif() {
    return gif.clone();
  }

  /**
   * How wide it is.
   *
   * @return in pixels of the page (CSS), which are the GIF's
   */
  public int width() {
    return width;
  }

  /**
   * How many frames it has.
   *
   * @return 1 or more
   */
  public int frames() {
    return frames;
  }

  /**
   * What there is to see, for those who do not see it.
   *
   * @return plain text, not escaped for HTML
   */
  public String altText() {
    return altText;
  }

  /** Such as "animation: 40 frames, 312 kB". */
  @Override
  public String toString() {
    return "animation: " + frames + " frames, " + (gif.length + 999) / 1000 + " kB";
  }
}

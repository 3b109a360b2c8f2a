package nearfar.report;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Charts with 256 colours instead of 16 million: a third to two thirds fewer bytes, and no eye sees
 * the difference, since all but the edges of letters and lines is in a dozen colours.
 */
final class Palette {

  private static final int COLOURS = 256;

  /** With more colours than this it is a photograph, which wants them all. */
  private static final int MOST_COLOURS = 10_000;

  private final int[] colours;

  /** For every colour that occurs, which of the palette's is the nearest. */
  private final Map<Integer, Integer> index = new HashMap<>();

  /**
   * Chooses one colour after the other: the one that leaves most to be desired, by how many pixels
   * have it and how far it is from the nearest one chosen before. By frequency alone, rare colours
   * between two frequent ones would be far from all.
   */
  private Palette(Map<Integer, Integer> counts, int most) {
    // The colour itself decides among equals: the same chart gives the same bytes.
    int[] all = counts.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    long[] pixels =
        Arrays.stream(all).mapToLong(colour -> counts.getOrDefault(colour, 0)).toArray();
    int[] distances = new int[all.length];
    int[] nearest = new int[all.length];
    // Farther than any: the first is the most frequent.
    Arrays.fill(distances, 1 << 18);
    colours = new int[Math.min(most, all.length)];
    for (int chosen = 0; chosen < colours.length; chosen++) {
      int next = 0;
      for (int i = 1; i < all.length; i++) {
        if (pixels[i] * distances[i] > pixels[next] * distances[next]) {
          next = i;
        }
      }
      colours[chosen] = all[next];
      for (int i = 0; i < all.length; i++) {
        int distance = distance(all[i], all[next]);
        if (distance < distances[i]) {
          distances[i] = distance;
          nearest[i] = chosen;
        }
      }
    }
    for (int i = 0; i < all.length; i++) {
      index.put(all[i], nearest[i]);
    }
  }

  /** The image in the colours that suit it best; a photograph as it is. */
  static BufferedImage of(BufferedImage image) {
    Map<Integer, Integer> counts = new HashMap<>();
    count(image, counts);
    if (counts.size() > MOST_COLOURS) {
      return image;
    }
    Palette palette = new Palette(counts, COLOURS);
    int[] colours = palette.colours;
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, colours.length, colours, 0, false, -1, 0));
    indexed
        .getRaster()
        .setPixels(0, 0, image.getWidth(), image.getHeight(), palette.indices(image));
    return indexed;
  }

  /** The colours that suit images together. */
  static Palette shared(List<BufferedImage> images, int most) {
    Map<Integer, Integer> counts = new HashMap<>();
    images.forEach(image -> count(image, counts));
    return new Palette(counts, most);
  }

  int size() {
    return colours.length;
  }

  /** The colours, after them one that is clear, and what makes {@value #COLOURS} of them. */
  IndexColorModel withClear() {
    int[] all = Arrays.copyOf(colours, COLOURS);
    return new IndexColorModel(8, COLOURS, all, 0, false, colours.length, DataBuffer.TYPE_BYTE);
  }

  /** For each pixel the number of its colour, or of the nearest, row by row. */
  int[] indices(BufferedImage image) {
    int[] pixels = pixels(image);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = index.getOrDefault(pixels[i] & 0xffffff, 0); // none is missing
    }
    return pixels;
  }

  private static void count(BufferedImage image, Map<Integer, Integer> counts) {
    for (int pixel : pixels(image)) {
      counts.merge(pixel & 0xffffff, 1, Integer::sum);
    }
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static int distance(int a, int b) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}

package nearfar.report;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
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

  private Palette() {}

  /**
   * The image in the colours that it uses most, others as the nearest of these; a photograph as it
   * is.
   */
  static BufferedImage of(BufferedImage image) {
    Map<Integer, Integer> counts = new HashMap<>();
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int pixel : pixels) {
      counts.merge(pixel & 0xffffff, 1, Integer::sum);
    }
    if (counts.size() > MOST_COLOURS) {
      return image;
    }
    // The colour itself decides among equally frequent ones: the same chart gives the same bytes.
    List<Integer> kept =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(COLOURS)
            .map(Map.Entry::getKey)
            .toList();
    Map<Integer, Integer> index = new HashMap<>();
    for (int colour : counts.keySet()) {
      index.put(colour, nearest(colour, kept));
    }
    int[] colours = kept.stream().mapToInt(Integer::intValue).toArray();
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, colours.length, colours, 0, false, -1, 0));
    int[] indices = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      indices[i] = index.getOrDefault(pixels[i] & 0xffffff, 0); // none is missing
    }
    indexed.getRaster().setPixels(0, 0, image.getWidth(), image.getHeight(), indices);
    return indexed;
  }

  private static int nearest(int colour, List<Integer> kept) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < kept.size(); i++) {
      int distance = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int difference = ((colour >> shift) & 0xff) - ((kept.get(i) >> shift) & 0xff);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}

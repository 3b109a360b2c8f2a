package nearfar.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Plain shuffling: every image once an epoch, whatever its class. The last batch may be shorter; a
 * last batch of one image is left out, since batch normalisation has no variance there, so in such
 * an epoch one image, chosen at random, is missing.
 */
public final class ShuffledBatches implements Batches {

  private final int size;
  private final long seed;

  private ShuffledBatches(int size, long seed) {
    this.size = size;
    this.seed = seed;
  }

  /**
   * Batches of {@code size} images.
   *
   * @param size the number of images in a batch, at least 2
   * @param seed chooses the order
   * @return the sampler
   * @throws IllegalArgumentException if {@code size} is below 2
   */
  public static ShuffledBatches of(int size, long seed) {
    if (size < 2) {
      throw new IllegalArgumentException("a batch needs at least 2 images, got " + size);
    }
    return new ShuffledBatches(size, seed);
  }

  @Override
  public List<int[]> epoch(int[] labels, int epoch) {
    checkEpoch(epoch);
    if (labels.length < 2) {
      throw new IllegalArgumentException(
          "batches need a set of at least 2 images, got " + labels.length);
    }
    int[] order = Rng.of(seed, epoch).permutation(labels.length);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += size) {
      int to = Math.min(order.length, from + size);
      if (to - from > 1) {
        batches.add(Arrays.copyOfRange(order, from, to));
      }
    }
    return batches;
  }

  @Override
  public String describe() {
    return "shuffled, " + size + " images, seed " + seed;
  }

  static void checkEpoch(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epochs count from 0, got " + epoch);
    }
  }
}

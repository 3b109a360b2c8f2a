package nearfar.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of P classes with K images each, which losses over pairs and triplets need: every image
 * has K - 1 positives and (P - 1) K negatives in its batch. The sampler of Hermans, Beyer and
 * Leibe, <i>In Defense of the Triplet Loss</i> (2017), section 2.
 *
 * <p>An epoch over N images has ⌈N / (P K)⌉ batches and covers the classes evenly: no class is
 * drawn more than once more often than another, and within a class no image. A class with more
 * images than others is not drawn more often.
 */
public final class ClassBatches implements Batches {

  private final int classes;
  private final int perClass;
  private final long seed;

  private ClassBatches(int classes, int perClass, long seed) {
    this.classes = classes;
    this.perClass = perClass;
    this.seed = seed;
  }

  /**
   * Batches of {@code classes} times {@code perClass} images.
   *
   * @param classes P, the number of classes in a batch, at least 2
   * @param perClass K, the number of images of each of them, at least 2
   * @param seed chooses the order
   * @return the sampler
   * @throws IllegalArgumentException if P or K is below 2: there would be no negative, or no
   *     positive
   */
  public static ClassBatches of(int classes, int perClass, long seed) {
    if (classes < 2 || perClass < 2) {
      throw new IllegalArgumentException(
          "a batch needs at least 2 classes (for negatives) and 2 images of each (for positives),"
              + " got "
              + classes
              + " classes x "
              + perClass
              + " images");
    }
    return new ClassBatches(classes, perClass, seed);
  }

  /**
   * Batches for a set that may be small: at most {@code classes} times {@code perClass} images,
   * fewer where the set has fewer classes, or its smallest class fewer images.
   *
   * @param set what will be trained on
   * @param classes P, the most classes in a batch, at least 2
   * @param perClass K, the most images of each of them, at least 2
   * @param seed chooses the order
   * @return the sampler
   * @throws IllegalArgumentException if P or K is below 2, the set has fewer than 2 classes, or a
   *     class has but one image
   */
  public static ClassBatches atMost(ImageSet set, int classes, int perClass, long seed) {
    int[] sizes = Members.of(set.labels(), 1).values().stream().mapToInt(m -> m.length).toArray();
    int smallest = Arrays.stream(sizes).min().orElse(0);
    return of(Math.min(classes, sizes.length), Math.min(perClass, smallest), seed);
  }

  @Override
  public List<int[]> epoch(int[] labels, int epoch) {
    ShuffledBatches.checkEpoch(epoch);
    List<int[]> members = List.copyOf(Members.of(labels, perClass).values());
    if (members.size() < classes) {
      throw new IllegalArgumentException(
          "a batch takes "
              + classes
              + " classes, but the set has "
              + members.size()
              + ": lower the number of classes per batch");
    }
    ClassDeal deal = new ClassDeal(members, seed, epoch);
    int size = classes * perClass;
    int count = (labels.length + size - 1) / size;
    List<int[]> batches = new ArrayList<>(count);
    for (int b = 0; b < count; b++) {
      int[] batch = new int[size];
      deal.draw(classes, perClass, batch, 0);
      batches.add(batch);
    }
    return batches;
  }

  @Override
  public String describe() {
    return classes + " classes x " + perClass + " images, seed " + seed;
  }
}

package nearfar.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Batches of S super-classes with P classes each and K images of each class: negatives of one
 * super-class, such as characters of one alphabet, are harder than those of any two, and so a batch
 * has hard negatives before anything is mined. The hierarchical samplers of pytorch-metric-learning
 * and open-metric-learning.
 *
 * <p>An epoch over N images has ⌈N / (S P K)⌉ batches and covers the super-classes evenly: none is
 * drawn more than once more often than another, within a super-class no class, and within a class
 * no image. Neither a super-class with more classes nor a class with more images is drawn more
 * often.
 *
 * <p>Omniglot's classes are named by alphabet and number, {@code Greek/01}:
 *
 * <pre>
 * var omniglot = Omniglot.load(zip).splitByClass(0.75, 7).train();
 * var batches = HierarchicalBatches.of(
 *     2, 4, 4, omniglot.classNames(), name -&gt; name.substring(0, name.indexOf('/')), 7);
 * </pre>
 */
public final class HierarchicalBatches implements Batches {

  private final int superClasses;
  private final int classes;
  private final int perClass;
  private final int[] superClassOf;
  private final long seed;

  private HierarchicalBatches(
      int superClasses, int classes, int perClass, int[] superClassOf, long seed) {
    this.superClasses = superClasses;
    this.classes = classes;
    this.perClass = perClass;
    this.superClassOf = superClassOf;
    this.seed = seed;
  }

  /**
   * Batches of {@code superClasses} times {@code classes} times {@code perClass} images.
   *
   * @param superClasses S, the number of super-classes in a batch, at least 1
   * @param classes P, the number of classes of each of them, at least 1
   * @param perClass K, the number of images of each of these, at least 2
   * @param superClassOf the number of each class's super-class, by label; any numbers
   * @param seed chooses the order
   * @return the sampler
   * @throws IllegalArgumentException if S or P is below 1, both are 1, or K is below 2: there would
   *     be no negative, or no positive
   */
  public static HierarchicalBatches of(
      int superClasses, int classes, int perClass, int[] superClassOf, long seed) {
    if (superClasses < 1 || classes < 1 || superClasses * (long) classes < 2 || perClass < 2) {
      throw new IllegalArgumentException(
          "a batch needs a super-class, at least 2 classes in all (for negatives) and 2 images of"
              + " each (for positives), got "
              + sizes(superClasses, classes, perClass));
    }
    return new HierarchicalBatches(superClasses, classes, perClass, superClassOf.clone(), seed);
  }

  /**
   * The same where a class's name tells its super-class.
   *
   * @param superClasses S, the number of super-classes in a batch, at least 1
   * @param classes P, the number of classes of each of them, at least 1
   * @param perClass K, the number of images of each of these, at least 2
   * @param classNames the name of each class, by label: {@link ImageSet#classNames()} of the set
   *     that is drawn from
   * @param superClass what the super-class of a class with this name is called
   * @param seed chooses the order
   * @return the sampler
   * @throws IllegalArgumentException as {@link #of(int, int, int, int[], long)} does
   */
  public static HierarchicalBatches of(
      int superClasses,
      int classes,
      int perClass,
      List<String> classNames,
      Function<String, String> superClass,
      long seed) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    int[] superClassOf =
        classNames.stream()
            .map(superClass)
            .mapToInt(name -> numbers.computeIfAbsent(name, key -> numbers.size()))
            .toArray();
    return of(superClasses, classes, perClass, superClassOf, seed);
  }

  @Override
  public List<int[]> epoch(int[] labels, int epoch) {
    ShuffledBatches.checkEpoch(epoch);
    List<ClassDeal> deals = new ArrayList<>();
    for (List<int[]> members : families(labels).values()) {
      deals.add(new ClassDeal(members, seed, epoch, deals.size()));
    }
    Deal superDeal = new Deal(deals.size(), Rng.of(seed, epoch));
    int size = superClasses * classes * perClass;
    int count = (labels.length + size - 1) / size;
    List<int[]> batches = new ArrayList<>(count);
    for (int b = 0; b < count; b++) {
      int[] batch = new int[size];
      int n = 0;
      for (int s : superDeal.draw(superClasses)) {
        n = deals.get(s).draw(classes, perClass, batch, n);
      }
      batches.add(batch);
    }
    return batches;
  }

  /** The classes of each super-class that occurs, as positions; checks that there are enough. */
  private SortedMap<Integer, List<int[]>> families(int[] labels) {
    SortedMap<Integer, List<int[]>> families = new TreeMap<>();
    Members.of(labels, perClass)
        .forEach(
            (label, positions) -> {
              if (label >= superClassOf.length) {
                throw new IllegalArgumentException(
                    "every class needs a super-class, got "
                        + superClassOf.length
                        + " super-classes by label, and none for label "
                        + label);
              }
              families
                  .computeIfAbsent(superClassOf[label], key -> new ArrayList<>())
                  .add(positions);
            });
    families.forEach(
        (superClass, members) -> {
          if (members.size() < classes) {
            throw new IllegalArgumentException(
                "super-class "
                    + superClass
                    + " has "
                    + members.size()
                    + (members.size() == 1 ? " class" : " classes")
                    + ", but a batch takes "
                    + classes
                    + " of each super-class: lower the number of classes, or leave this"
                    + " super-class out");
          }
        });
    if (families.size() < superClasses) {
      throw new IllegalArgumentException(
          "a batch takes "
              + superClasses
              + " super-classes, but the set has "
              + families.size()
              + ": lower the number of super-classes per batch");
    }
    return families;
  }

  @Override
  public String describe() {
    return sizes(superClasses, classes, perClass) + ", seed " + seed;
  }

  private static String sizes(int superClasses, int classes, int perClass) {
    return "%d super-classes x %d classes x %d images".formatted(superClasses, classes, perClass);
  }
}

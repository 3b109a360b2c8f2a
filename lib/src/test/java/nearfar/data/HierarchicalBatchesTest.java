package nearfar.data;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HierarchicalBatchesTest {

  /** Class c has 4 + c % 3 images; the labels are mixed. */
  private static int[] labels(int classes) {
    int[] sorted =
        IntStream.range(0, classes)
            .flatMap(c -> IntStream.range(0, 4 + c % 3).map(i -> c))
            .toArray();
    int[] order = Rng.of(1).permutation(sorted.length);
    return Arrays.stream(order).map(i -> sorted[i]).toArray();
  }

  @ParameterizedTest(name = "{0} classes in {1} super-classes, batches {2} x {3} x {4}, seed {5}")
  @CsvSource({
    "24, 6, 2, 3, 4, 7",
    "24, 6, 6, 4, 2, 1",
    "23, 5, 3, 2, 3, -9",
    "10, 2, 1, 2, 2, 0",
    "9, 9, 4, 1, 4, 5",
    "40, 3, 2, 10, 4, 11"
  })
  void batchesHaveSTimesPTimesKAndCoverEvenly(
      int classes, int families, int s, int p, int k, long seed) {
    int[] labels = labels(classes);
    int[] familyOf = IntStream.range(0, classes).map(c -> 100 - 7 * (c % families)).toArray();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<int[]> batches = HierarchicalBatches.of(s, p, k, familyOf, seed).epoch(labels, epoch);
      assertEquals((int) Math.ceil(labels.length / (double) (s * p * k)), batches.size());
      Map<Integer, Integer> familyDraws = new HashMap<>();
      int[] classDraws = new int[classes];
      int[] imageDraws = new int[labels.length];
      for (int[] batch : batches) {
        Set<Integer> images = new HashSet<>();
        int[] inBatch = new int[classes];
        Map<Integer, Set<Integer>> classesOf = new HashMap<>();
        for (int i : batch) {
          assertTrue(images.add(i), "an image came twice in a batch");
          inBatch[labels[i]]++;
          imageDraws[i]++;
          classesOf.computeIfAbsent(familyOf[labels[i]], key -> new HashSet<>()).add(labels[i]);
        }
        assertEquals(s, classesOf.size());
        classesOf.forEach(
            (family, members) -> {
              assertEquals(p, members.size());
              familyDraws.merge(family, 1, Integer::sum);
            });
        for (int c = 0; c < classes; c++) {
          assertTrue(inBatch[c] == 0 || inBatch[c] == k);
          classDraws[c] += inBatch[c] / k;
        }
      }
      assertTrue(
          spread(
                  Arrays.stream(familyOf)
                      .distinct()
                      .map(family -> familyDraws.getOrDefault(family, 0)))
              <= 1,
          familyDraws.toString());
      for (int family : Arrays.stream(familyOf).distinct().toArray()) {
        assertTrue(
            spread(
                    IntStream.range(0, classes)
                        .filter(c -> familyOf[c] == family)
                        .map(c -> classDraws[c]))
                <= 1);
      }
      for (int c = 0; c < classes; c++) {
        int label = c;
        assertTrue(
            spread(
                    IntStream.range(0, labels.length)
                        .filter(i -> labels[i] == label)
                        .map(i -> imageDraws[i]))
                <= 1);
      }
    }
  }

  private static int spread(IntStream counts) {
    var statistics = counts.summaryStatistics();
    return statistics.getMax() - statistics.getMin();
  }

  /** With one super-class of all classes it deals as {@link ClassBatches} does: P × K, evenly. */
  @Test
  void oneSuperClassIsClassBatches() {
    int[] labels = labels(12);
    int[] all = new int[12];
    List<int[]> batches = HierarchicalBatches.of(1, 4, 3, all, 7).epoch(labels, 0);
    assertEquals(ClassBatches.of(4, 3, 7).epoch(labels, 0).size(), batches.size());
    for (int[] batch : batches) {
      assertEquals(4, Arrays.stream(batch).map(i -> labels[i]).distinct().count());
    }
  }

  @Test
  void seedAndEpochDecide() {
    int[] labels = labels(12);
    int[] familyOf = IntStream.range(0, 12).map(c -> c / 4).toArray();
    HierarchicalBatches batches = HierarchicalBatches.of(2, 2, 3, familyOf, 1);
    List<int[]> first = batches.epoch(labels, 2);
    List<int[]> again = batches.epoch(labels, 2);
    for (int b = 0; b < first.size(); b++) {
      assertArrayEquals(first.get(b), again.get(b));
    }
    assertFalse(Arrays.equals(first.get(0), batches.epoch(labels, 1).get(0)));
    assertFalse(
        Arrays.equals(
            first.get(0), HierarchicalBatches.of(2, 2, 3, familyOf, 2).epoch(labels, 2).get(0)));
    familyOf[0] = 2; // a copy was taken
    assertArrayEquals(first.get(0), batches.epoch(labels, 2).get(0));
  }

  /** Omniglot's names; a class that is in no image of the set does not count. */
  @Test
  void namesTellSuperClasses() {
    List<String> names =
        List.of("Greek/01", "Latin/01", "Greek/02", "Latin/02", "Greek/03", "Futurama/01");
    int[] labels = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
    List<int[]> batches =
        HierarchicalBatches.of(2, 2, 2, names, name -> name.substring(0, name.indexOf('/')), 7)
            .epoch(labels, 0);
    for (int[] batch : batches) {
      long greek = Arrays.stream(batch).filter(i -> labels[i] % 2 == 0).count();
      assertEquals(4, greek);
      assertEquals(8, batch.length);
    }
  }

  @Test
  void refuseWhatCannotBeDrawn() {
    int[] labels = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    refused(
        () -> HierarchicalBatches.of(1, 1, 4, new int[3], 1),
        "at least 2 classes",
        "got 1 super-classes x 1 classes x 4 images");
    refused(() -> HierarchicalBatches.of(0, 4, 4, new int[3], 1), "got 0 super-classes");
    refused(() -> HierarchicalBatches.of(2, 0, 4, new int[3], 1), "x 0 classes");
    refused(() -> HierarchicalBatches.of(2, 4, 1, new int[3], 1), "x 1 images");
    refused(
        () -> HierarchicalBatches.of(2, 2, 2, new int[] {5, 5, 8}, 1).epoch(labels, 0),
        "super-class 8 has 1 class, but a batch takes 2 of each super-class");
    refused(
        () -> HierarchicalBatches.of(3, 1, 2, new int[] {5, 5, 8}, 1).epoch(labels, 0),
        "a batch takes 3 super-classes, but the set has 2");
    refused(
        () -> HierarchicalBatches.of(2, 1, 4, new int[] {5, 5, 8}, 1).epoch(labels, 0),
        "class 0 has 3 images, but a batch takes 4");
    refused(
        () -> HierarchicalBatches.of(1, 2, 2, new int[2], 1).epoch(labels, 0),
        "got 2 super-classes by label, and none for label 2");
    refused(
        () -> HierarchicalBatches.of(1, 2, 2, new int[3], 1).epoch(labels, -1),
        "epochs count from");
    refused(
        () -> HierarchicalBatches.of(1, 2, 2, new int[3], 1).epoch(new int[0], 0),
        "1 super-classes, but the set has 0");
  }

  @Test
  void saysWhatItIs() {
    assertEquals(
        "2 super-classes x 4 classes x 5 images, seed 7",
        HierarchicalBatches.of(2, 4, 5, new int[9], 7).describe());
  }
}

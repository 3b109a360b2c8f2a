package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesTest {

  private static int[] labels(int classes, int perClass) {
    int[] labels = new int[classes * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % classes;
    }
    return labels;
  }

  @ParameterizedTest(name = "{0} classes of {1}, batches {2} x {3}, seed {4}")
  @CsvSource({
    "40, 24, 8, 4, 7",
    "10, 5, 3, 2, 1",
    "7, 6, 7, 6, 2",
    "5, 20, 4, 3, -9",
    "2, 2, 2, 2, 0",
    "156, 20, 8, 4, 123",
    "3, 50, 2, 49, 5"
  })
  void classBatchesHavePTimesKAndCoverEvenly(int classes, int perClass, int p, int k, long seed) {
    int[] labels = labels(classes, perClass);
    for (int epoch = 0; epoch < 3; epoch++) {
      List<int[]> batches = ClassBatches.of(p, k, seed).epoch(labels, epoch);
      assertEquals((int) Math.ceil(labels.length / (double) (p * k)), batches.size());
      int[] classDraws = new int[classes];
      int[] imageDraws = new int[labels.length];
      for (int[] batch : batches) {
        int[] inBatch = new int[classes];
        Set<Integer> images = new HashSet<>();
        for (int i : batch) {
          assertTrue(images.add(i), "an image came twice in a batch");
          inBatch[labels[i]]++;
          imageDraws[i]++;
        }
        assertEquals(p, Arrays.stream(inBatch).filter(n -> n > 0).count());
        for (int c = 0; c < classes; c++) {
          assertTrue(inBatch[c] == 0 || inBatch[c] == k);
          classDraws[c] += inBatch[c] / k;
        }
      }
      assertTrue(spread(classDraws) <= 1, Arrays.toString(classDraws));
      assertTrue(Arrays.stream(classDraws).min().orElseThrow() >= 1, "a class was left out");
      for (int c = 0; c < classes; c++) {
        int label = c;
        int[] ofClass =
            IntStream.range(0, labels.length)
                .filter(i -> labels[i] == label)
                .map(i -> imageDraws[i])
                .toArray();
        assertTrue(spread(ofClass) <= 1, Arrays.toString(ofClass));
      }
    }
  }

  private static int spread(int[] counts) {
    return Arrays.stream(counts).max().orElseThrow() - Arrays.stream(counts).min().orElseThrow();
  }

  @Test
  void aSmallSetGetsSmallerBatches() {
    ImageSet small = Glyphs.generate(5, 3, 7);
    assertEquals(
        ClassBatches.of(5, 3, 1).describe(), ClassBatches.atMost(small, 16, 4, 1).describe());
    assertEquals(
        ClassBatches.of(2, 2, 1).describe(), ClassBatches.atMost(small, 2, 2, 1).describe());
  }

  @Test
  void classBatchesTakeRareClassesAsOftenAsCommonOnes() {
    int[] labels = new int[100];
    Arrays.fill(labels, 0, 90, 0);
    Arrays.fill(labels, 90, 95, 1);
    Arrays.fill(labels, 95, 100, 3); // label 2 does not occur
    int[] draws = new int[4];
    for (int[] batch : ClassBatches.of(2, 5, 3).epoch(labels, 0)) {
      for (int i : batch) {
        draws[labels[i]]++;
      }
    }
    assertEquals(0, draws[2]);
    assertEquals(100, draws[0] + draws[1] + draws[3]);
    assertTrue(draws[1] >= 30 && draws[3] >= 30, Arrays.toString(draws));
  }

  @Test
  void seedAndEpochDecide() {
    int[] labels = labels(10, 12);
    for (Batches batches : List.of(ClassBatches.of(4, 3, 1), ShuffledBatches.of(16, 1))) {
      assertSame(batches.epoch(labels, 2), batches.epoch(labels, 2));
      assertFalse(Arrays.equals(batches.epoch(labels, 0).get(0), batches.epoch(labels, 1).get(0)));
    }
    assertFalse(
        Arrays.equals(
            ClassBatches.of(4, 3, 1).epoch(labels, 0).get(0),
            ClassBatches.of(4, 3, 2).epoch(labels, 0).get(0)));
    assertFalse(
        Arrays.equals(
            ShuffledBatches.of(16, 1).epoch(labels, 0).get(0),
            ShuffledBatches.of(16, 2).epoch(labels, 0).get(0)));
  }

  private static void assertSame(List<int[]> a, List<int[]> b) {
    assertEquals(a.size(), b.size());
    for (int i = 0; i < a.size(); i++) {
      assertArrayEquals(a.get(i), b.get(i));
    }
  }

  @Test
  void classBatchesRefuseAClassThatIsTooSmall() {
    int[] labels = {0, 0, 0, 0, 1, 1, 2, 2, 2, 2};
    assertEquals(
        "class 1 has 2 images, but a batch takes 3 of each class: lower the number per class, or"
            + " leave this class out",
        assertThrows(
                IllegalArgumentException.class, () -> ClassBatches.of(2, 3, 1).epoch(labels, 0))
            .getMessage());
  }

  @Test
  void classBatchesRefuseTooFewClasses() {
    assertEquals(
        "a batch takes 5 classes, but the set has 4: lower the number of classes per batch",
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassBatches.of(5, 2, 1).epoch(labels(4, 3), 0))
            .getMessage());
    assertEquals(
        "a batch takes 2 classes, but the set has 1: lower the number of classes per batch",
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassBatches.of(2, 2, 1).epoch(labels(1, 3), 0))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> ClassBatches.of(2, 2, 1).epoch(new int[0], 0));
  }

  @Test
  void classBatchesRefuseOtherNonsense() {
    assertEquals(
        "a batch needs at least 2 classes (for negatives) and 2 images of each (for positives), got"
            + " 1 classes x 4 images",
        assertThrows(IllegalArgumentException.class, () -> ClassBatches.of(1, 4, 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> ClassBatches.of(4, 1, 1));
    assertEquals(
        "labels must not be negative, got -3 at position 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassBatches.of(2, 2, 1).epoch(new int[] {0, -3, 0, 1}, 0))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> ClassBatches.of(2, 2, 1).epoch(labels(2, 2), -1));
  }

  @ParameterizedTest
  @CsvSource({"10, 3, 3, 9", "10, 4, 3, 10", "10, 10, 1, 10", "10, 64, 1, 10", "2, 2, 1, 2"})
  void shuffledBatchesTakeEveryImageOnceButNeverAlone(
      int images, int size, int batchCount, int drawn) {
    List<int[]> batches = ShuffledBatches.of(size, 7).epoch(new int[images], 0);
    assertEquals(batchCount, batches.size());
    Set<Integer> seen = new HashSet<>();
    for (int[] batch : batches) {
      assertTrue(batch.length >= 2 && batch.length <= size);
      for (int i : batch) {
        assertTrue(i >= 0 && i < images && seen.add(i));
      }
    }
    assertEquals(drawn, seen.size());
  }

  @Test
  void shuffledBatchesRefuseNonsense() {
    assertThrows(IllegalArgumentException.class, () -> ShuffledBatches.of(1, 1));
    assertEquals(
        "batches need a set of at least 2 images, got 1",
        assertThrows(
                IllegalArgumentException.class, () -> ShuffledBatches.of(2, 1).epoch(new int[1], 0))
            .getMessage());
  }

  @Test
  void theySayWhatTheyAre() {
    assertEquals("8 classes x 4 images, seed 7", ClassBatches.of(8, 4, 7).describe());
    assertEquals("shuffled, 64 images, seed 7", ShuffledBatches.of(64, 7).describe());
  }
}

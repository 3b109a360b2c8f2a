package nearfar.evaluation;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {

  private static final double[][] THREE = {{3, 4}, {0, 1}, {-2, 0}};
  private static final int[] LABELS = {7, 0, 7};

  @Test
  void someClassesKeepTheirLabelsAndNames() {
    Embeddings all =
        Embeddings.of(new double[][] {{1}, {2}, {3}, {4}}, new int[] {0, 1, 2, 1})
            .withClassNames(List.of("a", "b", "c"));
    Embeddings part = all.ofClasses(label -> label != 0);
    assertArrayEquals(new int[] {1, 2, 1}, part.labels());
    assertArrayEquals(new double[][] {{2}, {3}, {4}}, part.vectors());
    assertEquals("c", part.className(2));
    refused(() -> all.ofClasses(label -> label > 2), "got none of 4");
  }

  @Test
  void keepsWhatItWasGivenAndKnowsItsSize() {
    Embeddings e = Embeddings.of(THREE, LABELS);
    assertEquals(3, e.size());
    assertEquals(2, e.dimension());
    assertEquals(2, e.classes());
    assertEquals(7, e.label(2));
    assertArrayEquals(LABELS, e.labels());
    assertArrayEquals(THREE, e.vectors());
    assertEquals("embeddings: 3 × 2, 2 classes", e.toString());
  }

  @Test
  void widensSinglePrecisionExactly() {
    Embeddings e = Embeddings.of(new float[][] {{0.1f}}, new int[] {0});
    assertEquals((double) 0.1f, e.vector(0)[0]);
  }

  @Test
  void isNotChangedFromOutside() {
    double[][] vectors = {{1, 2}};
    int[] labels = {3};
    Embeddings e = Embeddings.of(vectors, labels);
    vectors[0][0] = 9;
    labels[0] = 9;
    e.vectors()[0][0] = 9;
    e.vector(0)[0] = 9;
    e.labels()[0] = 9;
    e.normalized().vectors()[0][0] = 9;
    assertArrayEquals(new double[] {1, 2}, e.vector(0));
    assertEquals(3, e.label(0));
  }

  @Test
  void namesItsClasses() {
    Embeddings e = Embeddings.of(THREE, new int[] {0, 1, 1});
    assertEquals("1", e.className(1));
    Embeddings named = e.withClassNames(List.of("alpha", "beta", "gamma"));
    assertEquals("beta", named.className(1));
    assertEquals("alpha", named.normalized().className(0));
    refused(() -> e.withClassNames(List.of("alpha")), "up to 1", "got 1 names");
  }

  @Test
  void normalisesAlsoWhereSquaresLeaveTheRange() {
    double[][] extreme = {{3e-200, 4e-200}, {3e200, 4e200}, {3, -4}};
    double[][] units = Embeddings.of(extreme, new int[3]).normalized().vectors();
    assertArrayEquals(new double[] {0.6, 0.8}, units[0], 1e-15);
    assertArrayEquals(new double[] {0.6, 0.8}, units[1], 1e-15);
    assertArrayEquals(new double[] {0.6, -0.8}, units[2], 1e-15);
  }

  @Test
  void refusesWhatItCannotMeasure() {
    refused(
        () ->
            Embeddings.of(new double[][] {{1}, {2}}, new int[] {0, 1})
                .withClassNames(List.of("a", "a")),
        "\"a\" twice");
    refused(() -> Embeddings.of(new double[0][], new int[0]), "at least one embedding");
    refused(() -> Embeddings.of(new double[][] {{}}, new int[1]), "at least one entry");
    refused(() -> Embeddings.of(THREE, new int[2]), "3 embeddings, got 2 labels");
    refused(
        () -> Embeddings.of(new double[][] {{1, 2}, {1}}, new int[2]),
        "2 entries of row 0, got 1 in row 1");
    refused(() -> Embeddings.of(THREE, new int[] {0, -4, 0}), "got -4 at position 1");
    refused(
        () -> Embeddings.of(new double[][] {{1, 2}, {1, Double.NaN}}, new int[2]),
        "got NaN in row 1, column 1");
    refused(
        () -> Embeddings.of(new float[][] {{Float.NEGATIVE_INFINITY}}, new int[1]),
        "got -Infinity in row 0, column 0");
    refused(
        () -> Embeddings.of(new double[][] {{1}, {0}}, new int[2]).normalized(),
        "row 1 is the zero vector");
  }
}

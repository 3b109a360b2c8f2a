package nearfar.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class NearestClassMeanTest {

  private static final Embeddings KNOWN =
      Embeddings.of(new double[][] {{0, 0}, {2, 0}, {10, 4}}, new int[] {0, 0, 2});

  @Test
  void theMeanDecidesAndNotTheNearestEmbedding() {
    // The means are (1, 0) and (10, 4): (5, 2) is nearer to the first, (6, 2) to the second.
    Embeddings asked =
        Embeddings.of(new double[][] {{5, 2}, {6, 2}, {6, 2}, {1, 9}}, new int[] {0, 2, 0, 2});
    assertEquals(0.5, NearestClassMean.accuracy(KNOWN, asked));
  }

  @Test
  void theUnitDoesNotMatter() {
    Embeddings small =
        Embeddings.of(new double[][] {{0, 0}, {2e-9, 0}, {1e-8, 4e-9}}, new int[] {0, 0, 2});
    Embeddings asked = Embeddings.of(new double[][] {{5e-9, 2e-9}}, new int[] {0});
    assertEquals(1, NearestClassMean.accuracy(small, asked));
  }

  @Test
  void aClassWithoutAMeanIsNamed() {
    Embeddings asked = Embeddings.of(new double[][] {{0, 0}}, new int[] {1});
    String message =
        assertThrows(IllegalArgumentException.class, () -> NearestClassMean.accuracy(KNOWN, asked))
            .getMessage();
    assertEquals("class 1 has no known embedding, so it has no mean: leave it out", message);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            NearestClassMean.accuracy(
                KNOWN, Embeddings.of(new double[][] {{0, 0, 0}}, new int[] {0})));
  }
}

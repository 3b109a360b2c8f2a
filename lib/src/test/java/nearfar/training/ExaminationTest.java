package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.SoftTripleLoss;
import nearfar.loss.SubCenterArcFaceLoss;
import org.junit.jupiter.api.Test;

class ExaminationTest {

  /** Two classes with two vectors each, at 0° and 180°, at 90° and 270°; lengths 1 to 4. */
  private static final float[][] VECTORS = {{1, 0}, {-2, 0}, {0, 3}, {0, -4}};

  private static Examination of(EmbeddingLoss loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(new float[][] {{5, 1}, {-5, 1}, {1, 5}, {1, -5}, {-5, 1}});
      x.setName(EmbeddingLoss.EMBEDDINGS);
      NDArray w = manager.create(VECTORS);
      w.setName(EmbeddingLoss.VECTORS);
      NDArray labels = manager.create(new long[] {0, 0, 1, 1, 1});
      return Examination.of(1, loss, labels, new NDList(x, w));
    }
  }

  @Test
  void classesAreLookedAtNotTheirVectors() {
    Examination seen = of(SubCenterArcFaceLoss.of(0.2, 8, 2));
    assertEquals(2, seen.classes());
    assertArrayEquals(new float[] {2, 4}, seen.rows());
    assertArrayEquals(new float[] {0, 0, 1, 1, 0}, seen.chosen());
    assertEquals(0.8, seen.accuracy());
    double length = Math.sqrt(26);
    // The nearest vector of the other class is at the cosine 1 / √26.
    double sure = 1 / (1 + Math.exp(8 * (1 - 5) / length));
    for (float p : seen.sureness()) {
      assertEquals(sure, p, 1e-5);
    }
  }

  @Test
  void withoutAScaleOfCosinesTheNearestVectorsClassIsChosen() {
    Examination seen = of(SoftTripleLoss.of(2));
    assertArrayEquals(new float[] {2, 4}, seen.rows());
    assertArrayEquals(new float[] {0, 0, 1, 1, 0}, seen.chosen());
    assertEquals(0, seen.sureness().length);
  }
}

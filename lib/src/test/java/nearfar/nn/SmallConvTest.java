package nearfar.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallConvTest {

  @ParameterizedTest
  @CsvSource({"1, 28, 28, 64", "1, 28, 28, 2", "3, 32, 40, 16", "1, 8, 9, 2", "2, 15, 15, 1"})
  void anyImageFromEightByEightBecomesAVector(int c, int h, int w, int d) {
    try (NDManager manager = NDManager.newBaseManager()) {
      SmallConv conv = SmallConv.of(d);
      assertEquals(d, conv.embeddingSize());
      Shape images = new Shape(5, c, h, w);
      conv.initialize(manager, DataType.FLOAT32, images);
      NDList out =
          conv.forward(
              new ParameterStore(manager, false),
              new NDList(manager.randomUniform(0, 1, images)),
              false);
      assertEquals(1, out.size());
      assertEquals(new Shape(5, d), out.head().getShape());
      if (d == 64) {
        // Nothing follows the linear layer: components of either sign.
        assertTrue(out.head().min().getFloat() < 0 && out.head().max().getFloat() > 0);
      }
    }
  }

  @Test
  void tooSmallImagesAndEmbeddingsAreSaid() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> SmallConv.of(0))
            .getMessage()
            .contains("got 0"));
    try (NDManager manager = NDManager.newBaseManager()) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> SmallConv.of(2).initialize(manager, DataType.FLOAT32, new Shape(1, 1, 7, 28)));
      assertTrue(e.getMessage().contains("at least 8, got [(1, 1, 7, 28)]"), e.getMessage());
    }
  }
}

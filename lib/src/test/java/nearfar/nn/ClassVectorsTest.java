package nearfar.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;

class ClassVectorsTest {

  private static NDList forward(ai.djl.nn.Block block, NDManager manager, NDArray input) {
    block.initialize(manager, DataType.FLOAT32, input.getShape());
    return block.forward(new ParameterStore(manager, false), new NDList(input), false);
  }

  @Test
  void appendsItsArraysUnderTheirNamesAndLeavesTheEmbeddingsAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.arange(8f).reshape(4, 2);
      SequentialBlock both =
          new SequentialBlock()
              .add(ClassVectors.random("vectors", 3).optBias("bias"))
              .add(ClassVectors.zeros("centers", 3));
      NDList out = forward(both, manager, x);
      assertEquals(4, out.size());
      assertSame(x, out.get(0));
      assertEquals(new Shape(3, 2), out.get("vectors").getShape());
      assertEquals(new Shape(3), out.get("bias").getShape());
      assertEquals(new Shape(3, 2), out.get("centers").getShape());
      assertArrayEquals(new float[6], out.get("centers").toFloatArray());
      assertArrayEquals(
          new Shape[] {new Shape(4, 2), new Shape(3, 2), new Shape(3), new Shape(3, 2)},
          both.getOutputShapes(new Shape[] {new Shape(4, 2)}));
    }
  }

  @Test
  void theSameSeedGivesTheSameRowsOfAboutUnitLength() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[][] drawn = new float[2][];
      for (int i = 0; i < 2; i++) {
        Engine.getInstance().setRandomSeed(11);
        NDArray w =
            forward(ClassVectors.random("w", 500), manager, manager.zeros(new Shape(1, 32))).get(1);
        drawn[i] = w.toFloatArray();
        float mean = w.norm(new int[] {1}).mean().getFloat();
        assertEquals(1, mean, 0.03, "mean length of 500 rows");
      }
      assertArrayEquals(drawn[0], drawn[1], 0f);
    }
  }

  @Test
  void aClassMayHaveSeveralRows() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClassVectors three = ClassVectors.random("w", 5, 3).optBias("bias");
      assertEquals(5, three.classes());
      assertEquals(3, three.perClass());
      NDList out = forward(three, manager, manager.zeros(new Shape(2, 4)));
      assertEquals(new Shape(15, 4), out.get("w").getShape());
      assertEquals(new Shape(5), out.get("bias").getShape());
      assertArrayEquals(
          new Shape[] {new Shape(2, 4), new Shape(15, 4), new Shape(5)},
          three.getOutputShapes(new Shape[] {new Shape(2, 4)}));
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> ClassVectors.random("w", 5, 0))
              .getMessage()
              .contains("at least 1 row for each class, got 0"));
    }
  }

  @Test
  void frozenVectorsTakeNoGradient() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClassVectors centers = ClassVectors.zeros("centers", 3);
      centers.freezeParameters(true);
      assertFalse(forward(centers, manager, manager.ones(new Shape(1, 2))).get(1).hasGradient());
      assertTrue(
          forward(ClassVectors.random("w", 3), manager, manager.ones(new Shape(1, 2)))
              .get(1)
              .hasGradient());
    }
  }

  @Test
  void badUseIsMetAtTheDoor() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ClassVectors.random("vectors", 0))
            .getMessage()
            .contains("at least 1 class, got 0"));
    assertThrows(
        IllegalStateException.class,
        () -> ClassVectors.random("vectors", 2).optBias("bias").optBias("bias"));
    try (NDManager manager = NDManager.newBaseManager()) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  ClassVectors.random("vectors", 2)
                      .initialize(manager, DataType.FLOAT32, new Shape(4, 3, 3)));
      assertTrue(e.getMessage().contains("(N, D), got (4, 3, 3)"), e.getMessage());
    }
  }
}

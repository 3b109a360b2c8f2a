package nearfar.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayFileTest {

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadInPlace() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (Shape shape : new Shape[] {new Shape(3), new Shape(1), new Shape(5, 7)}) {
        NDArray array = manager.randomNormal(shape);
        Path file = folder.resolve("a.npy"); // Replaced each time.
        ArrayFile.write(file, array);
        NDArray into = manager.zeros(shape);
        into.setRequiresGradient(true);
        ArrayFile.read(file, into);
        assertArrayEquals(array.toFloatArray(), into.toFloatArray());
        assertTrue(into.hasGradient());
      }
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Path file = folder.resolve("a.npy");
      ArrayFile.write(file, manager.zeros(new Shape(4)));
      assertEquals(
          file
              + " must be NumPy's .npy of float32 ('<f4'), shape (5,), row after row, got numbers"
              + " of type <f4, shape (4,): name another file, or the sizes that this one was made"
              + " with",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> ArrayFile.read(file, manager.zeros(new Shape(5))))
              .getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> ArrayFile.read(file, manager.zeros(new Shape(1, 4))));
      for (NDArray other :
          new NDArray[] {
            manager.zeros(new Shape(2, 2), DataType.FLOAT64),
            manager.zeros(new Shape(2, 2, 2)),
            manager.create(1f)
          }) {
        assertTrue(
            assertThrows(IllegalArgumentException.class, () -> ArrayFile.write(file, other))
                .getMessage()
                .contains("must be float32 of one or two dimensions, got " + other.getDataType()));
      }
      assertThrows(
          UncheckedIOException.class,
          () -> ArrayFile.read(folder.resolve("none.npy"), manager.zeros(new Shape(4))));
      assertThrows(
          UncheckedIOException.class,
          () -> ArrayFile.write(folder.resolve("no/a.npy"), manager.zeros(new Shape(4))));
    }
  }
}

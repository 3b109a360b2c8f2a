package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  // Large arrays: the account is the whole process's, whose other threads take some megabytes.
  private static final double MEGABYTES = 1e6;

  @Test
  void anArrayIsCountedAndItsTransposedViewIsNot() {
    try (NDManager manager = NDManager.newBaseManager()) {
      manager.ones(new Shape(1)).close(); // The engine starts.
      long before = NativeMemory.bytes();
      NDArray rows = manager.ones(new Shape(25_000_000, 4));
      assertEquals(400, (NativeMemory.bytes() - before) / MEGABYTES, 40);
      long between = NativeMemory.bytes();
      try (NDArray view = rows.transpose()) {
        assertEquals(100_000_000, view.size());
        assertEquals(0, (NativeMemory.bytes() - between) / MEGABYTES, 40);
      }
    }
  }

  @Test
  void theHeightIsSeenAlthoughItIsOverAtTheEnd() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Runnable work =
          () -> {
            try (NDArray array = manager.ones(new Shape(50_000_000))) {
              assertEquals(50_000_000, array.size());
              LockSupport.parkNanos(100_000_000);
            }
          };
      work.run();
      double height = NativeMemory.height(work) / MEGABYTES;
      assertEquals(200, height, 40);
    }
  }
}

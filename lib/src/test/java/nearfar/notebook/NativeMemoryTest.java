package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private static final double MEGABYTES = 1e6;

  @Test
  void anArrayIsCountedAndItsTransposedViewIsNot() {
    try (NDManager manager = NDManager.newBaseManager()) {
      manager.ones(new Shape(1)).close(); // The engine starts.
      long before = NativeMemory.bytes();
      NDArray rows = manager.ones(new Shape(1_000_000, 4));
      assertEquals(16, (NativeMemory.bytes() - before) / MEGABYTES, 1);
      long between = NativeMemory.bytes();
      try (NDArray view = rows.transpose()) {
        assertEquals(4_000_000, view.size());
        assertEquals(0, (NativeMemory.bytes() - between) / MEGABYTES, 1);
      }
    }
  }

  @Test
  void theHeightIsSeenAlthoughItIsOverAtTheEnd() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Runnable work =
          () -> {
            try (NDArray array = manager.ones(new Shape(5_000_000))) {
              assertEquals(5_000_000, array.size());
              LockSupport.parkNanos(100_000_000);
            }
          };
      work.run();
      double height = NativeMemory.height(work) / MEGABYTES;
      assertTrue(height > 19 && height < 25, () -> "20 MB were held, got " + height);
    }
  }
}

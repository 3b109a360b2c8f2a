package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import nearfar.data.ImageSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AheadTest {

  private static final ImageSet BARS = TestImages.bars(4, 3, 8, 1);
  private static final List<int[]> BATCHES =
      List.of(new int[] {3, 1}, new int[] {0, 2}, new int[] {7, 5});

  @Test
  void givesTheBatchesInOrderAndEachEpochItsOwn() throws Exception {
    List<String> asked = new ArrayList<>();
    Ahead.Source source =
        (epoch, indices) -> {
          synchronized (asked) {
            asked.add(epoch + ":" + indices[0]);
          }
          return BARS.select(indices);
        };
    try (Ahead ahead = new Ahead(source)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        for (int step = 0; step < BATCHES.size(); step++) {
          ImageSet images = ahead.take(epoch, BATCHES, step);
          assertArrayEquals(BARS.select(BATCHES.get(step)).labels(), images.labels());
        }
        // Nothing of the next epoch is begun before it is asked for.
        assertEquals(3 * (epoch + 1), asked.size());
      }
    }
    assertEquals(List.of("0:3", "0:0", "0:7", "1:3", "1:0", "1:7"), asked);
  }

  @Test
  @Timeout(30)
  void preparesTheNextBatchWhileThisOneIsComputed() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    AtomicReference<Thread> by = new AtomicReference<>();
    Ahead.Source source =
        (epoch, indices) -> {
          if (indices[0] == 0) {
            by.set(Thread.currentThread());
            second.countDown();
          }
          return BARS.select(indices);
        };
    try (Ahead ahead = new Ahead(source)) {
      ahead.take(0, BATCHES, 0);
      // Here the network would compute: the second batch comes without being asked for.
      assertTrue(second.await(20, TimeUnit.SECONDS));
      assertNotEquals(Thread.currentThread(), by.get());
    }
    by.get().join(20_000);
    assertEquals(Thread.State.TERMINATED, by.get().getState(), "closing ends the thread");
  }

  @Test
  void whatTheSourceThrowsIsThrownAtItsStep() throws Exception {
    IllegalArgumentException bad = new IllegalArgumentException("bad image");
    try (Ahead ahead =
        new Ahead(
            (epoch, indices) -> {
              if (indices[0] == 0) {
                throw bad;
              }
              return BARS.select(indices);
            })) {
      ahead.take(0, BATCHES, 0);
      assertSame(
          bad, assertThrows(IllegalArgumentException.class, () -> ahead.take(0, BATCHES, 1)));
    }
    try (Ahead ahead =
        new Ahead(
            (epoch, indices) -> {
              throw new StackOverflowError("deep");
            })) {
      assertThrows(StackOverflowError.class, () -> ahead.take(0, BATCHES, 0));
    }
  }

  @Test
  @Timeout(30)
  void anInterruptEndsTheWaitForABatch() {
    CountDownLatch never = new CountDownLatch(1);
    try (Ahead ahead =
        new Ahead(
            (epoch, indices) -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return BARS;
            })) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> ahead.take(0, BATCHES, 0));
      assertTrue(!Thread.currentThread().isInterrupted());
    }
  }
}

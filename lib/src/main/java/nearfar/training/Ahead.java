package nearfar.training;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import nearfar.data.ImageSet;
import org.jspecify.annotations.Nullable;

/**
 * Prepares each batch of an epoch while the network computes the one before, in a thread of its
 * own. The images are plain Java there, and become the engine's in the thread that trains: no
 * native memory is made, or left, in the background.
 *
 * <p>It does not look beyond the epoch: batches of the next are drawn when this one is over, since
 * they may depend on what a visit saw in between.
 */
final class Ahead implements AutoCloseable {

  /** What a batch is made from: the images of one epoch's batch, augmented if asked for. */
  interface Source {
    ImageSet images(int epoch, int[] indices);
  }

  private final Source source;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread ahead = new Thread(work, "nearfar batches");
            ahead.setDaemon(true);
            return ahead;
          });
  private @Nullable Future<ImageSet> next;

  Ahead(Source source) {
    this.source = source;
  }

  /**
   * The images of a step; those of the next are begun. To be called for every step in turn.
   *
   * @throws InterruptedException if the thread that waits is interrupted
   */
  ImageSet take(int epoch, List<int[]> batches, int step) throws InterruptedException {
    Future<ImageSet> now = next == null ? begin(epoch, batches.get(step)) : next;
    next = step + 1 < batches.size() ? begin(epoch, batches.get(step + 1)) : null;
    try {
      return now.get();
    } catch (ExecutionException e) {
      // As if it had been thrown here: whoever trains need not know of the thread.
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException("a batch could not be prepared", e.getCause());
    }
  }

  private Future<ImageSet> begin(int epoch, int[] indices) {
    return thread.submit(() -> source.images(epoch, indices));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

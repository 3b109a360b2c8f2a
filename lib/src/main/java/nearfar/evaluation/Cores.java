package nearfar.evaluation;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Shares numbered tasks among all cores: each core takes the next one when it is done with one. */
final class Cores {

  private Cores() {}

  /**
   * Does every task once, in no order; the caller works with the others.
   *
   * @param worker makes what does tasks on one core, and what it needs to do them with
   * @throws CancellationException if the calling thread is interrupted: a notebook's stop button
   *     must end what takes minutes, and knows no other thread than the cell's own
   */
  static void share(int tasks, String what, Supplier<IntConsumer> worker) {
    Thread caller = Thread.currentThread();
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicInteger next = new AtomicInteger();
    int workers = Math.min(tasks, ForkJoinPool.getCommonPoolParallelism() + 1);
    IntStream.range(0, workers)
        .parallel()
        .forEach(
            core -> {
              IntConsumer task = worker.get();
              int at;
              while (!stopped.get() && (at = next.getAndIncrement()) < tasks) {
                if (Thread.currentThread() == caller && Thread.interrupted()) {
                  stopped.set(true);
                } else {
                  task.accept(at);
                }
              }
            });
    if (stopped.get()) {
      throw new CancellationException(what + " was interrupted");
    }
  }
}

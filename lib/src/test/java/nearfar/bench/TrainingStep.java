package nearfar.bench;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import nearfar.data.Batches;
import nearfar.data.ImageSet;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.SmallConv;
import nearfar.training.Fit;
import nearfar.training.History;
import nearfar.training.Progress;
import nearfar.training.Run;

/**
 * Steps of a whole training, as a user of {@link Fit} has them: batch, network, loss, gradients,
 * optimiser, records. The training runs in its own thread and waits after each step until it is
 * asked for the next. Before the first it writes the network's parameters for the peer to begin
 * with the same.
 */
final class TrainingStep implements Work, Progress {

  /** How many losses are compared: of the second the gradient is in it, of the third the update. */
  private static final int COMPARED = 5;

  private final Path folder;
  private final Semaphore asked = new Semaphore(0);
  private final Semaphore made = new Semaphore(0);
  private volatile double last;
  private volatile RuntimeException failed;

  private TrainingStep(Path folder) {
    this.folder = folder;
  }

  static TrainingStep of(Request r, EmbeddingLoss loss) throws IOException, InterruptedException {
    Path folder = Path.of(r.text("folder"));
    TrainingStep training = new TrainingStep(folder);
    float[][] pixels = Raw.rows(folder.resolve("images.f32"), 28 * 28);
    int[] labels = Raw.ints(folder.resolve("labels.i32"));
    List<String> names =
        IntStream.range(0, r.number("classes")).mapToObj(c -> "class " + c).toList();
    ImageSet images = ImageSet.of("bench", 1, 28, 28, pixels, labels, names);
    Fit fit =
        Fit.backbone(SmallConv.of(r.number("dimension")))
            .loss(loss)
            .batches(fixed(Raw.ints(folder.resolve("batches.i32")), r.number("batch")))
            .epochs(Integer.MAX_VALUE)
            .learningRate(1e-3)
            .progress(training)
            .visit((epoch, run) -> training.visit(epoch, run));
    Thread thread = new Thread(() -> training.train(fit, images), "training");
    thread.setDaemon(true);
    thread.start();
    training.await();
    return training;
  }

  private static Batches fixed(int[] indices, int size) {
    List<int[]> batches = new ArrayList<>();
    for (int start = 0; start < indices.length; start += size) {
      batches.add(Arrays.copyOfRange(indices, start, start + size));
    }
    return new Batches() {
      @Override
      public List<int[]> epoch(int[] labels, int epoch) {
        return batches;
      }

      @Override
      public String describe() {
        return "those of the file";
      }
    };
  }

  private void train(Fit fit, ImageSet images) {
    try {
      fit.run(images).close();
    } catch (RuntimeException e) {
      failed = e;
      made.release();
    }
  }

  private void visit(int epoch, Run run) {
    if (epoch > 0) {
      return;
    }
    try {
      int number = 0;
      for (Pair<String, Parameter> parameter : run.model().getBlock().getParameters()) {
        String name =
            String.format(Locale.ROOT, "parameter-%03d-%s.f32", number++, parameter.getKey());
        Raw.write(folder.resolve(name), parameter.getValue().getArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    made.release();
    asked.acquireUninterruptibly();
  }

  private void await() throws InterruptedException {
    made.acquire();
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public void step() throws InterruptedException {
    asked.release();
    await();
  }

  @Override
  public Answer answer() throws InterruptedException {
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int i = 1; i <= COMPARED; i++) {
      step();
      losses.put("loss-" + i, last);
    }
    return Work.values(losses);
  }

  @Override
  public void begin(int epochs) {}

  @Override
  public void step(int epoch, int step, int steps, double loss) {
    last = loss;
    made.release();
    asked.acquireUninterruptibly();
  }

  @Override
  public void epoch(History reached) {}

  @Override
  public void end(History reached, boolean finished) {}
}

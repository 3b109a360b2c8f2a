package nearfar.training;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import nearfar.data.Batches;
import nearfar.data.ImageSet;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.GradientsInPlace;
import nearfar.loss.Schedule;
import nearfar.nn.SampledVectors;
import nearfar.nn.SampledVectors.Drawn;
import org.jspecify.annotations.Nullable;

/** The training loop: epochs, steps, and when to stop. */
final class Loop {

  /** Numbers of an array whose gradient is added to in place: 4 MB of float32. */
  private static final long LARGE = 1L << 20;

  private final Trainer trainer;
  private final EmbeddingLoss loss;
  private final @Nullable SampledVectors sampled;
  private final Descent descent;
  private final Ahead.Source source;
  private final Progress progress;
  private final Doctor doctor;
  private final BiConsumer<Integer, History> visit;
  private final int epochs;
  private final Schedule learningRate;
  private final Recorder recorder = new Recorder();
  private final Rounds rounds = new Rounds();
  private GradientsInPlace inPlace = GradientsInPlace.of(List.of());
  private boolean moved;

  /** The loss and the learning rate of the step. */
  private EmbeddingLoss now;

  private double rate;

  /**
   * So many logits for the accuracy are cheap beside a step: 128 images and 2048 classes. Of more
   * classes it is counted in fewer steps, so that it costs no more than this on average.
   */
  static final long CHEAP_LOGITS = 1L << 18;

  Loop(
      Trainer trainer,
      EmbeddingLoss loss,
      @Nullable SampledVectors sampled,
      Descent descent,
      Ahead.Source source,
      Progress progress,
      Doctor doctor,
      BiConsumer<Integer, History> visit,
      int epochs,
      Schedule learningRate) {
    this.trainer = trainer;
    this.loss = loss;
    this.sampled = sampled;
    this.descent = descent;
    this.source = source;
    this.progress = progress;
    this.doctor = doctor;
    this.visit = visit;
    this.epochs = epochs;
    this.learningRate = learningRate;
    now = loss;
  }

  History train(int[] labels, Batches batches) {
    loss.beforeTraining();
    inPlace = GradientsInPlace.of(large());
    boolean finished = false;
    progress.begin(epochs);
    try (Ahead ahead = new Ahead(source)) {
      visit.accept(0, recorder.history());
      for (int epoch = 0; epoch < epochs; epoch++) {
        epoch(epoch, Fit.batches(batches, labels, epoch), ahead);
      }
      finished = true;
    } finally {
      progress.end(recorder.history(), finished);
    }
    return recorder.history();
  }

  /** The class vectors that are trained, if a copy of their gradient is worth sparing. */
  private List<NDArray> large() {
    List<Parameter> trained =
        trainer.getModel().getBlock().getParameters().values().stream()
            .filter(Parameter::requiresGradient)
            .toList();
    List<NDArray> large =
        trained.stream()
            .filter(p -> loss.needs().contains(p.getName()))
            .map(Parameter::getArray)
            .filter(array -> array.size() >= LARGE)
            .toList();
    // The loss has to lead to something else that is trained, or it could not go backward.
    return large.size() < trained.size() ? large : List.of();
  }

  private void epoch(int epoch, List<int[]> batches, Ahead ahead) {
    for (int step = 0; step < batches.size(); step++) {
      ImageSet images = take(ahead, epoch, batches, step);
      double value = step(images, batches.get(step), epoch, step, batches.size());
      progress.step(epoch + 1, step + 1, batches.size(), value);
    }
    if (!recorder.endEpoch() && !moved) {
      throw new TrainingException(
          "in the first epoch none of the "
              + batches.size()
              + " batches gave a gradient (loss "
              + recorder.history().finalLoss()
              + "): a loss over pairs or triplets needs batches with at least two classes and at"
              + " least two images of each, such as ClassBatches.of(8, 4, seed); a loss that is"
              + " zero from the start has nothing to teach",
          recorder.history());
    }
    progress.epoch(recorder.history());
    visit.accept(epoch + 1, recorder.history());
  }

  /** The images of a step, unless the training was interrupted. */
  private ImageSet take(Ahead ahead, int epoch, List<int[]> batches, int step) {
    try {
      if (!Thread.interrupted()) {
        return ahead.take(epoch, batches, step);
      }
    } catch (InterruptedException e) {
      // Said below: it has cleared the flag, as the question above does.
    }
    throw new TrainingInterrupted(
        "training was interrupted "
            + where(epoch, step, batches.size())
            + "; "
            + recorder.epochs()
            + " of "
            + epochs
            + " epochs were finished",
        recorder.history());
  }

  /** What is scheduled takes its value of a time. */
  private void setTime(double epochsPassed) {
    now = loss.at(epochsPassed);
    rate = learningRate.at(epochsPassed);
    if (rate < 0) {
      throw new IllegalArgumentException(
          "the learning rate must not be negative, but %s gives %s after %s epochs"
              .formatted(learningRate, rate, epochsPassed));
    }
    descent.learningRate(rate);
  }

  private double step(ImageSet images, int[] indices, int epoch, int step, int steps) {
    setTime(epoch + (double) step / steps);
    // Whatever a step makes belongs to this manager, also what is made from a parameter.
    try (NDManager manager = trainer.getManager().newSubManager()) {
      for (Parameter parameter : trainer.getModel().getBlock().getParameters().values()) {
        parameter.getArray().tempAttach(manager);
      }
      NDList batch = images.batch(manager);
      Drawn drawn = sampled == null ? null : sampled.draw(manager, images.labels());
      NDArray labels = drawn == null ? batch.get(1) : drawn.labels();
      NDList output = new NDList();
      double value;
      boolean gradient;
      try (GradientCollector collector = trainer.newGradientCollector()) {
        output.addAll(forward(batch.get(0)));
        output.head().setName(EmbeddingLoss.EMBEDDINGS);
        if (drawn != null) {
          output.add(drawn.vectors());
        }
        Supplier<FirstNotFinite> first =
            () ->
                FirstNotFinite.of(
                    batch.get(0),
                    indices,
                    trainer.getModel().getBlock(),
                    output,
                    drawn == null ? null : drawn.classes());
        NDArray scalar = evaluate(labels, output, first, epoch, step, steps);
        // A float32 scalar times a Java double is float64: a loss of one's own may well be.
        value = scalar.toType(DataType.FLOAT64, false).getDouble();
        recorder.loss(value);
        if (!Double.isFinite(value)) {
          throw diverged("the loss became " + value, first.get(), epoch, step, steps);
        }
        // A loss of exactly zero is the floor of a hinge, or a batch without a valid triplet.
        gradient = value != 0;
        if (gradient) {
          backward(collector, scalar);
        }
      }
      if (step % (1 + Head.logits(output) / CHEAP_LOGITS) == 0) {
        judge(output, labels.toLongArray());
      }
      if (doctor.looksAt(recorder.steps() - 1)) {
        Examination seen = Examination.of(value, now, labels, output);
        examine(
            drawn == null || sampled == null ? seen : seen.of(drawn.classes(), sampled.classes()),
            epoch,
            step);
      }
      if (gradient && update()) {
        now.afterStep(labels, output);
        if (drawn != null && sampled != null) {
          descent.update(sampled, drawn);
        }
      } else {
        recorder.skip();
        if (loss.remembers()) {
          now.afterStep(labels, output); // such a batch may be another's positives
        }
      }
      return value;
    }
  }

  private NDList forward(NDArray images) {
    try {
      return trainer.forward(new NDList(images));
    } catch (EngineException e) {
      throw new IllegalArgumentException(
          "the network does not take a batch of images "
              + images.getShape()
              + " "
              + images.getDataType()
              + ": "
              + e.getMessage()
              + " (a block that was initialised before takes images of the size and type it was"
              + " made for; batch norm wants two images or more)",
          e);
    }
  }

  private void backward(GradientCollector collector, NDArray scalar) {
    try {
      collector.backward(scalar);
    } catch (EngineException e) {
      if (!String.valueOf(e.getMessage()).contains("does not require grad")) {
        throw e;
      }
      throw new IllegalArgumentException(
          "the loss "
              + loss.describe()
              + " depends on nothing that is trained: either every parameter is frozen, or its"
              + " formula leaves the graph, as toType, stopGradient and new arrays do",
          e);
    }
  }

  private NDArray evaluate(
      NDArray labels,
      NDList output,
      Supplier<FirstNotFinite> first,
      int epoch,
      int step,
      int steps) {
    try {
      return now.evaluate(new NDList(labels), output, inPlace);
    } catch (IllegalArgumentException e) {
      NDArray embeddings = output.head();
      if (embeddings.isNaN().any().getBoolean() || embeddings.isInfinite().any().getBoolean()) {
        recorder.loss(Double.NaN);
        throw diverged("embeddings became NaN or infinite", first.get(), epoch, step, steps);
      }
      throw e;
    }
  }

  /** Lets the optimiser move the parameters; false if all gradients are zero. */
  private boolean update() {
    try {
      trainer.step();
      moved = true;
      return true;
    } catch (IllegalStateException e) {
      // DJL looks for gradients until it has seen some, and takes none for a forgotten backward().
      if (moved || !String.valueOf(e.getMessage()).contains("all zeros")) {
        throw e;
      }
      return false;
    }
  }

  private void judge(NDList output, long[] labels) {
    int[] chosen = Head.choose(output, loss.vectorsPerClass());
    if (chosen != null) {
      recorder.judge(
          IntStream.range(0, labels.length).filter(i -> chosen[i] == labels[i]).count(),
          labels.length);
    }
  }

  private void examine(Examination examination, int epoch, int step) {
    for (Diagnosis found : rounds.look(examination, epoch + 1, step + 1)) {
      recorder.diagnosis(found);
      progress.diagnosis(found);
    }
  }

  private TrainingException diverged(
      String what, FirstNotFinite first, int epoch, int step, int steps) {
    double[] before = recorder.before(5);
    String helps = first.helps();
    if (before.length == 0 && helps.equals(FirstNotFinite.SLOWER)) {
      // Nothing has been learnt yet, so the learning rate is not to blame.
      helps =
          "a look at the loss's formula and its scale, at the images' values and at weights that"
              + " the backbone came with";
    }
    recorder.diagnosis(
        new Diagnosis(
            Diagnosis.Kind.NOT_FINITE, what + "; " + first.seen(), helps, epoch + 1, step + 1));
    return new TrainingException(
        what
            + " "
            + where(epoch, step, steps)
            + (before.length == 0
                ? ", the first"
                : ", learning rate "
                    + rate
                    + "; the losses before: "
                    + String.join(
                        ", ",
                        Arrays.stream(before)
                            .mapToObj(v -> String.format(Locale.ROOT, "%.4g", v))
                            .toList()))
            + "; "
            + first.seen()
            + ". What usually helps: "
            + helps,
        recorder.history());
  }

  private String where(int epoch, int step, int steps) {
    return "at step " + (step + 1) + " of " + steps + " in epoch " + (epoch + 1) + " of " + epochs;
  }
}

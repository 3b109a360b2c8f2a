package nearfar.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.GradientsInPlace;

/** Value and gradients of a loss for a batch of embeddings, and its own update where it has one. */
final class LossStep implements Work {

  private final EmbeddingLoss loss;
  private final NDList labels;
  private final NDList predictions;
  private final GradientsInPlace inPlace;

  private LossStep(EmbeddingLoss loss, NDList labels, NDList predictions) {
    this.loss = loss;
    this.labels = labels;
    this.predictions = predictions;
    // As Fit does it.
    inPlace =
        GradientsInPlace.of(
            predictions.stream()
                .filter(a -> loss.needs().contains(a.getName()) && a.hasGradient())
                .toList());
  }

  static LossStep of(Request r, EmbeddingLoss loss) throws IOException {
    NDManager manager = NDManager.newBaseManager();
    Path folder = Path.of(r.text("folder"));
    int d = r.number("dimension");
    NDList predictions = new NDList();
    predictions.add(embeddings(manager, r));
    String perClass = Work.perClass(loss);
    if (!perClass.isEmpty()) {
      NDArray vectors = floats(manager, folder, "vectors", d);
      vectors.setName(perClass);
      vectors.setRequiresGradient(!loss.selfUpdated().contains(perClass));
      predictions.add(vectors);
    }
    NDArray labels = manager.create(Raw.ints(folder.resolve("labels.i32")));
    return new LossStep(loss, new NDList(labels), predictions);
  }

  private static NDArray floats(NDManager manager, Path folder, String name, int d)
      throws IOException {
    Path file = folder.resolve(name + ".f32");
    NDArray array = Raw.floats(manager, file, Files.size(file) / Float.BYTES / d, d);
    // The engine may share a buffer's memory, which is not aligned as its own is.
    NDArray own = array.duplicate();
    array.close();
    return own;
  }

  /** The embeddings of the folder, as a leaf that collects a gradient. */
  static NDArray embeddings(NDManager manager, Request r) throws IOException {
    NDArray x = floats(manager, Path.of(r.text("folder")), "embeddings", r.number("dimension"));
    x.setName(EmbeddingLoss.EMBEDDINGS);
    x.setRequiresGradient(true);
    return x;
  }

  @Override
  public void step() {
    run();
  }

  private double run() {
    double value;
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray scalar = loss.evaluate(labels, predictions, inPlace);
      value = scalar.getFloat();
      collector.backward(scalar);
      scalar.close();
    }
    if (!loss.selfUpdated().isEmpty()) {
      loss.afterStep(labels.head(), predictions);
    }
    return value;
  }

  @Override
  public Answer answer() {
    Map<String, Double> values = Map.of("loss", run());
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    for (NDArray array : predictions) {
      if (!loss.selfUpdated().contains(array.getName())) {
        String name = array.getName().equals(EmbeddingLoss.EMBEDDINGS) ? "embeddings" : "vectors";
        gradients.put(name, array.getGradient());
      }
    }
    return new Answer(values, gradients);
  }
}

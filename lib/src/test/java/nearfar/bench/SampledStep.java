package nearfar.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.SampledVectors;

/** A step over a share of the classes: the draw, the loss with its gradients, and the update. */
final class SampledStep implements Work {

  private static final double SHARE = 0.1;
  private static final double RATE = 0.1;
  private static final double MOMENTUM = 0.9;

  private final EmbeddingLoss loss;
  private final SampledVectors all;
  private final NDArray embeddings;
  private final int[] labels;

  private SampledStep(EmbeddingLoss loss, SampledVectors all, NDArray embeddings, int[] labels) {
    this.loss = loss;
    this.all = all;
    this.embeddings = embeddings;
    this.labels = labels;
  }

  static SampledStep of(Request r, EmbeddingLoss loss) throws IOException {
    Path folder = Path.of(r.text("folder"));
    return new SampledStep(
        loss,
        SampledVectors.of(r.number("classes"), r.number("dimension"), SHARE, 7),
        LossStep.embeddings(NDManager.newBaseManager(), r),
        Raw.ints(folder.resolve("labels.i32")));
  }

  @Override
  public void step() {
    try (NDManager manager = embeddings.getManager().newSubManager()) {
      SampledVectors.Drawn drawn = all.draw(manager, labels);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDList both = new NDList(embeddings, drawn.vectors());
        try (NDArray value = loss.evaluate(new NDList(drawn.labels()), both)) {
          value.getFloat(); // as a training reads it
          collector.backward(value);
        }
      }
      all.sgd(drawn, RATE, MOMENTUM);
    }
  }

  @Override
  public Answer answer() {
    throw new UnsupportedOperationException("a loss over other classes has no peer to agree with");
  }
}

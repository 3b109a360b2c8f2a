package nearfar.loss;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

/** What a loss does after a step of the optimiser. */
final class Step {

  private Step() {}

  /** An array of the batch after one step; float64, or float32 widened. */
  static double[][] updated(Batch b, EmbeddingLoss loss, String name, DataType type) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = b.predictions(manager, type);
      loss.afterStep(b.labels(manager).head(), predictions);
      return Batch.rows(predictions.get(name));
    }
  }
}

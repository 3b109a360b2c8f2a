package nearfar.loss;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far apart a loss's two ways to the same figures are: the fast form, which training takes
 * where it pays, and the formula, which defines the loss.
 */
final class FastForm {

  /** Rows of a class: triplets of every kind, and few enough to be listed. */
  private static final int ROWS_A_CLASS = 4;

  private FastForm() {}

  /** The worst difference of value and gradients, with the formula evaluated in the same type. */
  static double off(EmbeddingLoss loss, DataType type) {
    Batch b = large(loss);
    return apart(b.result(loss.definition(), type), b.result(loss, type), loss.selfUpdated());
  }

  /** The same, with the gradients of {@link #trained} added in place. */
  static double offInPlace(EmbeddingLoss loss) {
    Batch b = large(loss);
    Batch.Result slow = b.result(loss.definition(), DataType.FLOAT64);
    return apart(slow, inPlace(loss, b), loss.selfUpdated());
  }

  /** A batch for which every loss takes its fast form: rows and logits are enough. */
  private static Batch large(EmbeddingLoss loss) {
    int n = TripletLoss.LARGE_FROM_ROWS;
    int c = (int) (ClassVectorLoss.PAYS_FROM_LOGITS / n) + 1;
    Batch b = Batch.random(4, n, 3, c, loss);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i / ROWS_A_CLASS;
    }
    return b.withLabels(labels);
  }

  /** The arrays with a row per class that an optimiser trains. */
  static Set<String> trained(EmbeddingLoss loss) {
    Set<String> trained = new TreeSet<>(loss.needs());
    trained.removeAll(loss.selfUpdated());
    return trained;
  }

  /** Value and gradients, those of arrays with a row per class added in place. */
  static Batch.Result inPlace(EmbeddingLoss loss, Batch b) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      predictions.forEach(a -> a.setRequiresGradient(!loss.selfUpdated().contains(a.getName())));
      List<NDArray> trained = trained(loss).stream().map(predictions::get).toList();
      GradientsInPlace inPlace = GradientsInPlace.of(trained);
      NDArray value;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        value = loss.evaluate(b.labels(manager), predictions, inPlace);
        collector.backward(value);
      }
      Map<String, double[][]> gradients = new LinkedHashMap<>();
      trained.forEach(a -> gradients.put(a.getName(), Batch.rows(a.getGradient())));
      NDArray x = predictions.get(EmbeddingLoss.EMBEDDINGS);
      gradients.put(EmbeddingLoss.EMBEDDINGS, Batch.rows(x.getGradient()));
      return new Batch.Result(value.getDouble(), gradients);
    }
  }

  /**
   * The worst difference of value and gradients, each relative to the largest of 1 and the figures
   * of its array; NaN if there is one.
   */
  static double apart(Batch.Result expected, Batch.Result actual, Set<String> except) {
    double worst = apart(new double[][] {{expected.value()}}, new double[][] {{actual.value()}});
    for (String input : expected.gradients().keySet()) {
      if (!except.contains(input)) {
        worst = Math.max(worst, apart(expected.gradient(input), actual.gradient(input)));
      }
    }
    return worst;
  }

  private static double apart(double[][] expected, double[][] actual) {
    double largest = 1;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < expected[i].length; k++) {
        largest = Math.max(largest, Math.abs(expected[i][k]));
        worst = Math.max(worst, Math.abs(actual[i][k] - expected[i][k]));
      }
    }
    return worst / largest;
  }
}

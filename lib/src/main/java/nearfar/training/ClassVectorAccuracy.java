package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.evaluator.AbstractAccuracy;
import ai.djl.util.Pair;

/**
 * For plain DJL's {@code TrainingConfig}: the share of a batch's images for which the class vectors
 * choose the right class, by the largest logit W·x + b where there is a bias, by the largest cosine
 * where there are class vectors alone, else by the nearest center. DJL's own {@code Accuracy} would
 * take the embeddings for logits.
 *
 * <p>Predictions are what a loss is given: embeddings (N, D) first, then arrays by their names;
 * labels are one integer array (N). The figure of an epoch is over all its images, NaN where there
 * was none.
 */
public final class ClassVectorAccuracy extends AbstractAccuracy {

  private final int perClass;

  /** Makes the evaluator, named "ClassVectorAccuracy", for one class vector a class. */
  public ClassVectorAccuracy() {
    this(1);
  }

  /**
   * Makes the evaluator, named "ClassVectorAccuracy".
   *
   * @param perClass the number K of class vectors that each class has, of which the best counts:
   *     {@code loss.vectorsPerClass()}
   * @throws IllegalArgumentException if it is less than 1
   */
  public ClassVectorAccuracy(int perClass) {
    super("ClassVectorAccuracy");
    if (perClass < 1) {
      throw new IllegalArgumentException(
          "a class must have at least 1 class vector, got " + perClass);
    }
    this.perClass = perClass;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the predictions have no array with a row per class
   */
  @Override
  protected Pair<Long, NDArray> accuracyHelper(NDList labels, NDList predictions) {
    int[] chosen = Head.choose(predictions, perClass);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "the predictions have no array with a row per class to choose by: end the network with"
              + " ClassVectors, or measure it by BatchRecallAt1");
    }
    long[] expected = labels.head().toType(DataType.INT64, false).toLongArray();
    long[] right = new long[expected.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = chosen[i] == expected[i] ? 1 : 0;
    }
    return new Pair<>((long) right.length, predictions.head().getManager().create(right));
  }
}

package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.evaluator.AbstractAccuracy;
import ai.djl.util.Pair;
import java.util.Arrays;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Retrieval;

/**
 * For plain DJL's {@code TrainingConfig}: Recall@1 within each batch, the share of its images whose
 * nearest other image, by the cosine, has the same class. Images that are alone of their class in
 * the batch are not asked for; the figure of an epoch is over all that were, NaN where there was
 * none, and that of one batch likewise.
 *
 * <p>It is easier than {@link Retrieval} over a whole set, and the easier the fewer classes are in
 * a batch: to be compared with itself only. Batches want several images of a class, such as those
 * of {@code ClassBatches}.
 *
 * <p>Predictions are what a loss is given: embeddings (N, D) first; labels are one integer array
 * (N).
 */
public final class BatchRecallAt1 extends AbstractAccuracy {

  /** Makes the evaluator, named "BatchRecallAt1". */
  public BatchRecallAt1() {
    super("BatchRecallAt1");
  }

  @Override
  protected Pair<Long, NDArray> accuracyHelper(NDList labels, NDList predictions) {
    NDArray x = predictions.head().stopGradient();
    int[] classes =
        Arrays.stream(labels.head().toType(DataType.INT64, false).toLongArray())
            .mapToInt(Math::toIntExact)
            .toArray();
    if (Arrays.stream(classes).distinct().count() == classes.length) {
      return new Pair<>(0L, x.getManager().create(new long[] {0}));
    }
    Retrieval found = Retrieval.of(Embeddings.of(rows(x), classes));
    long[] hits = new long[found.queries()];
    Arrays.fill(hits, 0, (int) Math.round(found.recallAt(1) * hits.length), 1);
    return new Pair<>((long) hits.length, x.getManager().create(hits));
  }

  private static float[][] rows(NDArray x) {
    float[] flat = x.toType(DataType.FLOAT32, false).toFloatArray();
    float[][] rows = new float[(int) x.getShape().get(0)][];
    int size = flat.length / rows.length;
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * size, (i + 1) * size));
    return rows;
  }
}

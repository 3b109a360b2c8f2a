package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.ScaledCosines;
import nearfar.loss.TripletActivity;

/**
 * The figures of one step by which a doctor judges, before the step's update.
 *
 * @param loss the loss
 * @param meanNorm the mean length of the batch's embeddings
 * @param spread root mean square distance of the embeddings from their mean, over their root mean
 *     square length: 0 where all are equal, 1 where they are around the origin
 * @param rows the length of every class's vector, of its longest if it has several; empty where the
 *     loss has none
 * @param drawn the class of each of these rows, where classes are sampled; else empty, and each row
 *     is that of its class; labels and choices are rows
 * @param classes how many classes there are in all
 * @param labels the class of each embedding
 * @param chosen the class that the class vectors choose for it; empty where there are none
 * @param sureness the probability of the class with the largest cosine, by a softmax over s · cos
 *     without a margin; empty where the loss is none over cosines
 * @param triplets the loss's triplets, if it has some
 * @param cosines the loss's scale, if it has one
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, in the step that made it; never compared.
record Examination(
    double loss,
    double meanNorm,
    double spread,
    float[] rows,
    int[] drawn,
    int classes,
    float[] labels,
    float[] chosen,
    float[] sureness,
    Optional<TripletActivity> triplets,
    Optional<ScaledCosines> cosines) {

  /** Of all classes. */
  Examination(
      double loss,
      double meanNorm,
      double spread,
      float[] rows,
      float[] labels,
      float[] chosen,
      float[] sureness,
      Optional<TripletActivity> triplets,
      Optional<ScaledCosines> cosines) {
    this(
        loss,
        meanNorm,
        spread,
        rows,
        new int[0],
        rows.length,
        labels,
        chosen,
        sureness,
        triplets,
        cosines);
  }

  /** What is computed of the embeddings comes in one copy from the device. */
  static Examination of(double loss, EmbeddingLoss of, NDArray labels, NDList output) {
    NDArray x = output.head().stopGradient();
    int n = (int) x.getShape().get(0);
    float[] all = together(squares(x), squares(x.sub(x.mean(new int[] {0}, true))), labels);
    NDArray w = output.get(EmbeddingLoss.VECTORS);
    Optional<ScaledCosines> cosines = w == null ? Optional.empty() : of.cosines();
    float[] rows = {};
    float[] chosen = {};
    float[] sureness = {};
    if (w != null) {
      int perClass = of.vectorsPerClass();
      NDArray lengths = w.stopGradient().norm(new int[] {1}).reshape(-1, perClass);
      rows = floats(lengths.max(new int[] {1}));
      int[] best;
      if (cosines.isPresent()) {
        Head.Best byCosine = Head.byScaledCosine(x, w, perClass, cosines.get().scale());
        best = byCosine.classes;
        sureness = byCosine.probabilities();
      } else {
        best = Objects.requireNonNull(Head.choose(output, perClass));
      }
      chosen = new float[n];
      for (int i = 0; i < n; i++) {
        chosen[i] = best[i];
      }
    }
    double norms = 0;
    double size = 0;
    double apart = 0;
    for (int i = 0; i < n; i++) {
      norms += Math.sqrt(all[i]);
      size += all[i];
      apart += all[n + i];
    }
    return new Examination(
        loss,
        norms / n,
        size == 0 ? 0 : Math.sqrt(apart / size),
        rows,
        Arrays.copyOfRange(all, 2 * n, 3 * n),
        chosen,
        sureness,
        of.activity(labels, output),
        cosines);
  }

  /** The same of classes that were drawn. */
  Examination of(int[] drawn, int classes) {
    return new Examination(
        loss, meanNorm, spread, rows, drawn, classes, labels, chosen, sureness, triplets, cosines);
  }

  /** The class of a row. */
  int classOf(int row) {
    return drawn.length == 0 ? row : drawn[row];
  }

  private static NDArray squares(NDArray rows) {
    return rows.square().sum(new int[] {1});
  }

  private static float[] together(NDArray... parts) {
    NDList same = new NDList();
    for (NDArray part : parts) {
      // Class numbers are exact in float32 up to 2²⁴.
      same.add(part.toType(DataType.FLOAT32, false));
    }
    return NDArrays.concat(same).toFloatArray();
  }

  private static float[] floats(NDArray array) {
    return array.toType(DataType.FLOAT32, false).toFloatArray();
  }

  /** {@return about how far the embeddings are from their mean} */
  double apart() {
    return spread * meanNorm;
  }

  /** {@return the share of the batch whose own class was chosen; NaN without class vectors} */
  double accuracy() {
    int right = 0;
    for (int i = 0; i < chosen.length; i++) {
      right += chosen[i] == labels[i] ? 1 : 0;
    }
    return (double) right / chosen.length;
  }
}

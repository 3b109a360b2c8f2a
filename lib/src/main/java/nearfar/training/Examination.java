package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * @param rows the length of every class vector; empty where the loss has none
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
    float[] labels,
    float[] chosen,
    float[] sureness,
    Optional<TripletActivity> triplets,
    Optional<ScaledCosines> cosines) {

  /** All that is computed on the device comes in one copy; triplets are another. */
  static Examination of(double loss, EmbeddingLoss of, NDArray labels, NDList output) {
    NDArray x = output.head().stopGradient();
    int n = (int) x.getShape().get(0);
    List<NDArray> parts = new ArrayList<>();
    parts.add(squares(x));
    parts.add(squares(x.sub(x.mean(new int[] {0}, true))));
    parts.add(labels);
    NDArray w = output.get(EmbeddingLoss.VECTORS);
    Optional<ScaledCosines> cosines = w == null ? Optional.empty() : of.cosines();
    int c = 0;
    if (w != null) {
      NDArray vectors = w.stopGradient();
      c = (int) vectors.getShape().get(0);
      if (cosines.isPresent()) {
        NDArray logits =
            x.normalize(2, 1)
                .matMul(vectors.normalize(2, 1).transpose())
                .mul(cosines.get().scale());
        parts.add(logits.argMax(1));
        parts.add(logits.softmax(1).max(new int[] {1}));
      } else {
        parts.add(Objects.requireNonNull(Head.choose(output)));
      }
      parts.add(squares(vectors));
    }
    float[] all = together(parts);
    Optional<TripletActivity> triplets = of.activity(labels, output);
    int from = 3 * n;
    float[] chosen = w == null ? new float[0] : Arrays.copyOfRange(all, from, from += n);
    float[] sureness = cosines.isEmpty() ? new float[0] : Arrays.copyOfRange(all, from, from += n);
    float[] rows = Arrays.copyOfRange(all, from, from + c);
    for (int j = 0; j < c; j++) {
      rows[j] = (float) Math.sqrt(rows[j]);
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
        triplets,
        cosines);
  }

  private static NDArray squares(NDArray rows) {
    return rows.square().sum(new int[] {1});
  }

  private static float[] together(List<NDArray> parts) {
    NDList same = new NDList();
    for (NDArray part : parts) {
      // Class numbers are exact in float32 up to 2²⁴.
      same.add(part.toType(DataType.FLOAT32, false));
    }
    return NDArrays.concat(same).toFloatArray();
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

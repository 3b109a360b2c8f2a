package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import nearfar.loss.EmbeddingLoss;
import org.jspecify.annotations.Nullable;

/**
 * How class vectors choose a class for an embedding. Classes go through in blocks, so that memory
 * beyond the class vectors is O(N · block) and never O(N · C).
 */
final class Head {

  /** Numbers in a block of logits and rows: 4 MB of float32. */
  private static final int BLOCK_NUMBERS = 1 << 20;

  private final NDArray x;
  private final NDArray rows;
  private final @Nullable NDArray bias;
  private final boolean centers;

  private Head(NDArray x, NDArray rows, @Nullable NDArray bias, boolean centers) {
    this.x = x;
    this.rows = rows;
    this.bias = bias;
    this.centers = centers;
  }

  /**
   * The classes chosen for a batch: by the largest logit W·x + b where there is a bias, by the
   * largest cosine where there are class vectors alone, else by the nearest center.
   *
   * @return a class for each of the N, the first of the best; null where the network has no row per
   *     class
   */
  static int @Nullable [] choose(NDList network) {
    NDArray x = network.head().stopGradient();
    NDArray vectors = network.get(EmbeddingLoss.VECTORS);
    NDArray centers = network.get(EmbeddingLoss.CENTERS);
    if (vectors != null) {
      return new Head(x, vectors, network.get(EmbeddingLoss.BIAS), false).best().classes;
    }
    return centers == null ? null : new Head(x, centers, null, true).best().classes;
  }

  /** The classes with the largest cosine, and their probability by a softmax over s · cos. */
  static Best byScaledCosine(NDArray x, NDArray vectors, double scale) {
    return new Head(x.stopGradient().normalize(2, 1).muli(scale), vectors, null, false).best();
  }

  /** How many logits a choice takes: what it costs beside a step. */
  static long logits(NDList network) {
    long n = network.head().getShape().get(0);
    NDArray vectors = network.get(EmbeddingLoss.VECTORS);
    NDArray centers = network.get(EmbeddingLoss.CENTERS);
    return vectors != null
        ? n * vectors.getShape().get(0)
        : centers != null ? n * centers.getShape().get(0) : 0;
  }

  /** For each embedding the best class, its logit, and Σ exp(logit − best logit) over all. */
  static final class Best {
    final int[] classes;
    private final double[] logits;
    private final double[] sums;

    private Best(int n) {
      classes = new int[n];
      logits = new double[n];
      sums = new double[n];
      Arrays.fill(logits, Double.NEGATIVE_INFINITY);
    }

    /** {@return the probability of each best class by a softmax over all logits} */
    float[] probabilities() {
      float[] p = new float[sums.length];
      for (int i = 0; i < p.length; i++) {
        p[i] = (float) (1 / sums[i]);
      }
      return p;
    }

    private void add(int row, int from, double[] block) {
      int n = classes.length;
      double most = block[row];
      double sum = block[2 * n + row];
      if (most > logits[row]) {
        sums[row] = sums[row] * Math.exp(logits[row] - most) + sum;
        logits[row] = most;
        classes[row] = from + (int) block[n + row];
      } else {
        sums[row] += sum * Math.exp(most - logits[row]);
      }
    }
  }

  private Best best() {
    int n = (int) x.getShape().get(0);
    int classes = (int) rows.getShape().get(0);
    int size = Math.max(256, BLOCK_NUMBERS / (n + (int) rows.getShape().get(1)));
    Best best = new Best(n);
    for (int from = 0; from < classes; from += size) {
      try (NDManager step = x.getManager().newSubManager()) {
        step.tempAttachAll(x, rows);
        NDArray z = logits(from, Math.min(classes, from + size));
        NDArray most = z.max(new int[] {1}, true);
        double[] block =
            most.flatten()
                .toType(DataType.FLOAT64, false)
                .concat(z.argMax(1).toType(DataType.FLOAT64, false))
                .concat(z.sub(most).exp().sum(new int[] {1}).toType(DataType.FLOAT64, false))
                .toDoubleArray();
        for (int i = 0; i < n; i++) {
          best.add(i, from, block);
        }
      }
    }
    return best;
  }

  private NDArray logits(int from, int to) {
    NDIndex block = new NDIndex().addSliceDim(from, to);
    NDArray w = rows.stopGradient().get(block);
    if (centers) {
      // argmin ‖x − c‖² = argmax 2x·c − ‖c‖²
      return x.matMul(w.transpose()).mul(2).sub(w.square().sum(new int[] {1}));
    }
    return bias != null
        ? x.matMul(w.transpose()).add(bias.stopGradient().get(block))
        // The length of x is the same for every class: only that of the rows counts.
        : x.matMul(w.normalize(2, 1).transpose());
  }
}

package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.SampledVectors;
import org.jspecify.annotations.Nullable;

/**
 * How class vectors choose a class for an embedding. Classes go through in blocks, so that memory
 * beyond the class vectors is O(N · block) and never O(N · C).
 */
final class Head {

  /** Numbers in a block of logits and rows: 4 MB of float32. */
  private static final int BLOCK_NUMBERS = 1 << 20;

  private final NDArray x;
  private final int classes;
  private final int perClass;
  private final int dimension;
  private final Block rows;
  private final Logits logits;

  /** The rows of some successive classes, in a step's manager. */
  private interface Block {
    NDArray of(NDManager step, int from, int to);
  }

  /** The logits of a block of rows. */
  private interface Logits {
    NDArray of(NDArray rows, int from, int to);
  }

  private Head(NDArray x, int classes, int perClass, Block rows, Logits logits) {
    this.x = x;
    this.classes = classes;
    this.perClass = perClass;
    dimension = (int) x.getShape().get(1);
    this.rows = rows;
    this.logits = logits;
  }

  /**
   * The classes chosen for a batch: by the largest logit W·x + b where there is a bias, by the
   * largest cosine where there are class vectors alone, else by the nearest center.
   *
   * @param network embeddings (N, D) first, then the arrays with a row per class
   * @param perClass how many class vectors a class has, of which the best counts
   * @return a class for each of the N, the first of the best; null where the network has no row per
   *     class
   */
  static int @Nullable [] choose(NDList network, int perClass) {
    NDArray x = network.head().stopGradient();
    NDArray vectors = network.get(EmbeddingLoss.VECTORS);
    NDArray bias = network.get(EmbeddingLoss.BIAS);
    NDArray centers = network.get(EmbeddingLoss.CENTERS);
    if (vectors != null) {
      return (bias == null
              ? over(x, vectors, perClass, cosines(x))
              : over(
                  x,
                  vectors,
                  1,
                  (w, from, to) ->
                      x.matMul(w.transpose()).add(slice(w.getManager(), bias, from, to))))
          .best(false)
          .classes;
    }
    if (centers != null) {
      // argmin ‖x − c‖² = argmax x·c − ½‖c‖²
      return over(
              x,
              centers,
              1,
              (c, from, to) ->
                  x.matMul(c.transpose()).subi(c.square().sum(new int[] {1}).muli(0.5)))
          .best(false)
          .classes;
    }
    return null;
  }

  /** The classes with the largest cosine among vectors that are no part of the network. */
  static int[] choose(NDArray x, SampledVectors vectors) {
    NDArray detached = x.stopGradient();
    return new Head(detached, vectors.classes(), 1, vectors::rows, cosines(detached))
        .best(false)
        .classes;
  }

  /**
   * The classes with the largest cosine, and their probability by a softmax over s · cos, a class's
   * being that of its nearest vector.
   */
  static Best byScaledCosine(NDArray x, NDArray vectors, int perClass, double scale) {
    NDArray scaled = x.stopGradient().normalize(2, 1).muli(scale);
    return over(scaled, vectors, perClass, cosines(scaled)).best(true);
  }

  private static Head over(NDArray x, NDArray rows, int perClass, Logits logits) {
    return new Head(
        x,
        (int) (rows.getShape().get(0) / perClass),
        perClass,
        (step, from, to) -> slice(step, rows, from * perClass, to * perClass),
        logits);
  }

  /** A view, without a graph. */
  private static NDArray slice(NDManager step, NDArray perClass, int from, int to) {
    NDArray all = perClass.stopGradient();
    all.attach(step);
    return all.get(new NDIndex().addSliceDim(from, to));
  }

  /** The length of x is the same for every class: only that of the rows counts. */
  private static Logits cosines(NDArray x) {
    return (w, from, to) -> x.matMul(w.normalize(2, 1).transpose());
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
      double sum = block.length > 2 * n ? block[2 * n + row] : 0;
      if (most > logits[row]) {
        sums[row] = sums[row] * Math.exp(logits[row] - most) + sum;
        logits[row] = most;
        classes[row] = from + (int) block[n + row];
      } else {
        sums[row] += sum * Math.exp(most - logits[row]);
      }
    }
  }

  /**
   * The sums of exponentials, which take longer than all else but the product, only if asked for.
   */
  private Best best(boolean sums) {
    int n = (int) x.getShape().get(0);
    int size = Math.max(256, BLOCK_NUMBERS / (n + dimension) / perClass);
    Best best = new Best(n);
    for (int from = 0; from < classes; from += size) {
      int to = Math.min(classes, from + size);
      try (NDManager step = x.getManager().newSubManager()) {
        step.tempAttachAll(x);
        NDArray z = logits.of(rows.of(step, from, to), from, to);
        if (perClass > 1) {
          z = z.reshape(n, -1, perClass).max(new int[] {2});
        }
        NDArray most = z.max(new int[] {1}, true);
        NDArray found = doubles(most.flatten()).concat(doubles(z.argMax(1)));
        if (sums) {
          found = found.concat(doubles(z.subi(most).exp().sum(new int[] {1})));
        }
        double[] block = found.toDoubleArray();
        for (int i = 0; i < n; i++) {
          best.add(i, from, block);
        }
      }
    }
    return best;
  }

  private static NDArray doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false);
  }
}

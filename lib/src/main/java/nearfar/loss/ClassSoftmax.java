package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;
import org.jspecify.annotations.Nullable;

/**
 * Softmax cross entropy over class vectors, value and gradient in closed form, exact for any number
 * of classes C. Over a batch of N embeddings x with logits z (N, C), of which a margin changes the
 * true class's alone, to t,
 *
 * <p>L = mean of log Σ_j e^z_ij − t_i, ∂L/∂z_ij = (p_ij − [j = y_i]) / N, times the slope of the
 * target for the true class.
 *
 * <p>Only N logits differ from plain ones, so N values are put in place instead of masks (N, C)
 * being built. Classes go through in blocks that stay in the processor's cache: the first pass
 * finds each row's largest logit and sum of exponentials, the second the gradients. What the first
 * pass exponentiated is kept for the second up to {@link #KEPT_BYTES}, and computed again beyond,
 * so that memory over the vectors and their gradient is O(N · block), never O(N · C).
 */
final class ClassSoftmax {

  /** Numbers in a block of logits and vectors: about a megabyte of float32. */
  private static final int BLOCK_NUMBERS = 1 << 18;

  /** How much of the exponentials (N, C) is kept between the passes. */
  private static final long KEPT_BYTES = 1L << 26;

  private final Inputs in;
  private final NDManager manager;
  private final DataType type;
  private final @Nullable Margin margin;
  private final double scale;

  private final NDArray x;
  private final NDArray w;
  private final @Nullable NDArray bias;
  private final int[] y;
  private final int blockSize;
  private final int blocks;

  private final @Nullable NDArray inverse;

  /** x, or s · x / ‖x‖: what the class vectors are multiplied with. */
  private final NDArray rows;

  /** The true class's logit t of each row, and dt/dz there. */
  private final double[] target;

  private final double[] slope;

  /**
   * What is known of a block after the first pass: its largest logits, the sums of e^(z − most)
   * and, unless that is too much, these exponentials; the inverse lengths of its vectors.
   */
  private record First(
      NDArray most, NDArray sum, @Nullable NDArray exponentials, @Nullable NDArray inverse) {}

  private ClassSoftmax(Inputs in, @Nullable Margin margin, double scale, @Nullable NDArray bias) {
    this.in = in;
    this.margin = margin;
    this.scale = scale;
    this.bias = bias == null ? null : bias.stopGradient();
    x = in.embeddings().stopGradient();
    w = in.perClass(EmbeddingLoss.VECTORS).stopGradient();
    manager = x.getManager();
    type = x.getDataType();
    y = in.classes();
    int classes = (int) w.getShape().get(0);
    int dimension = (int) w.getShape().get(1);
    blockSize = Math.min(classes, Math.max(256, BLOCK_NUMBERS / (y.length + dimension)));
    blocks = (classes + blockSize - 1) / blockSize;
    inverse = margin == null ? null : UnitVectors.inverseLengths(x);
    rows = inverse == null ? x : x.mul(inverse).muli(scale);
    target = new double[y.length];
    slope = new double[y.length];
  }

  /** Logits W x + b. */
  static NDArray linear(Inputs in) {
    return new ClassSoftmax(in, null, 1, in.perClass(EmbeddingLoss.BIAS)).loss();
  }

  /** Logits s · cos θ, with s · target(cos θ) for the true class. */
  static NDArray cosine(Inputs in, double scale, Margin margin) {
    return new ClassSoftmax(in, margin, scale, null).loss();
  }

  private NDArray loss() {
    long bytes = (long) y.length * w.getShape().get(0) * type.getNumOfBytes();
    boolean keep = bytes <= KEPT_BYTES;
    List<First> first = new ArrayList<>();
    for (int k = 0; k < blocks; k++) {
      first.add(first(k, keep));
    }
    double[][] most = columns(first.stream().map(First::most).toList());
    double[][] sums = columns(first.stream().map(First::sum).toList());
    double[] highest = new double[y.length];
    double[] total = new double[y.length];
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      highest[i] = Arrays.stream(most[i]).max().orElseThrow();
      for (int k = 0; k < blocks; k++) {
        total[i] += sums[i][k] * Math.exp(most[i][k] - highest[i]);
      }
      loss += (Math.log(total[i]) + highest[i] - target[i]) / y.length;
    }
    return withGradients(Constant.of(x, loss), first, most, highest, total);
  }

  private NDArray withGradients(
      NDArray value, List<First> first, double[][] most, double[] highest, double[] total) {
    NDArray gradX = rows.zerosLike();
    NDArray gradW = blocks == 1 ? w : manager.create(w.getShape(), type);
    NDArray gradB = bias == null ? null : manager.create(bias.getShape(), type);
    double[] atTarget = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double p = Math.exp(target[i] - highest[i]) / total[i];
      atTarget[i] = (p - 1) * slope[i] / y.length;
    }
    for (int k = 0; k < blocks; k++) {
      double[] factor = new double[y.length];
      for (int i = 0; i < y.length; i++) {
        factor[i] = Math.exp(most[i][k] - highest[i]) / total[i] / y.length;
      }
      try (NDManager step = manager.newSubManager()) {
        step.tempAttachAll(rows, w, gradX, gradW);
        NDArray block = block(w, k);
        NDArray kept = first.get(k).exponentials();
        NDArray p =
            (kept != null ? kept : again(k, block, first.get(k)))
                .muli(array(step, factor).reshape(-1, 1));
        put(p, k, atTarget);
        if (gradB != null) {
          set(gradB, k, p.sum(new int[] {0}));
        }
        NDArray lengths = first.get(k).inverse();
        if (lengths != null) {
          p.muli(lengths.transpose());
        }
        gradX.addi(p.matMul(block));
        NDArray g = p.transpose().matMul(rows);
        if (lengths != null) {
          // A unit vector moves only across itself.
          NDArray along = block.mul(g).sum(new int[] {1}, true).muli(lengths).muli(lengths);
          g.subi(block.mul(along));
        }
        if (blocks == 1) {
          g.attach(manager);
          gradW = g;
        } else {
          set(gradW, k, g);
        }
      }
    }
    if (inverse != null) {
      gradX.muli(inverse).muli(scale);
      NDArray unit = x.mul(inverse);
      gradX.subi(unit.mul(unit.mul(gradX).sum(new int[] {1}, true)));
    }
    NDArray joined = ClosedForm.join(value, in.embeddings(), gradX);
    joined = ClosedForm.join(joined, in.perClass(EmbeddingLoss.VECTORS), gradW);
    return gradB == null ? joined : ClosedForm.join(joined, in.perClass(EmbeddingLoss.BIAS), gradB);
  }

  private First first(int k, boolean keep) {
    try (NDManager step = manager.newSubManager()) {
      step.tempAttachAll(rows, w);
      NDArray block = block(w, k);
      NDArray inverse = margin == null ? null : UnitVectors.inverseLengths(block);
      NDArray z = logits(k, block, inverse);
      int[] here = rowsOf(k);
      if (here.length > 0) {
        NDIndex places = places(z, k, here);
        double[] own = doubles(z.flatten().get(places));
        for (int i = 0; i < here.length; i++) {
          aim(here[i], own[i]);
        }
        if (margin != null) {
          put(z, places, here, target);
        }
      }
      NDArray most = z.max(new int[] {1}, true);
      NDArray e = z.subi(most).exp();
      NDArray sum = e.sum(new int[] {1}, true);
      most.attach(manager);
      sum.attach(manager);
      if (inverse != null) {
        inverse.attach(manager);
      }
      if (keep) {
        e.attach(manager);
      }
      return new First(most, sum, keep ? e : null, inverse);
    }
  }

  /** Sets a row's target from its true class's logit before the margin. */
  private void aim(int row, double logit) {
    if (margin == null) {
      target[row] = logit;
      slope[row] = 1;
    } else {
      double t = scale * margin.target(logit / scale);
      target[row] = type == DataType.FLOAT32 ? (float) t : t; // as the block holds it
      slope[row] = margin.slope(logit / scale);
    }
  }

  /** The exponentials of the first pass once more. */
  private NDArray again(int k, NDArray block, First first) {
    NDArray z = logits(k, block, first.inverse());
    if (margin != null) {
      put(z, k, target);
    }
    return z.subi(first.most()).exp();
  }

  /** z of one block of classes (N, K), without a margin. */
  private NDArray logits(int k, NDArray block, @Nullable NDArray inverse) {
    NDArray z = rows.matMul(block.transpose());
    if (inverse != null) {
      z.muli(inverse.transpose());
    }
    if (bias != null) {
      z.addi(block(bias, k));
    }
    return z;
  }

  /** Puts a value for each row whose class is in the block in its class's place. */
  private void put(NDArray block, int k, double[] values) {
    int[] here = rowsOf(k);
    if (here.length > 0) {
      put(block, places(block, k, here), here, values);
    }
  }

  private void put(NDArray block, NDIndex places, int[] here, double[] values) {
    double[] chosen = Arrays.stream(here).mapToDouble(i -> values[i]).toArray();
    // Flattening shares the block's memory; put() would change a copy.
    block.flatten().set(places, array(block.getManager(), chosen));
  }

  private int[] rowsOf(int k) {
    return IntStream.range(0, y.length).filter(i -> y[i] / blockSize == k).toArray();
  }

  private NDIndex places(NDArray block, int k, int[] here) {
    long size = block.getShape().get(1);
    long first = (long) k * blockSize;
    return new NDIndex(
        "{}",
        block
            .getManager()
            .create(Arrays.stream(here).mapToLong(i -> i * size + y[i] - first).toArray()));
  }

  private NDArray block(NDArray perClass, int k) {
    return blocks == 1 ? perClass : perClass.get(index(perClass, k));
  }

  private void set(NDArray perClass, int k, NDArray values) {
    perClass.set(index(perClass, k), values);
  }

  private NDIndex index(NDArray perClass, int k) {
    long end = Math.min(perClass.getShape().get(0), (k + 1L) * blockSize);
    return new NDIndex().addSliceDim((long) k * blockSize, end);
  }

  private NDArray array(NDManager owner, double[] values) {
    return owner.create(values, new Shape(values.length)).toType(type, false);
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** Columns (N, 1) as a row of numbers for each of the N. */
  private static double[][] columns(List<NDArray> columns) {
    NDArray joined = NDArrays.concat(new NDList(columns), 1);
    double[] flat = doubles(joined);
    int n = (int) joined.getShape().get(0);
    int k = columns.size();
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * k, (i + 1) * k);
    }
    return rows;
  }
}

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;
import org.jspecify.annotations.Nullable;

/**
 * Softmax cross entropy over class vectors, value and gradient in closed form, exact for any number
 * of classes C. Over a batch of N embeddings with logits z (N, C), of which a margin changes the
 * true class's alone, to t,
 *
 * <p>L = mean of log Σ_j e^z_ij − t_i, ∂L/∂z_ij = (p_ij − [j = y_i]) / N, times the slope of the
 * target for the true class.
 *
 * <p>Only N logits differ from plain ones, so N values are put in place instead of masks (N, C)
 * being built. Classes go through in {@link ClassBlock}s that stay in the processor's cache. A
 * first pass takes each block's softmax and its log Σ e^z; when all are known, a second one weights
 * the blocks and multiplies them into the gradients. What the first pass made is kept for the
 * second up to {@link #KEPT_BYTES}, and computed again beyond, so that memory over the vectors and
 * their gradient is O(N · block), never O(N · C).
 */
final class ClassSoftmax {

  /** Numbers in a block of logits and vectors. Measured: in smaller ones each product is slower. */
  private static final int BLOCK_NUMBERS = 1 << 21;

  /** How much is kept between the passes. */
  static final long KEPT_BYTES = 1L << 27;

  private final Inputs in;
  private final NDManager manager;
  private final NDArray x;
  private final NDArray w;
  private final @Nullable NDArray bias;
  private final double scale;
  private final int n;

  /** ‖x‖, for cosines. */
  private final @Nullable NDArray lengths;

  /** x, or s · x / ‖x‖: what the class vectors, or their directions, are multiplied with. */
  private final NDArray rows;

  private final TrueClasses own;
  private final ClassBlock[] blocks;

  private ClassSoftmax(Inputs in, @Nullable Margin margin, double scale) {
    this.in = in;
    this.scale = scale;
    x = in.embeddings().stopGradient();
    w = in.perClass(EmbeddingLoss.VECTORS).stopGradient();
    bias = margin == null ? in.perClass(EmbeddingLoss.BIAS).stopGradient() : null;
    manager = x.getManager();
    n = in.classes().length;
    lengths = margin == null ? null : UnitVectors.lengths(x);
    rows = lengths == null ? x : x.div(lengths).muli(scale);
    own = new TrueClasses(in.classes(), margin, scale);
    blocks = ClassBlock.all(w.getShape(), n, BLOCK_NUMBERS);
  }

  /** Logits W x + b. */
  static NDArray linear(Inputs in) {
    return linear(in, KEPT_BYTES);
  }

  /** Logits s · cos θ, with s · target(cos θ) for the true class. */
  static NDArray cosine(Inputs in, double scale, Margin margin) {
    return cosine(in, scale, margin, KEPT_BYTES);
  }

  static NDArray linear(Inputs in, long kept) {
    return new ClassSoftmax(in, null, 1).loss(kept);
  }

  static NDArray cosine(Inputs in, double scale, Margin margin, long kept) {
    return new ClassSoftmax(in, margin, scale).loss(kept);
  }

  private NDArray loss(long kept) {
    long made = 0;
    for (ClassBlock block : blocks) {
      try (NDManager step = manager.newSubManager()) {
        lend(step);
        block.compute(rows, w, bias, own);
        made += block.bytes();
        if (made <= kept) {
          block.attach(manager);
        } else {
          block.forget();
        }
      }
    }
    double[] total = new double[n];
    Arrays.setAll(total, this::total);
    double loss = 0;
    for (int i = 0; i < n; i++) {
      loss += (total[i] - own.target(i)) / n;
    }
    return withGradients(Constant.of(x, loss), total);
  }

  /** log Σ e^z of a row over all classes. */
  private double total(int i) {
    double highest = Double.NEGATIVE_INFINITY;
    for (ClassBlock block : blocks) {
      highest = Math.max(highest, block.logSum(i));
    }
    double sum = 0;
    for (ClassBlock block : blocks) {
      sum += Math.exp(block.logSum(i) - highest);
    }
    // Never less than one of its terms, whatever was rounded.
    return Math.max(Math.log(sum) + highest, own.target(i));
  }

  private NDArray withGradients(NDArray value, double[] total) {
    PerClassGradient ofW = new PerClassGradient(in, EmbeddingLoss.VECTORS, blocks.length);
    PerClassGradient ofB =
        bias == null ? null : new PerClassGradient(in, EmbeddingLoss.BIAS, blocks.length);
    NDArray ofX = rows.zerosLike();
    for (ClassBlock block : blocks) {
      try (NDManager step = manager.newSubManager()) {
        lend(step);
        step.tempAttachAll(ofX);
        if (block.forgotten()) {
          block.compute(rows, w, bias, own);
        } else {
          block.attach(step);
        }
        block.backward(rows, w, total, own, ofX, ofW, ofB);
      }
    }
    if (lengths != null) {
      UnitVectors.across(x.div(lengths), ofX, lengths);
      ofX.muli(scale);
    }
    NDArray joined = ofW.join(ClosedForm.join(value, in.embeddings(), ofX));
    return ofB == null ? joined : ofB.join(joined);
  }

  /** What is made from these arrays is released with the step. */
  private void lend(NDManager step) {
    step.tempAttachAll(rows, w);
    if (bias != null) {
      step.tempAttachAll(bias);
    }
  }
}

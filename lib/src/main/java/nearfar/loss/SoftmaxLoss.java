package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/**
 * Softmax cross entropy: makes the score of an embedding's own class larger than all others'.
 *
 * <p><b>Formula</b>: with embeddings x, class vectors W and a bias b, the mean over the batch of
 *
 * <p>−log softmax(W x_i + b)[y_i].
 *
 * <p>It separates classes; nothing in it makes a class compact. The gradient with respect to the
 * logits is (p − onehot(y)) / N. From 65,536 logits on, value and gradients are computed in closed
 * form.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N), class vectors W (C, D) under {@link
 * #VECTORS}, the bias b (C) under {@link #BIAS}; the value is a scalar.
 *
 * <p><b>Units</b>: the value is in natural units (nats): C equally likely classes give ln C.
 *
 * <p><b>Defaults</b>: no settings.
 *
 * <p><b>Errors</b>: the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SoftmaxLoss.of())
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: for example Goodfellow, Bengio and Courville, Deep Learning (2016), section
 * 6.2.2.3, equations 6.29 and 6.30.
 */
public final class SoftmaxLoss extends ClassVectorLoss {

  private SoftmaxLoss() {
    super("softmax");
  }

  /** {@return the loss, which needs {@link #VECTORS} and {@link #BIAS}} */
  public static SoftmaxLoss of() {
    return new SoftmaxLoss();
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS, BIAS);
  }

  @Override
  public Set<Invariance> invariances() {
    return Set.of(Invariance.BATCH_ORDER, Invariance.CLASS_NUMBERS, Invariance.ROTATION);
  }

  @Override
  public String describe() {
    return "softmax";
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray w = in.perClass(VECTORS);
    NDArray b = in.perClass(BIAS);
    NDArray logits = in.embeddings().matMul(w.transpose()).add(b);
    return crossEntropy(logits, in.labels());
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.linear(in);
  }

  /** Mean of −log softmax(logits)_y over logits (N, C) and labels (N). */
  static NDArray crossEntropy(NDArray logits, NDArray labels) {
    return logits.logSoftmax(1).gather(labels.expandDims(1), 1).mean().neg();
  }
}

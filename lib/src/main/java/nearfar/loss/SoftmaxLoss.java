package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/**
 * Softmax cross entropy on embeddings x (N, D), class vectors W (C, D) and a bias b (C): the mean
 * over the batch of
 *
 * <p>−log softmax(W x_i + b)[y_i].
 *
 * <p>It separates classes; nothing in it makes a class compact. The gradient with respect to the
 * logits is (p − onehot(y)) / N. In natural units (nats): C equally likely classes give ln C. No
 * settings.
 *
 * <p>Source: for example Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.3,
 * equations 6.29 and 6.30.
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

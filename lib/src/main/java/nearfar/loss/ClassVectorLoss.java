package nearfar.loss;

import ai.djl.ndarray.NDArray;

/** A loss that is a softmax over class vectors: its gradients are also known in closed form. */
abstract class ClassVectorLoss extends EmbeddingLoss {

  /**
   * From how many logits on the closed form is used: below, a step is a few milliseconds either
   * way, and the formula's gradient is the engine's own.
   */
  static final long PAYS_FROM_LOGITS = 1L << 16;

  ClassVectorLoss(String name) {
    super(name);
  }

  /** Value and gradients as {@link #formula}'s, without the engine's differentiation. */
  abstract NDArray closedForm(Inputs in);

  @Override
  final boolean hasFastForm() {
    return true;
  }

  @Override
  final NDArray fast(Inputs in) {
    long logits = in.embeddings().getShape().get(0) * in.perClass(VECTORS).getShape().get(0);
    return logits < PAYS_FROM_LOGITS ? formula(in) : closedForm(in);
  }
}

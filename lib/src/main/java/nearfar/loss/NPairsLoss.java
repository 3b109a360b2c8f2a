package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * N-pairs loss: from each class an anchor and a positive; each anchor has to find its own positive
 * among those of all classes.
 *
 * <p><b>Formula</b>: of P classes with two rows or more, let a_c be the class's first row in the
 * batch and p_c its second. With inner products, the mean over the classes of
 *
 * <p>log(1 + Σ_k≠c exp(a_c · p_k − a_c · p_c)),
 *
 * <p>which is a softmax over the positives. The other rows of a class are not read, as in
 * pytorch-metric-learning 2.9.0, so that the order of the batch matters; batches of two images a
 * class waste none. Inner products grow with the embeddings: the paper adds their mean square,
 * which is left to a loss of its own beside this one. {@link #normalized} takes cosines, as
 * pytorch-metric-learning does unless told otherwise. With one class or none the value is 0.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: there is no setting.
 *
 * <p><b>Defaults</b>: inner products of the embeddings as they are, as the paper.
 *
 * <p><b>Errors</b>: the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(NPairsLoss.of())
 *     .batches(ClassBatches.of(8, 2, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective
 * (2016), section 3.2, N-pair-mc.
 */
public final class NPairsLoss extends PairwiseLoss {

  private static final int NONE = -1;

  private final boolean normalized;

  private NPairsLoss(boolean normalized) {
    super("n-pairs");
    this.normalized = normalized;
  }

  /** {@return the loss} */
  public static NPairsLoss of() {
    return new NPairsLoss(false);
  }

  /** {@return the same loss on embeddings scaled to length 1} */
  public NPairsLoss normalized() {
    return new NPairsLoss(true);
  }

  @Override
  public Set<Invariance> invariances() {
    return normalized
        ? Set.of(Invariance.CLASS_NUMBERS, Invariance.ROTATION, Invariance.EMBEDDING_LENGTH)
        : Set.of(Invariance.CLASS_NUMBERS, Invariance.ROTATION);
  }

  @Override
  public String describe() {
    return normalized ? "n-pairs(cosine)" : "n-pairs(inner product)";
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    Map<Integer, int[]> pairs = new LinkedHashMap<>(); // first and second row of every class
    for (int row = 0; row < labels.length; row++) {
      int[] pair = pairs.computeIfAbsent(labels[row], label -> new int[] {NONE, NONE});
      int place = pair[0] == NONE ? 0 : 1;
      pair[place] = pair[place] == NONE ? row : pair[place];
    }
    // A class that only rows behind the batch are of has no anchor.
    pairs.values().removeIf(pair -> pair[1] == NONE || pair[0] >= anchors.getShape().get(0));
    if (pairs.isEmpty()) {
      return nothing(anchors);
    }
    NDArray first = take(rows, pairs.values().stream().mapToInt(pair -> pair[0]).toArray());
    NDArray second = take(rows, pairs.values().stream().mapToInt(pair -> pair[1]).toArray());
    NDArray logits = normalized ? cosines(first, second) : first.matMul(second.transpose());
    NDArray own = logits.getManager().arange(pairs.size()).toType(DataType.INT64, false);
    return SoftmaxLoss.crossEntropy(logits, own);
  }
}

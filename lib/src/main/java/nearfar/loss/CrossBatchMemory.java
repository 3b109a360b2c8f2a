package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Cross-batch memory: a loss over pairs or triplets whose anchors are also compared with the
 * embeddings of earlier batches, so that a small batch sees many negatives.
 *
 * <p><b>Formula</b>: let x be the batch and M the last rows of earlier batches, with their labels,
 * oldest first, and no more of them than the size. The value is the inner loss of the anchors x
 * among the rows x, M. What is remembered is not differentiated. An empty memory leaves the inner
 * loss as it is, and so does one whose rows have another number of columns than x. The paper
 * compares with the memory alone, to which it has added the batch: the same rows.
 *
 * <p><b>The memory is state</b>: {@link #afterStep} puts the batch into it, and evaluating leaves
 * it alone. {@code Fit} empties it before a training; in a loop of your own call {@link #clear}
 * there, and {@link #afterStep} after every step, which DJL's {@code EasyTrain} does not do. {@code
 * Fit} does so also after a batch whose value is 0, so that batches without a positive pair, of
 * many classes, find their positives in the memory. One instance takes part in one training at a
 * time. Class numbers must mean the same in all batches. Rows are kept as Java numbers, 8 bytes
 * each, and nothing native is held between steps. Counts of {@link #activity} are not given, since
 * they are of the batch.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: the size is in rows, the warm-up in steps.
 *
 * <p><b>Defaults</b>: no warm-up. The paper fills the memory from step 1000 on, when embeddings
 * drift slowly, and goes up to as many rows as the training set has.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if the size is not positive or the warm-up
 * negative; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * var loss = CrossBatchMemory.of(ContrastiveLoss.of(1), 128).warmUp(2);
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(loss)
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wang, Zhang, Huang and Scott, Cross-Batch Memory for Embedding Learning (2020),
 * arXiv:1912.06798, algorithm 1.
 */
public final class CrossBatchMemory extends EmbeddingLoss {

  private final PairwiseLoss loss;
  private final int size;
  private final int warmUp;
  private final RecentRows memory;
  private int steps;

  private CrossBatchMemory(PairwiseLoss loss, int size, int warmUp, RecentRows memory) {
    super("cross-batch-memory");
    this.loss = loss;
    this.size = size;
    this.warmUp = warmUp;
    this.memory = memory;
  }

  /**
   * A loss with an empty memory.
   *
   * @param loss what anchors and rows are compared by
   * @param size how many rows are remembered at most, at least 1
   * @return the loss
   * @throws IllegalArgumentException if the size is less than 1
   */
  public static CrossBatchMemory of(PairwiseLoss loss, int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "a cross-batch memory must hold at least 1 row, got " + size);
    }
    return new CrossBatchMemory(loss, size, 0, new RecentRows(size));
  }

  /**
   * The same with an empty memory that is filled only from a later step on.
   *
   * @param steps the number of steps of which nothing is remembered, not negative
   * @return the loss
   * @throws IllegalArgumentException if the number is negative
   */
  public CrossBatchMemory warmUp(int steps) {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "the warm-up of a cross-batch memory must be a number of steps, not negative, got "
              + steps);
    }
    return new CrossBatchMemory(loss, size, steps, new RecentRows(size));
  }

  /** {@return how many rows are remembered now} */
  public int remembered() {
    return memory.size();
  }

  /** Forgets all rows, and begins the warm-up anew. */
  public void clear() {
    memory.clear();
    steps = 0;
  }

  @Override
  public void beforeTraining() {
    clear();
    loss.beforeTraining();
  }

  @Override
  public boolean remembers() {
    return true;
  }

  @Override
  public Set<String> needs() {
    return loss.needs();
  }

  /** Of the batch alone: what is remembered does not turn, nor change its number, with it. */
  @Override
  public Set<Invariance> invariances() {
    Set<Invariance> claims = EnumSet.of(Invariance.BATCH_ORDER, Invariance.EMBEDDING_LENGTH);
    claims.retainAll(loss.invariances());
    return claims;
  }

  @Override
  public List<Limit> limits() {
    return List.of(new Limit("an empty memory", of(loss, size), loss));
  }

  @Override
  public String describe() {
    return "cross-batch-memory(%s, %d rows%s)"
        .formatted(loss.describe(), size, warmUp == 0 ? "" : ", after " + warmUp + " steps");
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray x = in.embeddings();
    return used(x)
        ? loss.formula(x, memory.behind(x), memory.behind(in.classes()))
        : loss.formula(in);
  }

  /** With rows to compare with besides the batch there is the formula alone. */
  @Override
  boolean hasFastForm() {
    return memory.size() == 0 && loss.hasFastForm();
  }

  @Override
  NDArray fast(Inputs in) {
    return used(in.embeddings()) ? formula(in) : loss.fast(in);
  }

  @Override
  EmbeddingLoss held(Inputs in) {
    NDArray x = in.embeddings();
    PairwiseLoss held =
        used(x)
            ? loss.held(x, memory.behind(x), memory.behind(in.classes()))
            : loss.held(x, x, in.classes());
    return new CrossBatchMemory(held, size, warmUp, memory);
  }

  /** Rows of another network, with another number of columns, are not compared with. */
  private boolean used(NDArray x) {
    return memory.fit(x.getShape().get(1));
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    loss.afterStep(labels, predictions);
    try (NDManager step = Inputs.embeddings(predictions).getManager().newSubManager()) {
      step.tempAttachAll(labels, predictions);
      Inputs in = Inputs.checked(this, new NDList(labels), predictions);
      if (steps < warmUp) {
        steps++;
      } else {
        memory.add(Numbers.matrix(in.embeddings()), in.classes());
      }
    }
  }
}

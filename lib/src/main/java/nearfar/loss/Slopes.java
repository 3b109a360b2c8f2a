package nearfar.loss;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/**
 * A loss's gradient with respect to one input, compared with central differences in float64.
 *
 * <p>What a loss takes as given, though it depends on the inputs, is held while they move: see
 * {@link EmbeddingLoss#held}.
 *
 * <p>Where a slope jumps there is no gradient to compare with. Such a place is told from a wrong
 * gradient by the slopes ahead and behind: on a smooth curve they come together as the step
 * shrinks, half as far apart at half the step; at a kink they do not.
 */
final class Slopes {

  /** Balances the two errors of a central difference, h² f''' / 6 and 1e-16 f / h. */
  static final double STEP = 1e-6;

  /** What those errors leave, relative to the largest of 1, the value and the slopes. */
  static final double ALLOWED = 1e-7;

  private int compared;
  private int kinks;
  private double steepest;
  private double worst;

  private final EmbeddingLoss loss;
  private final String input;

  Slopes(EmbeddingLoss loss, String input) {
    this.loss = loss;
    this.input = input;
  }

  /**
   * The largest relative difference so far; NaN if most slopes jump, or if the loss does not look
   * at the embeddings at all, which proves nothing.
   */
  double worst() {
    boolean flat = steepest == 0 && input.equals(EmbeddingLoss.EMBEDDINGS);
    return flat || kinks > compared ? Double.NaN : worst;
  }

  /** How much was compared. */
  @Override
  public String toString() {
    return compared
        + " slopes"
        + (steepest == 0 ? ", all 0" : "")
        + (kinks == 0 ? "" : "; " + kinks + " left out, which jump");
  }

  void compare(Batch b) {
    Batch.Result result = b.result(loss, DataType.FLOAT64);
    EmbeddingLoss held = held(b);
    double[][] gradient = result.gradient(input);
    double largest =
        Arrays.stream(gradient).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    steepest = Math.max(steepest, largest);
    double scale = Math.max(1, Math.max(Math.abs(result.value()), largest));
    for (int i = 0; i < gradient.length; i++) {
      for (int k = 0; k < gradient[i].length; k++) {
        double up = moved(held, b, i, k, STEP);
        double down = moved(held, b, i, k, -STEP);
        double off = Math.abs((up - down) / (2 * STEP) - gradient[i][k]) / scale;
        if (off > ALLOWED / 2 && jumps(held, b, i, k, up + down - 2 * result.value(), scale)) {
          kinks++;
        } else {
          compared++;
          worst = Math.max(worst, off);
        }
      }
    }
  }

  /** Of smooth curves f(x + h) + f(x − h) − 2 f(x) is h² f'': four times that of half the step. */
  private boolean jumps(EmbeddingLoss held, Batch b, int i, int k, double bend, double scale) {
    double half =
        moved(held, b, i, k, STEP / 2) + moved(held, b, i, k, -STEP / 2) - 2 * b.value(held);
    return Math.abs(bend - 4 * half) / STEP > ALLOWED * scale;
  }

  private double moved(EmbeddingLoss held, Batch b, int i, int k, double by) {
    double[][] rows = b.input(input).clone();
    rows[i] = rows[i].clone();
    rows[i][k] += by;
    return b.withInput(input, rows).value(held);
  }

  private EmbeddingLoss held(Batch b) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      return loss.held(Inputs.checked(loss, b.labels(manager), predictions));
    }
  }
}

package nearfar.loss;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The true class's logit of every row of a {@link ClassSoftmax}, which a margin may change. */
final class TrueClasses {

  private final int[] y;
  private final @Nullable Margin margin;
  private final double scale;

  private final double[] target;

  /** The target's derivative with respect to the logit without a margin. */
  private final double[] slope;

  TrueClasses(int[] y, @Nullable Margin margin, double scale) {
    this.y = y;
    this.margin = margin;
    this.scale = scale;
    target = new double[y.length];
    slope = new double[y.length];
  }

  /** The rows whose true class is in [from, to). */
  int[] rows(long from, long to) {
    return IntStream.range(0, y.length).filter(i -> from <= y[i] && y[i] < to).toArray();
  }

  /** Where the true classes of such rows lie in the flat logits (N, to − from). */
  long[] places(int[] rows, long from, long to) {
    return IntStream.of(rows).mapToLong(i -> i * (to - from) + y[i] - from).toArray();
  }

  /** Sets a row's target from its logit without a margin, rounded as the logits are. */
  void aim(int row, double logit, boolean toFloat) {
    if (margin == null) {
      target[row] = logit;
      slope[row] = 1;
    } else {
      double cos = logit / scale;
      double exact = scale * margin.target(cos);
      target[row] = toFloat ? (float) exact : exact;
      slope[row] = margin.slope(cos);
    }
  }

  double target(int row) {
    return target[row];
  }

  /** N · ∂L/∂z of the true class, log Σ e^z being the total: (p − 1) times the slope. */
  double pull(int row, double total) {
    return Math.expm1(target[row] - total) * slope[row];
  }
}

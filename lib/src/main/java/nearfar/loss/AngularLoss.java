package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;

/**
 * Angular loss: in the triangle of an anchor, a positive and a negative, the angle at the negative
 * is to be small.
 *
 * <p><b>Formula</b>: with a, p and n the anchor, positive and negative at length 1, c = (a + p) / 2
 * and a bound α of the angle, ‖a − p‖² − 4 tan²α ‖n − c‖² is to be negative. Without a constant, 2
 * − 6 tan²α, that is
 *
 * <p>f = 4 tan²α (a + p) · n − 2 (1 + tan²α) a · p,
 *
 * <p>and the value is the mean over the ordered pairs (a, p) of one class of
 *
 * <p>log(1 + Σ_n exp(f)), over the rows n of other classes.
 *
 * <p>The paper takes one pair a class, here are all. It needs O(P N) memory for P positive pairs.
 * No positive pair gives 0. Zero vectors have no direction: they stay zero.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels (N); the value is a scalar.
 *
 * <p><b>Units</b>: α is an angle in radians.
 *
 * <p><b>Defaults</b>: none; the paper takes 36 to 55 degrees.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if α is not between 0 and π / 2 radians; the
 * inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(AngularLoss.of(Math.toRadians(45)))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Wang, Zhou, Wen, Liu and Lin, Deep Metric Learning with Angular Loss (2017),
 * arXiv:1708.01682, equations 5 to 7.
 */
public final class AngularLoss extends PairwiseLoss {

  private final double alpha;

  private AngularLoss(double alpha) {
    super("angular");
    this.alpha = alpha;
  }

  /**
   * The loss.
   *
   * @param alpha α, the bound of the angle at the negative, in radians, greater than 0 and less
   *     than π / 2
   * @return the loss
   * @throws IllegalArgumentException if the angle is not in that range
   */
  public static AngularLoss of(double alpha) {
    if (!(alpha > 0 && alpha < Math.PI / 2)) {
      throw new IllegalArgumentException(
          "the angle of the angular loss must be in (0, pi/2) radians, got "
              + alpha
              + ": degrees are converted with Math.toRadians(...)");
    }
    return new AngularLoss(alpha);
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public String describe() {
    return "angular(alpha=%s rad)".formatted(alpha);
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    int batch = (int) anchors.getShape().get(0);
    List<int[]> pairs = new ArrayList<>();
    for (int a = 0; a < batch; a++) {
      for (int p = 0; p < labels.length; p++) {
        if (p != a && labels[p] == labels[a]) {
          pairs.add(new int[] {a, p});
        }
      }
    }
    if (pairs.isEmpty()) {
      return nothing(anchors);
    }
    NDArray unit = UnitVectors.of(rows);
    NDArray a = take(unit, pairs.stream().mapToInt(pair -> pair[0]).toArray());
    NDArray p = take(unit, pairs.stream().mapToInt(pair -> pair[1]).toArray());
    double tan2 = Math.pow(Math.tan(alpha), 2);
    NDArray toNegatives = a.add(p).matMul(unit.transpose()).mul(Constant.of(unit, 4 * tan2));
    NDArray together = a.mul(p).sum(new int[] {1}, true).mul(Constant.of(unit, 2 * (1 + tan2)));
    int[] classes = pairs.stream().mapToInt(pair -> labels[pair[0]]).toArray();
    NDArray negative = PairMasks.same(unit, classes, labels).neg().add(1);
    NDArray sum = LogSumExp.of(toNegatives.sub(together), negative);
    return Activation.softPlus(sum).mean();
  }
}

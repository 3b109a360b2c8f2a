package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ProxyNCA++: softmax cross entropy on squared distances between unit vectors, each class having
 * one class vector, its proxy.
 *
 * <p><b>Formula</b>: let u be an embedding scaled to length 1, w_j class vector j scaled to length
 * 1, and y the true class. The mean over the batch of
 *
 * <p>−log softmax(−‖u − w‖² / T)_y.
 *
 * <p>The softmax is over all proxies, that of the true class among them, which ProxyNCA leaves out.
 * Since ‖u − w‖² = 2 − 2 cos θ, this is {@link NormalizedSoftmaxLoss} with the scale 2 / T, and so
 * it is computed. pytorch-metric-learning's softmax_scale is 1 / T. Zero vectors have no direction:
 * all their cosines are 0.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N), class vectors (C, D) under {@link #VECTORS}; the
 * value is a scalar.
 *
 * <p><b>Units</b>: the temperature is a squared distance of unit vectors, which are at most 4.
 *
 * <p><b>Defaults</b>: none; the paper uses T = 1/9, and a larger learning rate for the proxies.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a temperature that is not greater than 0;
 * inputs as {@link EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(ProxyNcaLoss.of(1.0 / 9))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Teh, DeVries and Taylor, ProxyNCA++: Revisiting and Revitalizing Proxy
 * Neighborhood Component Analysis (2020), arXiv:2004.01113, section 3.
 */
public final class ProxyNcaLoss extends ClassVectorLoss {

  private final double temperature;

  private ProxyNcaLoss(double temperature) {
    super("proxy-nca");
    this.temperature = temperature;
  }

  /**
   * The loss, which needs {@link #VECTORS}.
   *
   * @param temperature T, what squared distances are divided by, greater than 0
   * @return the loss
   * @throws IllegalArgumentException if the temperature is not greater than 0 and finite
   */
  public static ProxyNcaLoss of(double temperature) {
    return new ProxyNcaLoss(Settings.positive("the temperature of ProxyNCA", temperature));
  }

  private double scale() {
    return 2 / temperature;
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public List<Limit> limits() {
    return List.of(new Limit("any T", this, NormalizedSoftmaxLoss.of(scale())));
  }

  @Override
  public String describe() {
    return "proxy-nca(temperature=%s)".formatted(temperature);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return Optional.of(new ScaledCosines(scale(), 1));
  }

  @Override
  protected NDArray formula(Inputs in) {
    return CosineLogits.crossEntropy(CosineLogits.of(in), scale(), in);
  }

  @Override
  NDArray closedForm(Inputs in) {
    return ClassSoftmax.cosine(in, scale(), Margin.NONE);
  }
}

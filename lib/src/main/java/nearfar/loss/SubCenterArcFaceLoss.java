package nearfar.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sub-center ArcFace: {@link ArcFaceLoss} with K class vectors for each class, of which an
 * embedding needs to be near one.
 *
 * <p><b>Formula</b>: let cos θ_j be the largest of the cosines between an embedding and the K
 * vectors of class j, and y its true class. The mean over the batch of −log softmax(z)_y, where
 *
 * <p>z_j = s · cos θ_j for j ≠ y, and z_y = s · cos(θ_y + m),
 *
 * <p>and s · (cos θ_y − m sin m) past θ_y = π − m, as in ArcFace. A class may so fall into several
 * clusters; wrongly labelled images gather at a sub-center of their own instead of pulling the
 * others there. The gradient reaches the nearest sub-center of each class alone; where two are
 * equally near it jumps. With K = 1 this is ArcFace.
 *
 * <p><b>Shapes</b>: embeddings (N, D), labels (N) in [0, C), class vectors (C · K, D) under {@link
 * #VECTORS}, rows c · K to c · K + K − 1 being class c's; the value is a scalar.
 *
 * <p><b>Units</b>: the margin is in radians; the scale has no unit.
 *
 * <p><b>Defaults</b>: none; the paper uses m = 0.5, s = 64 and K = 3 for faces.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a margin, scale or K out of its range, and
 * for class vectors whose number is no multiple of K; other inputs as {@link
 * EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList)} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(SubCenterArcFaceLoss.of(0.3, 16, 3))
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Deng, Guo, Liu, Gong and Zafeiriou, Sub-center ArcFace: Boosting Face
 * Recognition by Large-scale Noisy Web Faces (ECCV 2020), section 3.
 */
public final class SubCenterArcFaceLoss extends EmbeddingLoss {

  private final double margin;
  private final double scale;
  private final int subCenters;

  private SubCenterArcFaceLoss(double margin, double scale, int subCenters) {
    super("sub-center-arcface");
    this.margin = margin;
    this.scale = scale;
    this.subCenters = subCenters;
  }

  /**
   * The loss, which needs {@link #VECTORS}, K for each class.
   *
   * @param margin the angle m in radians, in [0, π)
   * @param scale the factor s of the cosines, greater than 0
   * @param subCenters the number K of class vectors a class has, at least 1
   * @return the loss
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public static SubCenterArcFaceLoss of(double margin, double scale, int subCenters) {
    ArcFaceLoss.of(margin, scale); // refuses what it does
    return new SubCenterArcFaceLoss(
        margin, scale, Settings.atLeast(1, "the number of sub-centers of a class", subCenters));
  }

  @Override
  public Set<String> needs() {
    return Set.of(VECTORS);
  }

  @Override
  public int vectorsPerClass() {
    return subCenters;
  }

  @Override
  public Set<Invariance> invariances() {
    return CosineLogits.INVARIANCES;
  }

  @Override
  public List<Limit> limits() {
    return List.of(new Limit("K = 1", of(margin, scale, 1), ArcFaceLoss.of(margin, scale)));
  }

  @Override
  public String describe() {
    return "sub-center-arcface(margin=%s rad, scale=%s, sub-centers=%d)"
        .formatted(margin, scale, subCenters);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return Optional.of(new ScaledCosines(scale, Math.cos(margin)));
  }

  @Override
  protected NDArray formula(Inputs in) {
    NDArray nearest = CosineLogits.ofSubCenters(in, subCenters).max(new int[] {2});
    NDArray cos = CosineLogits.of(nearest, in, new AngularMargin(1, margin, 0)::of);
    return CosineLogits.crossEntropy(cos, scale, in);
  }
}

package nearfar.evaluation;

import java.util.Arrays;
import java.util.Locale;

/**
 * The four angles by which the ArcFace paper compares losses (Deng et al., arXiv:1801.07698, Table
 * 3), in degrees. Class means are arithmetic means of the embeddings as they are; {@link
 * Embeddings#normalized()} first, if every embedding is to weigh the same.
 *
 * @param wEc W-EC: mean over classes j of the angle between class vector w_j and the mean embedding
 *     of class j; NaN if there are no class vectors
 * @param wInter W-Inter: mean over j of the smallest angle between w_j and another class vector;
 *     NaN if there are no class vectors
 * @param intra Intra: mean over embeddings of the angle to the mean of their class
 * @param inter Inter: mean over classes of the smallest angle between their mean and another's
 */
public record AngleTable(double wEc, double wInter, double intra, double inter) {

  /**
   * Measures embeddings and the class vectors that they were trained with.
   *
   * @param embeddings N vectors of D entries
   * @param classVectors (C, D): the vector of each label; classes without an embedding count in
   *     W-Inter only
   * @return the four angles
   * @throws IllegalArgumentException if there is but one class or one class vector, a label has no
   *     class vector, shapes do not match, or a vector or a class's mean is zero
   */
  public static AngleTable of(Embeddings embeddings, double[][] classVectors) {
    ClassDirections vectors = ClassDirections.vectors(embeddings, classVectors);
    ClassDirections means = ClassDirections.means(embeddings);
    double sum = 0;
    for (int place = 0; place < means.size(); place++) {
      sum += Geometry.angle(vectors.unit(means.label(place)), means.unit(place));
    }
    return new AngleTable(
        sum / means.size(),
        mean(vectors.neighbourAngles()),
        intra(embeddings, means),
        mean(means.neighbourAngles()));
  }

  /**
   * Measures embeddings that have no class vectors, such as those of classes never trained on.
   *
   * @param embeddings N vectors
   * @return Intra and Inter; the others are NaN
   * @throws IllegalArgumentException if there is but one class, or an embedding or a class's mean
   *     is zero
   */
  public static AngleTable of(Embeddings embeddings) {
    ClassDirections means = ClassDirections.means(embeddings);
    return new AngleTable(
        Double.NaN, Double.NaN, intra(embeddings, means), mean(means.neighbourAngles()));
  }

  private static double intra(Embeddings embeddings, ClassDirections means) {
    return mean(means.own(embeddings.units(), embeddings.labels()));
  }

  private static double mean(double[] angles) {
    return Arrays.stream(angles).sum() / angles.length;
  }

  /** Such as "W-EC 14.3°, W-Inter 71.6°, Intra 38.5°, Inter 24.0°". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "W-EC %.1f°, W-Inter %.1f°, Intra %.1f°, Inter %.1f°",
        wEc,
        wInter,
        intra,
        inter);
  }
}

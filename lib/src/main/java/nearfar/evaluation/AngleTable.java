package nearfar.evaluation;

import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

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
    if (classVectors.length < 2) {
      throw new IllegalArgumentException(
          "there must be two class vectors or more, got " + classVectors.length);
    }
    double[][] vectors = new double[classVectors.length][];
    for (int j = 0; j < vectors.length; j++) {
      if (classVectors[j].length != embeddings.dimension()) {
        throw new IllegalArgumentException(
            "class vectors must have the "
                + embeddings.dimension()
                + " entries of the embeddings, got "
                + classVectors[j].length
                + " in row "
                + j);
      }
      vectors[j] = Geometry.unit(classVectors[j], "the class vector in row " + j);
    }
    SortedMap<Integer, double[]> means = means(embeddings);
    if (means.lastKey() >= vectors.length) {
      throw new IllegalArgumentException(
          "labels must be in [0, "
              + vectors.length
              + "), since there are as many class vectors, got "
              + means.lastKey()
              + ": are these embeddings of the training classes?");
    }
    double sum = 0;
    for (var mean : means.entrySet()) {
      sum += Geometry.angle(vectors[mean.getKey()], mean.getValue());
    }
    return new AngleTable(
        sum / means.size(), meanOfSmallest(vectors), intra(embeddings, means), inter(means));
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
    SortedMap<Integer, double[]> means = means(embeddings);
    return new AngleTable(Double.NaN, Double.NaN, intra(embeddings, means), inter(means));
  }

  /** The direction of each class's mean, by label. */
  private static SortedMap<Integer, double[]> means(Embeddings embeddings) {
    SortedMap<Integer, double[]> sums = new TreeMap<>();
    double[][] rows = embeddings.rows();
    for (int i = 0; i < rows.length; i++) {
      double[] sum =
          sums.computeIfAbsent(embeddings.label(i), label -> new double[embeddings.dimension()]);
      for (int k = 0; k < sum.length; k++) {
        sum[k] += rows[i][k];
      }
    }
    if (sums.size() < 2) {
      throw new IllegalArgumentException(
          "angles between classes need two classes or more, got only class "
              + embeddings.className(sums.firstKey()));
    }
    sums.replaceAll(
        (label, sum) ->
            Geometry.unit(sum, "the mean embedding of class " + embeddings.className(label)));
    return sums;
  }

  private static double intra(Embeddings embeddings, SortedMap<Integer, double[]> means) {
    double[][] units = embeddings.units();
    double sum = 0;
    for (int i = 0; i < units.length; i++) {
      sum += Geometry.angle(units[i], Objects.requireNonNull(means.get(embeddings.label(i))));
    }
    return sum / units.length;
  }

  private static double inter(SortedMap<Integer, double[]> means) {
    return meanOfSmallest(means.values().toArray(double[][]::new));
  }

  private static double meanOfSmallest(double[][] units) {
    double sum = 0;
    for (int i = 0; i < units.length; i++) {
      double smallest = Double.POSITIVE_INFINITY;
      for (int j = 0; j < units.length; j++) {
        if (j != i) {
          smallest = Math.min(smallest, Geometry.angle(units[i], units[j]));
        }
      }
      sum += smallest;
    }
    return sum / units.length;
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

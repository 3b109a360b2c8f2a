package nearfar.evaluation;

/**
 * Classification without any training: an embedding belongs to the class whose mean is nearest to
 * it. It tells how much of the classes there is in embeddings, whatever their unit, also in those
 * of a network that has learned nothing.
 *
 * <p><b>Formula</b>: m_j = mean of the known embeddings of class j; an embedding x is classified as
 * argmin_j ‖x − m_j‖², the first such j if there are several.
 *
 * <p><b>Source</b>: Mensink, Verbeek, Perronnin and Csurka, Distance-Based Image Classification:
 * Generalizing to New Classes at Near-Zero Cost (2013), the nearest class mean classifier.
 */
public final class NearestClassMean {

  private NearestClassMean() {}

  /**
   * The share of embeddings that are classified correctly.
   *
   * @param known those that the means are of
   * @param asked those that are classified: others of the same classes
   * @return the accuracy, 0 to 1
   * @throws IllegalArgumentException if the dimensions differ, or a class of {@code asked} has no
   *     known embedding
   */
  public static double accuracy(Embeddings known, Embeddings asked) {
    if (known.dimension() != asked.dimension()) {
      throw new IllegalArgumentException(
          "both must have equally many dimensions, got "
              + known.dimension()
              + " and "
              + asked.dimension());
    }
    int largest = 0;
    for (int label : known.labels()) {
      largest = Math.max(largest, label);
    }
    double[][] means = new double[largest + 1][known.dimension()];
    int[] counts = new int[largest + 1];
    for (int label : known.labels()) {
      counts[label]++;
    }
    for (int i = 0; i < known.size(); i++) {
      double[] mean = means[known.label(i)];
      double[] x = known.vector(i);
      for (int d = 0; d < mean.length; d++) {
        mean[d] += x[d] / counts[known.label(i)];
      }
    }
    int right = 0;
    for (int i = 0; i < asked.size(); i++) {
      int label = asked.label(i);
      if (label > largest || counts[label] == 0) {
        throw new IllegalArgumentException(
            "class " + label + " has no known embedding, so it has no mean: leave it out");
      }
      if (nearest(asked.vector(i), means, counts) == label) {
        right++;
      }
    }
    return right / (double) asked.size();
  }

  private static int nearest(double[] x, double[][] means, int[] counts) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < means.length; j++) {
      double squares = 0;
      for (int d = 0; d < x.length; d++) {
        double off = x[d] - means[j][d];
        squares += off * off;
      }
      if (counts[j] > 0 && squares < least) {
        best = j;
        least = squares;
      }
    }
    return best;
  }
}

package nearfar.data;

/**
 * Changes the size of a plane of pixels. Going down, an output pixel is the exact mean over the
 * area it covers, so that a stroke one pixel wide grows paler but never falls between two samples;
 * going up, it is interpolated linearly. Each axis on its own.
 */
final class Resampling {

  private Resampling() {}

  /** Resizes the plane that starts at {@code offset} of {@code source}. */
  static float[] plane(
      float[] source, int offset, int height, int width, int newHeight, int newWidth) {
    double[][] rows = weights(height, newHeight);
    double[][] columns = weights(width, newWidth);
    double[] narrow = new double[height * newWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        double[] weight = columns[x];
        int first = (int) weight[0];
        double sum = 0;
        for (int k = 1; k < weight.length; k++) {
          sum += weight[k] * source[offset + y * width + first + k - 1];
        }
        narrow[y * newWidth + x] = sum;
      }
    }
    float[] result = new float[newHeight * newWidth];
    for (int y = 0; y < newHeight; y++) {
      double[] weight = rows[y];
      int first = (int) weight[0];
      for (int x = 0; x < newWidth; x++) {
        double sum = 0;
        for (int k = 1; k < weight.length; k++) {
          sum += weight[k] * narrow[(first + k - 1) * newWidth + x];
        }
        result[y * newWidth + x] = (float) sum;
      }
    }
    return result;
  }

  /**
   * For each output position the first input position, followed by the weights from there on; they
   * sum to 1.
   */
  private static double[][] weights(int from, int to) {
    double[][] all = new double[to][];
    double scale = (double) from / to;
    for (int i = 0; i < to; i++) {
      if (from > to) {
        double low = i * scale;
        double high = Math.min(from, (i + 1) * scale);
        int first = (int) low;
        int last = Math.min(from - 1, (int) Math.ceil(high) - 1);
        double[] weight = new double[last - first + 2];
        weight[0] = first;
        for (int k = first; k <= last; k++) {
          weight[k - first + 1] = (Math.min(high, k + 1.0) - Math.max(low, k)) / (high - low);
        }
        all[i] = weight;
      } else {
        // Pixel centres are at half positions; outside the first and the last centre the edge goes
        // on.
        double centre = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), from - 1.0);
        int first = Math.min((int) centre, Math.max(0, from - 2));
        double fraction = centre - first;
        all[i] = from == 1 ? new double[] {0, 1} : new double[] {first, 1 - fraction, fraction};
      }
    }
    return all;
  }
}

package nearfar.evaluation;

import java.util.Locale;

/**
 * How a figure is distributed within classes and between them. Both samples are shown on one grid
 * of {@value #BINS} equally wide bins from {@link #lower()} to {@link #upper()}.
 */
public final class Distribution {

  /** Bins of the grid: 3° each for angles. */
  public static final int BINS = 60;

  private final String quantity;
  private final String unit;
  private final double lower;
  private final double upper;
  private final Sample intra;
  private final Sample inter;
  private final double resolution;

  Distribution(String quantity, String unit, double lower, double upper, Pairs pairs) {
    if (!(lower < upper) || !Double.isFinite(upper - lower)) {
      throw new IllegalArgumentException(
          "the grid must have a beginning below its end, got [" + lower + ", " + upper + "]");
    }
    this.quantity = quantity;
    this.unit = unit;
    this.lower = lower;
    this.upper = upper;
    this.intra = pairs.intra();
    this.inter = pairs.inter();
    this.resolution = pairs.resolution();
  }

  /**
   * Compares two samples of any figure.
   *
   * @param quantity what the figures are, such as "angle"
   * @param unit their unit, such as "degrees"; empty if they have none
   * @param lower where the grid begins
   * @param upper where the grid ends
   * @param intra figures within classes
   * @param inter figures between classes
   * @return the distribution
   * @throws IllegalArgumentException if a sample is empty or has a figure outside of the grid, or
   *     the grid is empty
   */
  public static Distribution of(
      String quantity, String unit, double lower, double upper, double[] intra, double[] inter) {
    return new Distribution(
        quantity,
        unit,
        lower,
        upper,
        new Pairs(
            sample("within classes", quantity, lower, upper, intra),
            sample("between classes", quantity, lower, upper, inter),
            0));
  }

  /**
   * The same figures on another grid: distributions that are to be compared, overlaps too, need one
   * grid.
   *
   * @param lower where the grid begins
   * @param upper where the grid ends
   * @return the distribution
   * @throws IllegalArgumentException if a figure is outside of the grid, or the grid is empty
   */
  public Distribution on(double lower, double upper) {
    double least = Math.min(intra.min(), inter.min());
    double greatest = Math.max(intra.max(), inter.max());
    if (!(least >= lower && greatest <= upper)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the grid must hold every %s, from %s to %s, got [%s, %s]",
              quantity,
              least,
              greatest,
              lower,
              upper));
    }
    return new Distribution(quantity, unit, lower, upper, new Pairs(intra, inter, resolution));
  }

  private static Sample sample(
      String which, String quantity, double lower, double upper, double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(
          "there must be at least one " + quantity + " " + which + ", got none");
    }
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= lower && values[i] <= upper)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "every %s must be in [%s, %s], got %s at position %d %s",
                quantity,
                lower,
                upper,
                values[i],
                i,
                which));
      }
    }
    return Sample.of(values);
  }

  /**
   * The grid.
   *
   * @return ({@value #BINS} + 1): where bins begin, and where the last one ends
   */
  public double[] edges() {
    double[] edges = new double[BINS + 1];
    for (int b = 0; b <= BINS; b++) {
      edges[b] = lower + (upper - lower) * b / BINS;
    }
    return edges;
  }

  /**
   * The density of a sample on the grid: the fraction of its figures in each bin, divided by the
   * bin's width, so that it integrates to 1. A bin has its lower edge; the last has both.
   *
   * @param sample {@link #intra()} or {@link #inter()}
   * @return ({@value #BINS}): density per unit of the figure
   */
  public double[] density(Sample sample) {
    return sample.density(lower, upper, BINS);
  }

  /**
   * The area common to both densities, ∫ min(f, g), on the grid: 0 if they share no bin, 1 if they
   * are equal. It depends on the grid: finer bins and smaller samples make it smaller.
   *
   * @return an area in [0, 1]
   */
  public double overlap() {
    double[] within = density(intra);
    double[] between = density(inter);
    double area = 0;
    for (int b = 0; b < BINS; b++) {
      area += Math.min(within[b], between[b]);
    }
    return Math.min(1, area * (upper - lower) / BINS);
  }

  /**
   * The figures within classes.
   *
   * @return the sample
   */
  public Sample intra() {
    return intra;
  }

  /**
   * The figures between classes.
   *
   * @return the sample
   */
  public Sample inter() {
    return inter;
  }

  /**
   * What the figures are.
   *
   * @return such as "angle"
   */
  public String quantity() {
    return quantity;
  }

  /**
   * The unit of the figures.
   *
   * @return such as "degrees"; empty if they have none
   */
  public String unit() {
    return unit;
  }

  /**
   * Where the grid begins.
   *
   * @return the lower edge of the first bin
   */
  public double lower() {
    return lower;
  }

  /**
   * Where the grid ends.
   *
   * @return the upper edge of the last bin
   */
  public double upper() {
    return upper;
  }

  /**
   * How far a figure may be from the one that it is counted as. Of 50 million pairs or fewer, those
   * of 10,000 embeddings, every figure is kept and this is 0. More are counted in cells, and mean,
   * quantiles, least and greatest are at most this far from the exact ones.
   *
   * @return 0 or more, in {@link #unit()}
   */
  public double resolution() {
    return resolution;
  }

  /** Such as "angle (degrees): intra 21.3 ± 9.8, inter 78.0 ± 15.2, overlap 0.041". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s%s: intra %.4g ± %.3g, inter %.4g ± %.3g, overlap %.3f%s",
        quantity,
        unit.isEmpty() ? "" : " (" + unit + ")",
        intra.mean(),
        intra.std(),
        inter.mean(),
        inter.std(),
        overlap(),
        resolution == 0
            ? ""
            : String.format(Locale.ROOT, ", each figure counted to ± %.1g", resolution));
  }
}

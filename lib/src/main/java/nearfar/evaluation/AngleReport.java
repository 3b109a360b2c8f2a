package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Angles of any embeddings, whatever model they come from: the six figures of the ArcFace paper's
 * Table 3 (Deng et al., arXiv:1801.07698), and how angles are distributed, overall and by class.
 *
 * <p>W-EC, W-Inter, Intra1 and Inter1 are those of {@link AngleTable} on the training set, Intra2
 * and Inter2 the same on a test set. What was not given has no figures.
 *
 * @param train of the embeddings trained on
 * @param test of others, such as those of classes never trained on; null if none were given
 */
public record AngleReport(Side train, @Nullable Side test) {

  /**
   * The angles of one set.
   *
   * @param angles the figures of the paper's table
   * @param pairs angles of all pairs, within classes and between them
   * @param toMeans angles of embeddings to the mean of their class (within), and to the nearest
   *     mean of another class (between)
   * @param classes the same for each class, those that overlap most first
   */
  public record Side(
      AngleTable angles, Distribution pairs, Distribution toMeans, List<ByClass> classes) {

    /**
     * Copies the list.
     *
     * @param angles the figures of the paper's table
     * @param pairs angles of all pairs
     * @param toMeans angles to class means
     * @param classes the same for each class
     */
    public Side {
      classes = List.copyOf(classes);
    }

    static Side of(Embeddings embeddings, AngleTable table) {
      ClassDirections means = ClassDirections.means(embeddings);
      double[][] units = embeddings.units();
      int[] labels = embeddings.labels();
      double[] own = means.own(units, labels);
      double[] other = means.other(units, labels);
      int[] nearest = means.neighbours();
      int[] counts = new int[means.size()];
      for (int label : labels) {
        counts[means.placeOf(label)]++;
      }
      double[][] ownOf = new double[counts.length][];
      double[][] otherOf = new double[counts.length][];
      Arrays.setAll(ownOf, c -> new double[counts[c]]);
      Arrays.setAll(otherOf, c -> new double[counts[c]]);
      for (int i = 0; i < labels.length; i++) {
        int c = means.placeOf(labels[i]);
        int at = --counts[c];
        ownOf[c][at] = own[i];
        otherOf[c][at] = other[i];
      }
      List<ByClass> classes = new ArrayList<>();
      for (int c = 0; c < counts.length; c++) {
        classes.add(
            new ByClass(
                means.label(c),
                embeddings.className(means.label(c)),
                embeddings.className(means.label(nearest[c])),
                distribution(ownOf[c], otherOf[c])));
      }
      classes.sort(
          Comparator.comparingDouble((ByClass c) -> -c.toMeans().overlap())
              .thenComparingDouble(c -> c.toMeans().inter().mean() - c.toMeans().intra().mean()));
      return new Side(table, Angles.of(embeddings), distribution(own, other), classes);
    }

    private static Distribution distribution(double[] own, double[] other) {
      return Distribution.of("angle to class means", "degrees", 0, 180, own, other);
    }
  }

  /**
   * The angles of one class.
   *
   * @param label of the class
   * @param name of the class, or its number
   * @param nearest name of the class whose mean is nearest to this one's
   * @param toMeans angles of its embeddings to their mean (within), and to the nearest mean of
   *     another class (between)
   */
  public record ByClass(int label, String name, String nearest, Distribution toMeans) {}

  /**
   * Measures a training set, and a test set if there is one.
   *
   * @param train N vectors
   * @param classVectors (C, D), the vector of each label of the training set; null if there are
   *     none: then W-EC and W-Inter are NaN
   * @param test embeddings of others, of any dimension; null if there are none
   * @return the report
   * @throws IllegalArgumentException as {@link AngleTable#of(Embeddings, double[][])} and {@link
   *     Angles#of(Embeddings)}
   * @throws CancellationException if the thread is interrupted
   */
  public static AngleReport of(
      Embeddings train, double @Nullable [][] classVectors, @Nullable Embeddings test) {
    AngleTable table =
        classVectors == null ? AngleTable.of(train) : AngleTable.of(train, classVectors);
    return new AngleReport(
        Side.of(train, table), test == null ? null : Side.of(test, AngleTable.of(test)));
  }

  /**
   * Such as "W-EC 14.3°, W-Inter 71.6°, Intra1 38.5°, Inter1 24.0°, Intra2 40.1°, Inter2 20.3°".
   */
  @Override
  public String toString() {
    String text =
        String.format(
            Locale.ROOT,
            "W-EC %.1f°, W-Inter %.1f°, Intra1 %.1f°, Inter1 %.1f°",
            train.angles().wEc(),
            train.angles().wInter(),
            train.angles().intra(),
            train.angles().inter());
    return test == null
        ? text
        : String.format(
            Locale.ROOT,
            "%s, Intra2 %.1f°, Inter2 %.1f°",
            text,
            test.angles().intra(),
            test.angles().inter());
  }
}

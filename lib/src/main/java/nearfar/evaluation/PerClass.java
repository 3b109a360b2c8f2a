package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Which classes are found and which are not: retrieval and angles by class, by cosine similarity.
 *
 * @param rows one for each class, the worst first: by rising MAP@R, then by falling {@link
 *     Row#intra}; classes of one embedding, which have no MAP@R, come last
 */
public record PerClass(List<Row> rows) {

  /**
   * One class.
   *
   * @param label of the class
   * @param name of the class, or its number
   * @param images how many embeddings it has
   * @param recallAt1 share of them whose nearest neighbour is of the class; NaN for a single one
   * @param mapAtR mean of their AP@R ({@link Retrieval}); NaN for a single one
   * @param intra mean angle of them to their mean, in degrees
   * @param nearest name of the class whose mean is nearest to this one's
   * @param nearestAngle angle between these two means, in degrees
   * @param confused name of the other class that most of their nearest neighbours have (the lower
   *     label among equals); empty if none has another
   * @param confusions how many nearest neighbours are of that class
   */
  public record Row(
      int label,
      String name,
      int images,
      double recallAt1,
      double mapAtR,
      double intra,
      String nearest,
      double nearestAngle,
      String confused,
      int confusions) {}

  /**
   * Copies the rows.
   *
   * @param rows one for each class
   */
  public PerClass {
    rows = List.copyOf(rows);
  }

  /**
   * Measures each class.
   *
   * @param embeddings N vectors
   * @return the report
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, or an
   *     embedding or a class's mean is zero
   * @throws CancellationException if the thread is interrupted
   */
  public static PerClass of(Embeddings embeddings) {
    ClassDirections means = ClassDirections.means(embeddings);
    Retrieval retrieval = Retrieval.of(embeddings);
    double[][] units = embeddings.units();
    int[] labels = embeddings.labels();
    double[] own = means.own(units, labels);
    int[] nearest = means.neighbours();
    double[] nearestAngles = means.neighbourAngles();
    int classes = means.size();
    int[] images = new int[classes];
    double[] angles = new double[classes];
    double[] precisions = new double[classes];
    List<Map<Integer, Integer>> neighbours = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      neighbours.add(new HashMap<>());
    }
    for (int i = 0; i < labels.length; i++) {
      images[means.placeOf(labels[i])]++;
      angles[means.placeOf(labels[i])] += own[i];
    }
    double[] averagePrecisions = retrieval.averagePrecisions();
    int[] queries = retrieval.queryRows();
    for (int q = 0; q < queries.length; q++) {
      precisions[means.placeOf(labels[queries[q]])] += averagePrecisions[q];
    }
    NearestRows.each(
        Similarity.COSINE,
        units,
        units.length,
        1,
        (query, row) -> true,
        (query, best) ->
            neighbours
                .get(means.placeOf(labels[query]))
                .merge(labels[(int) best.number(0)], 1, Integer::sum));
    List<Row> rows = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      int label = means.label(c);
      Map<Integer, Integer> found = neighbours.get(c);
      int hits = found.getOrDefault(label, 0);
      found.remove(label);
      Map.Entry<Integer, Integer> confused =
          found.entrySet().stream()
              .max(
                  Map.Entry.<Integer, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
              .orElse(Map.entry(-1, 0));
      boolean alone = images[c] == 1;
      rows.add(
          new Row(
              label,
              embeddings.className(label),
              images[c],
              alone ? Double.NaN : (double) hits / images[c],
              alone ? Double.NaN : precisions[c] / images[c],
              angles[c] / images[c],
              embeddings.className(means.label(nearest[c])),
              nearestAngles[c],
              confused.getValue() == 0 ? "" : embeddings.className(confused.getKey()),
              confused.getValue()));
    }
    // NaN is after all figures.
    rows.sort(
        Comparator.comparingDouble(Row::mapAtR)
            .thenComparing(Comparator.comparingDouble(Row::intra).reversed()));
    return new PerClass(rows);
  }
}

package nearfar.evaluation;

import java.util.Arrays;

/**
 * A direction for each class, its mean or its class vector, and the angles between them, in
 * degrees. Time O(C²·D) for the angles of all, and O(N·C·D) for those of N embeddings, on all
 * cores.
 */
final class ClassDirections {

  /** Rising. */
  private final int[] labels;

  private final double[][] units;

  private ClassDirections(int[] labels, double[][] units) {
    this.labels = labels;
    this.units = units;
  }

  /** The mean of each class that occurs, two or more. */
  static ClassDirections means(Embeddings embeddings) {
    ClassSums sums = new ClassSums(embeddings.rows(), embeddings.labels());
    int[] labels = new int[sums.classes()];
    Arrays.setAll(labels, sums::label);
    if (labels.length < 2) {
      throw new IllegalArgumentException(
          "angles between classes need two classes or more, got only class "
              + embeddings.className(labels[0]));
    }
    double[][] units = new double[labels.length][];
    Arrays.setAll(
        units,
        place ->
            Geometry.unit(
                sums.sum(place),
                "the mean embedding of class " + embeddings.className(labels[place])));
    return new ClassDirections(labels, units);
  }

  /** The class vector of each label from 0 up, of which every label that occurs must have one. */
  static ClassDirections vectors(Embeddings embeddings, double[][] classVectors) {
    if (classVectors.length < 2) {
      throw new IllegalArgumentException(
          "there must be two class vectors or more, got " + classVectors.length);
    }
    int[] labels = new int[classVectors.length];
    double[][] units = new double[classVectors.length][];
    for (int j = 0; j < units.length; j++) {
      if (classVectors[j].length != embeddings.dimension()) {
        throw new IllegalArgumentException(
            "class vectors must have the "
                + embeddings.dimension()
                + " entries of the embeddings, got "
                + classVectors[j].length
                + " in row "
                + j);
      }
      labels[j] = j;
      units[j] = Geometry.unit(classVectors[j], "the class vector in row " + j);
    }
    int largest = Arrays.stream(embeddings.labels()).max().orElseThrow();
    if (largest >= units.length) {
      throw new IllegalArgumentException(
          "labels must be in [0, "
              + units.length
              + "), since there are as many class vectors, got "
              + largest
              + ": are these embeddings of the training classes?");
    }
    return new ClassDirections(labels, units);
  }

  int size() {
    return labels.length;
  }

  int label(int place) {
    return labels[place];
  }

  double[] unit(int place) {
    return units[place];
  }

  int placeOf(int label) {
    return Arrays.binarySearch(labels, label);
  }

  /** The place of the direction nearest to a unit vector; of equally near ones the first. */
  int nearest(double[] unit, int leftOut) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int place = 0; place < units.length; place++) {
      if (place != leftOut) {
        double distance = Geometry.squaredDistance(unit, units[place]);
        if (distance < least) {
          least = distance;
          nearest = place;
        }
      }
    }
    return nearest;
  }

  /** For each direction the place of the nearest other one. */
  int[] neighbours() {
    int[] nearest = new int[units.length];
    Cores.share(
        units.length,
        "measuring angles between classes",
        () -> place -> nearest[place] = nearest(units[place], place));
    return nearest;
  }

  /** For each direction the angle to the nearest other one. */
  double[] neighbourAngles() {
    int[] nearest = neighbours();
    double[] angles = new double[nearest.length];
    Arrays.setAll(angles, place -> Geometry.angle(units[place], units[nearest[place]]));
    return angles;
  }

  /** For each unit vector the angle to the direction of its own class. */
  double[] own(double[][] unitRows, int[] labelOfRow) {
    double[] angles = new double[unitRows.length];
    Arrays.setAll(angles, i -> Geometry.angle(unitRows[i], units[placeOf(labelOfRow[i])]));
    return angles;
  }

  /** For each unit vector the angle to the nearest direction of another class. */
  double[] other(double[][] unitRows, int[] labelOfRow) {
    double[] angles = new double[unitRows.length];
    Cores.share(
        unitRows.length,
        "measuring angles to classes",
        () ->
            i -> {
              int nearest = nearest(unitRows[i], placeOf(labelOfRow[i]));
              angles[i] = Geometry.angle(unitRows[i], units[nearest]);
            });
    return angles;
  }
}

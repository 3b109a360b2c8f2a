package nearfar.evaluation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * N labelled vectors of D entries each, as a network gave them: what every measure in this package
 * reads. Immutable; vectors are kept in double precision, in the order given, and not normalised.
 */
public final class Embeddings {

  private final double[][] vectors;
  private final int[] labels;
  private final List<String> classNames;
  private final int classes;

  private Embeddings(double[][] vectors, int[] labels, List<String> classNames) {
    this.vectors = vectors;
    this.labels = labels;
    this.classNames = classNames;
    this.classes = (int) Arrays.stream(labels).distinct().count();
  }

  /**
   * Copies labelled vectors.
   *
   * @param vectors (N, D): a row per item
   * @param labels (N): the class of each row, 0 or more
   * @return the embeddings
   * @throws IllegalArgumentException if there is no row or no column, rows differ in length, the
   *     number of labels is not N, a label is negative, or an entry is NaN or infinite
   */
  public static Embeddings of(double[][] vectors, int[] labels) {
    double[][] rows = new double[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      rows[i] = vectors[i].clone();
    }
    return checked(rows, labels);
  }

  /**
   * Copies labelled vectors of single precision.
   *
   * @param vectors (N, D): a row per item
   * @param labels (N): the class of each row, 0 or more
   * @return the embeddings
   * @throws IllegalArgumentException as {@link #of(double[][], int[])}
   */
  public static Embeddings of(float[][] vectors, int[] labels) {
    double[][] rows = new double[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      rows[i] = new double[vectors[i].length];
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] = vectors[i][k];
      }
    }
    return checked(rows, labels);
  }

  private static Embeddings checked(double[][] rows, int[] labels) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("there must be at least one embedding, got none");
    }
    if (labels.length != rows.length) {
      throw new IllegalArgumentException(
          "there must be a label for each of the "
              + rows.length
              + " embeddings, got "
              + labels.length
              + " labels");
    }
    int dimension = rows[0].length;
    if (dimension == 0) {
      throw new IllegalArgumentException("embeddings must have at least one entry, got none");
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != dimension) {
        throw new IllegalArgumentException(
            "all embeddings must have the "
                + dimension
                + " entries of row 0, got "
                + rows[i].length
                + " in row "
                + i);
      }
      for (int k = 0; k < dimension; k++) {
        if (!Double.isFinite(rows[i][k])) {
          throw new IllegalArgumentException(
              "embeddings must be finite, got "
                  + rows[i][k]
                  + " in row "
                  + i
                  + ", column "
                  + k
                  + ": the network has diverged; lower the learning rate");
        }
      }
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "labels must be 0 or more, got " + labels[i] + " at position " + i);
      }
    }
    return new Embeddings(rows, labels.clone(), List.of());
  }

  /**
   * The same embeddings with names for their classes, which charts and tables then show.
   *
   * @param names a name for each label from 0 up; there may be more names than labels that occur
   * @return embeddings with these names
   * @throws IllegalArgumentException if a label has no name, or two have the same
   */
  public Embeddings withClassNames(List<String> names) {
    int largest = Arrays.stream(labels).max().orElseThrow();
    if (names.size() <= largest) {
      throw new IllegalArgumentException(
          "there must be a name for each label up to "
              + largest
              + ", got "
              + names.size()
              + " names");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "class names must differ, since charts tell classes apart by them, got \""
                + name
                + "\" twice");
      }
    }
    return new Embeddings(vectors, labels, List.copyOf(names));
  }

  /**
   * The same embeddings, each divided by its Euclidean norm.
   *
   * @return embeddings of length one
   * @throws IllegalArgumentException if a row is the zero vector
   */
  public Embeddings normalized() {
    return new Embeddings(units(), labels, classNames);
  }

  /**
   * Those embeddings whose class is wanted, with the labels and names that they have.
   *
   * @param wanted says it of a label
   * @return the part, in the same order
   * @throws IllegalArgumentException if nothing is left
   */
  public Embeddings ofClasses(IntPredicate wanted) {
    int[] rows = IntStream.range(0, size()).filter(i -> wanted.test(labels[i])).toArray();
    if (rows.length == 0) {
      throw new IllegalArgumentException(
          "there must be at least one embedding of the classes wanted, got none of " + size());
    }
    return new Embeddings(
        IntStream.of(rows).mapToObj(i -> vectors[i]).toArray(double[][]::new),
        IntStream.of(rows).map(i -> labels[i]).toArray(),
        classNames);
  }

  /**
   * How many embeddings there are.
   *
   * @return N
   */
  public int size() {
    return vectors.length;
  }

  /**
   * How many entries each embedding has.
   *
   * @return D
   */
  public int dimension() {
    return vectors[0].length;
  }

  /**
   * How many different labels occur; a class without an embedding does not count.
   *
   * @return the number of classes
   */
  public int classes() {
    return classes;
  }

  /**
   * The class of one embedding.
   *
   * @param i row, from 0
   * @return its label
   */
  public int label(int i) {
    return labels[i];
  }

  /**
   * The class of every embedding.
   *
   * @return (N), a copy
   */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * One embedding.
   *
   * @param i row, from 0
   * @return (D), a copy
   */
  public double[] vector(int i) {
    return vectors[i].clone();
  }

  /**
   * All embeddings.
   *
   * @return (N, D), a copy
   */
  public double[][] vectors() {
    double[][] copy = new double[vectors.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = vectors[i].clone();
    }
    return copy;
  }

  /**
   * The names given to the classes, by label.
   *
   * @return the names; empty if none were given
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * What to call a class.
   *
   * @param label a label
   * @return its name, or its number if it has no name
   */
  public String className(int label) {
    return label >= 0 && label < classNames.size()
        ? classNames.get(label)
        : Integer.toString(label);
  }

  /** Such as "embeddings: 240 × 64, 10 classes". */
  @Override
  public String toString() {
    return "embeddings: " + size() + " × " + dimension() + ", " + classes + " classes";
  }

  /** The rows themselves, which the package reads and never writes. */
  double[][] rows() {
    return vectors;
  }

  /** The rows at length one. */
  double[][] units() {
    double[][] units = new double[vectors.length][];
    for (int i = 0; i < units.length; i++) {
      units[i] = Geometry.unit(vectors[i], "the embedding in row " + i);
    }
    return units;
  }
}

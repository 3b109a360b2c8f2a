package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch that has passed the door: shapes and data types fit, every label is the number of a
 * class, every embedding is finite. What fails here would otherwise be a crash in native code, or a
 * NaN that is noticed an epoch later.
 */
public final class Inputs {

  private final NDArray embeddings;
  private final NDArray labels;
  private final int[] classes;
  private final Map<String, NDArray> perClass;

  /** What the loss is multiplied with, on its way into a sum. */
  private final double weight;

  private final @Nullable GradientsInPlace inPlace;

  private Inputs(
      NDArray embeddings,
      NDArray labels,
      int[] classes,
      Map<String, NDArray> perClass,
      double weight,
      @Nullable GradientsInPlace inPlace) {
    this.embeddings = embeddings;
    this.labels = labels;
    this.classes = classes;
    this.perClass = perClass;
    this.weight = weight;
    this.inPlace = inPlace;
  }

  /** {@return the embeddings x, (N, D), float32 or float64} */
  public NDArray embeddings() {
    return embeddings;
  }

  /** {@return the labels y, (N), int64} */
  public NDArray labels() {
    return labels;
  }

  /** {@return the labels as Java integers, a copy} */
  public int[] classes() {
    return classes.clone();
  }

  /**
   * An array with a row per class.
   *
   * @param name one of {@link EmbeddingLoss#needs()}
   * @return its array, (C) for the bias, (C, D) for any other, or (C · K, D) for class vectors of
   *     which a class has K
   * @throws IllegalArgumentException if the loss did not say that it needs this array
   */
  public NDArray perClass(String name) {
    NDArray array = perClass.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not among what this loss needs, " + perClass.keySet());
    }
    return array;
  }

  static Inputs checked(EmbeddingLoss loss, NDList labels, NDList predictions) {
    NDArray x = embeddings(predictions);
    Map<String, NDArray> perClass = perClass(loss, x, predictions);
    NDArray y = labels(x, labels);
    int[] classes = values(x, y, numberOfClasses(loss, perClass));
    return new Inputs(x, y, classes, perClass, 1, null);
  }

  /** The same batch for a loss that is a term of a sum, with this weight. */
  Inputs weighted(double factor) {
    return new Inputs(embeddings, labels, classes, perClass, weight * factor, inPlace);
  }

  /** The same batch, where some gradients may be added to at once. */
  Inputs inPlace(GradientsInPlace arrays) {
    return new Inputs(embeddings, labels, classes, perClass, weight, arrays);
  }

  /** What the gradients that are written in place are to be multiplied with. */
  double weight() {
    return weight;
  }

  /** The gradient of an array with a row per class, to be added to; null to go by the graph. */
  @Nullable NDArray gradientInPlace(String name) {
    return inPlace == null ? null : inPlace.of(perClass(name));
  }

  /** The embeddings among the predictions, shape and data type checked. */
  static NDArray embeddings(NDList predictions) {
    NDArray x = predictions.get(EmbeddingLoss.EMBEDDINGS);
    if (x == null && predictions.size() == 1 && predictions.get(0).getName() == null) {
      x = predictions.get(0);
    }
    if (x == null) {
      throw missing(EmbeddingLoss.EMBEDDINGS, "(N, D)", predictions);
    }
    Shape shape = x.getShape();
    if (shape.dimension() != 2 || shape.get(0) < 1 || shape.get(1) < 1) {
      throw new IllegalArgumentException(
          "embeddings must be (N, D) with N >= 1 and D >= 1, got " + shape);
    }
    if (x.getDataType() != DataType.FLOAT32 && x.getDataType() != DataType.FLOAT64) {
      throw new IllegalArgumentException(
          "embeddings must be float32 or float64, got " + x.getDataType());
    }
    return x;
  }

  private static Map<String, NDArray> perClass(EmbeddingLoss loss, NDArray x, NDList predictions) {
    Map<String, NDArray> found = new HashMap<>();
    String first = "";
    for (String name : loss.needs()) {
      boolean bias = name.equals(EmbeddingLoss.BIAS);
      int rows = rows(loss, name);
      String form = bias ? "(C)" : rows == 1 ? "(C, D)" : "(C * %d, D)".formatted(rows);
      NDArray array = predictions.get(name);
      if (array == null) {
        throw missing(name, form, predictions);
      }
      Shape shape = array.getShape();
      if (shape.dimension() != (bias ? 1 : 2) || shape.get(0) < 1) {
        throw new IllegalArgumentException(
            name + " must be " + form + " with C >= 1, got " + shape);
      }
      if (!bias && shape.get(1) != x.getShape().get(1)) {
        throw new IllegalArgumentException(
            "%s must have as many columns as the embeddings, %d, got %s"
                .formatted(name, x.getShape().get(1), shape));
      }
      if (array.getDataType() != x.getDataType()) {
        throw new IllegalArgumentException(
            "%s must be %s as the embeddings are, got %s"
                .formatted(name, x.getDataType(), array.getDataType()));
      }
      if (shape.get(0) % rows != 0) {
        throw new IllegalArgumentException(
            "%s must be %s, %d rows for each class, got %s".formatted(name, form, rows, shape));
      }
      if (!found.isEmpty() && shape.get(0) / rows != numberOfClasses(loss, found)) {
        throw new IllegalArgumentException(
            "%s must be %s with as many rows as %s has classes, C = %d, got %s"
                .formatted(name, form, first, numberOfClasses(loss, found), shape));
      }
      if (found.isEmpty()) {
        first = name;
      }
      found.put(name, array);
    }
    return found;
  }

  private static NDArray labels(NDArray x, NDList labels) {
    if (labels.size() != 1) {
      throw new IllegalArgumentException(
          "labels must be one array of class numbers, got " + labels.size() + " arrays");
    }
    NDArray y = labels.get(0);
    if (!y.getDataType().isInteger()) {
      throw new IllegalArgumentException(
          "labels must be class numbers of an integer type, got %s: convert them with toType(DataType.INT64, false)"
              .formatted(y.getDataType()));
    }
    long n = x.getShape().get(0);
    if (!y.getShape().equals(new Shape(n))) {
      throw new IllegalArgumentException(
          "labels must have shape (%d), one for each of the %d embeddings, got %s"
              .formatted(n, n, y.getShape()));
    }
    return y.toType(DataType.INT64, false);
  }

  /** C; -1 where there is no array with a row per class. */
  private static long numberOfClasses(EmbeddingLoss loss, Map<String, NDArray> perClass) {
    return perClass.entrySet().stream()
        .mapToLong(array -> array.getValue().getShape().get(0) / rows(loss, array.getKey()))
        .findAny()
        .orElse(-1);
  }

  /** How many rows of an array a class has. */
  private static int rows(EmbeddingLoss loss, String name) {
    return name.equals(EmbeddingLoss.VECTORS) ? loss.vectorsPerClass() : 1;
  }

  /**
   * Labels and finiteness of the embeddings in one copy from the device: x - x is 0 where x is
   * finite and NaN elsewhere, so the row sums say which rows to look at.
   */
  private static int[] values(NDArray x, NDArray y, long c) {
    NDArray detached = x.stopGradient();
    NDArray notFinite = detached.sub(detached).sum(new int[] {1}).toType(DataType.FLOAT64, false);
    double[] both = y.toType(DataType.FLOAT64, false).concat(notFinite).toDoubleArray();
    int n = both.length / 2;
    int[] classes = new int[n];
    for (int i = 0; i < n; i++) {
      if (both[n + i] != 0) {
        throw notFinite(detached, i);
      }
      if (both[i] < 0 || both[i] >= (c < 0 ? Integer.MAX_VALUE : c)) {
        throw labelOutOfRange((long) both[i], i, c);
      }
      classes[i] = (int) both[i];
    }
    return classes;
  }

  private static IllegalArgumentException notFinite(NDArray x, int row) {
    double[] values = x.get(row).toType(DataType.FLOAT64, false).toDoubleArray();
    int column = 0;
    while (Double.isFinite(values[column])) {
      column++;
    }
    return new IllegalArgumentException(
        "embeddings must be finite, got %s at row %d, column %d of %s: look for it in the input, else lower the learning rate"
            .formatted(values[column], row, column, x.getShape()));
  }

  private static IllegalArgumentException labelOutOfRange(long label, int position, long c) {
    return new IllegalArgumentException(
        c < 0
            ? "labels must be class numbers that are not negative, got %d at position %d"
                .formatted(label, position)
            : "labels must be in [0, %d), got %d at position %d: build the head with the data set's number of classes"
                .formatted(c, label, position));
  }

  private static IllegalArgumentException missing(String name, String form, NDList predictions) {
    return new IllegalArgumentException(
        "the loss needs an array named \"%s\" %s among the predictions, got %s: let the block name its outputs with setName"
            .formatted(
                name,
                form,
                predictions.stream().map(a -> a.getName() + " " + a.getShape()).toList()));
  }
}

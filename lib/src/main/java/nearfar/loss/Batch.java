package nearfar.loss;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Everything that a loss reads, as plain Java numbers: for a formula in plain loops (see {@link
 * Certificate#against}), and to look at a loss's value and gradients at chosen numbers.
 *
 * <pre>{@code
 * var batch = Batch.of(new double[][] {{1, 0.2}, {-0.3, 1.1}}, 0, 1)
 *     .with("vectors", new double[][] {{1, 0}, {0.2, 1}})
 *     .with("bias", new double[] {0.1, -0.1});
 * show(batch.value(SoftmaxLoss.of()));
 * show(batch.gradient(SoftmaxLoss.of(), "vectors"));
 * }</pre>
 *
 * <p>Arrays are shared, not copied.
 */
public final class Batch {

  private final double[][] embeddings;
  private final int[] labels;
  private final Map<String, double[][]> perClass;
  private final int vectorsPerClass;

  Batch(double[][] embeddings, int[] labels, Map<String, double[][]> perClass) {
    this(embeddings, labels, perClass, 1);
  }

  Batch(
      double[][] embeddings, int[] labels, Map<String, double[][]> perClass, int vectorsPerClass) {
    this.embeddings = embeddings;
    this.labels = labels;
    this.perClass = perClass;
    this.vectorsPerClass = vectorsPerClass;
  }

  /**
   * Embeddings and their classes, as yet without anything that has a row per class.
   *
   * @param embeddings x, N rows of D
   * @param labels y, N class numbers from 0
   * @return the batch
   * @throws IllegalArgumentException if there is no embedding, rows differ in length, or there are
   *     not N labels
   */
  public static Batch of(double[][] embeddings, int... labels) {
    checkRows(EmbeddingLoss.EMBEDDINGS, embeddings);
    if (labels.length != embeddings.length) {
      throw new IllegalArgumentException(
          "there must be a label for each of the "
              + embeddings.length
              + " embeddings, got "
              + labels.length);
    }
    return new Batch(embeddings, labels, Map.of());
  }

  /**
   * The same batch with an array that has a row per class.
   *
   * @param name {@link EmbeddingLoss#VECTORS}, {@link EmbeddingLoss#CENTERS} or another that a loss
   *     needs
   * @param rows C rows of D
   * @return the batch with it
   * @throws IllegalArgumentException if there is no row, or rows differ in length
   */
  public Batch with(String name, double[][] rows) {
    checkRows(name, rows);
    return withInput(name, rows);
  }

  /**
   * The same batch with a number per class, such as {@link EmbeddingLoss#BIAS}.
   *
   * @param name the array's name
   * @param numbers C of them
   * @return the batch with it
   * @throws IllegalArgumentException if there is none
   */
  public Batch with(String name, double... numbers) {
    return with(
        name, Arrays.stream(numbers).mapToObj(v -> new double[] {v}).toArray(double[][]::new));
  }

  private static void checkRows(String name, double[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException(
          "\"" + name + "\" needs a row of a number or more, got none");
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != rows[0].length) {
        throw new IllegalArgumentException(
            "all rows of \""
                + name
                + "\" must have the "
                + rows[0].length
                + " entries of row 0, got "
                + rows[i].length
                + " in row "
                + i);
      }
    }
  }

  /**
   * A loss's gradient by the engine's automatic differentiation, in float64.
   *
   * @param loss the loss
   * @param input {@link EmbeddingLoss#EMBEDDINGS}, or one of {@link EmbeddingLoss#needs()}
   * @return as many rows as the input has; a bias is rows of one number
   * @throws IllegalArgumentException if the loss does not read such an input, or needs one that is
   *     not there
   */
  public double[][] gradient(EmbeddingLoss loss, String input) {
    Map<String, double[][]> gradients = result(loss, DataType.FLOAT64).gradients();
    double[][] rows = gradients.get(input);
    if (rows == null) {
      throw new IllegalArgumentException(
          loss.describe()
              + " has gradients of "
              + new TreeSet<>(gradients.keySet())
              + ", not of \""
              + input
              + "\"");
    }
    return rows;
  }

  /**
   * How many triplets of the batch still teach.
   *
   * @param loss a loss that is made of triplets
   * @return the counts
   * @throws IllegalArgumentException if the loss is not made of triplets
   */
  public TripletActivity activity(EmbeddingLoss loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return loss.activity(labels(manager).head(), predictions(manager, DataType.FLOAT64))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      loss.describe() + " is not made of triplets: take a TripletLoss"));
    }
  }

  /** A loss's value and its gradients by the name of what they are of. */
  record Result(double value, Map<String, double[][]> gradients) {

    double[][] gradient(String input) {
      return Objects.requireNonNull(gradients.get(input), input);
    }
  }

  /** Gaussian embeddings around a center per class, and Gaussian arrays for all classes. */
  static Batch random(long seed, int n, int d, int c, String... others) {
    return random(seed, n, d, c, 1, others);
  }

  /** The same, with all that a loss needs. */
  static Batch random(long seed, int n, int d, int c, EmbeddingLoss loss) {
    String[] needs = new TreeSet<>(loss.needs()).toArray(String[]::new);
    return random(seed, n, d, c, loss.vectorsPerClass(), needs);
  }

  private static Batch random(
      long seed, int n, int d, int c, int vectorsPerClass, String... others) {
    Random random = new Random(seed);
    double[][] means = gaussian(random, c, d);
    double[][] x = gaussian(random, n, d);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(c);
      for (int k = 0; k < d; k++) {
        x[i][k] = 0.8 * x[i][k] + means[labels[i]][k];
      }
    }
    Map<String, double[][]> perClass = new LinkedHashMap<>();
    perClass.put(EmbeddingLoss.VECTORS, gaussian(random, c * vectorsPerClass, d));
    perClass.put(EmbeddingLoss.BIAS, gaussian(random, c, 1));
    perClass.put(EmbeddingLoss.CENTERS, gaussian(random, c, d));
    for (String name : others) {
      perClass.computeIfAbsent(name, key -> gaussian(random, c, d));
    }
    return new Batch(x, labels, perClass, vectorsPerClass);
  }

  static double[][] gaussian(Random random, int rows, int columns) {
    double[][] a = new double[rows][columns];
    for (double[] row : a) {
      Arrays.setAll(row, k -> random.nextGaussian());
    }
    return a;
  }

  static double[] times(double factor, double[] row) {
    return Arrays.stream(row).map(v -> factor * v).toArray();
  }

  /** {@return the embeddings x, N rows of D} */
  public double[][] embeddings() {
    return embeddings;
  }

  /** {@return the class numbers y, N of them} */
  public int[] labels() {
    return labels;
  }

  /** {@return the number N of embeddings} */
  public int size() {
    return labels.length;
  }

  /**
   * {@return the number C of classes; without an array of a row per class, the largest label + 1}
   */
  public int classes() {
    if (perClass.isEmpty()) {
      return Arrays.stream(labels).max().orElseThrow() + 1;
    }
    Map.Entry<String, double[][]> any = perClass.entrySet().iterator().next();
    boolean vectors = any.getKey().equals(EmbeddingLoss.VECTORS);
    return any.getValue().length / (vectors ? vectorsPerClass : 1);
  }

  /** {@return the class vectors, C rows of D; C · K where a class has K of them, class by class} */
  public double[][] vectors() {
    return input(EmbeddingLoss.VECTORS);
  }

  /** {@return the bias, C numbers} */
  public double[] bias() {
    return Arrays.stream(input(EmbeddingLoss.BIAS)).mapToDouble(row -> row[0]).toArray();
  }

  /** {@return the class centers, C rows of D} */
  public double[][] centers() {
    return input(EmbeddingLoss.CENTERS);
  }

  /**
   * The array that an input of this name is.
   *
   * @param name {@link EmbeddingLoss#EMBEDDINGS} or an array with a row per class, such as {@link
   *     EmbeddingLoss#VECTORS}; a bias is rows of one number
   * @return its rows
   * @throws IllegalArgumentException if there is none of this name
   */
  public double[][] input(String name) {
    if (name.equals(EmbeddingLoss.EMBEDDINGS)) {
      return embeddings;
    }
    double[][] rows = perClass.get(name);
    if (rows == null) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not among the arrays with a row per class, " + perClass.keySet());
    }
    return rows;
  }

  Batch withEmbeddings(double[][] x) {
    return new Batch(x, labels, perClass, vectorsPerClass);
  }

  Batch withLabels(int... y) {
    return new Batch(embeddings, y, perClass, vectorsPerClass);
  }

  Batch withPerClass(UnaryOperator<double[][]> change) {
    Map<String, double[][]> changed = new LinkedHashMap<>();
    perClass.forEach((name, rows) -> changed.put(name, change.apply(rows)));
    return new Batch(embeddings, labels, changed, vectorsPerClass);
  }

  /** Every row of (N, D)-shaped arrays replaced, the bias left alone. */
  Batch mapVectors(UnaryOperator<double[]> row) {
    Map<String, double[][]> changed = new LinkedHashMap<>(perClass);
    changed.replaceAll((name, rows) -> name.equals(EmbeddingLoss.BIAS) ? rows : mapped(rows, row));
    return new Batch(mapped(embeddings, row), labels, changed, vectorsPerClass);
  }

  private static double[][] mapped(double[][] rows, UnaryOperator<double[]> change) {
    return Arrays.stream(rows).map(change).toArray(double[][]::new);
  }

  Batch withInput(String name, double[][] rows) {
    if (name.equals(EmbeddingLoss.EMBEDDINGS)) {
      return withEmbeddings(rows);
    }
    Map<String, double[][]> changed = new LinkedHashMap<>(perClass);
    changed.put(name, rows);
    return new Batch(embeddings, labels, changed, vectorsPerClass);
  }

  NDList predictions(NDManager manager, DataType type) {
    NDList list = new NDList(array(manager, EmbeddingLoss.EMBEDDINGS, embeddings, type));
    perClass.forEach((name, rows) -> list.add(array(manager, name, rows, type)));
    return list;
  }

  NDList labels(NDManager manager) {
    return new NDList(manager.create(labels).toType(DataType.INT64, false));
  }

  /**
   * A loss's value, in float64.
   *
   * @param loss the loss
   * @return its value for this batch
   * @throws IllegalArgumentException if it needs an array that is not there
   */
  public double value(EmbeddingLoss loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return loss.evaluate(labels(manager), predictions(manager, DataType.FLOAT64)).getDouble();
    }
  }

  /** The loss's value and its gradients with respect to the embeddings and all that it needs. */
  Result result(EmbeddingLoss loss, DataType type) {
    return result(loss, type, () -> {});
  }

  /** The same, with something done between the value and the gradients. */
  Result result(EmbeddingLoss loss, DataType type, Runnable between) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList predictions = predictions(manager, type);
      NDList labels = labels(manager);
      predictions.forEach(a -> a.setRequiresGradient(true));
      NDArray value;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        // As in a training, where they come out of a network: no array is a leaf of the graph.
        NDList outputs = new NDList();
        for (NDArray a : predictions) {
          NDArray output = a.add(0);
          output.setName(a.getName());
          outputs.add(output);
        }
        value = loss.evaluate(labels, outputs);
        between.run();
        collector.backward(value);
      }
      Map<String, double[][]> gradients = new LinkedHashMap<>();
      for (NDArray a : predictions) {
        if (a.getName().equals(EmbeddingLoss.EMBEDDINGS) || loss.needs().contains(a.getName())) {
          gradients.put(a.getName(), rows(a.getGradient()));
        }
      }
      return new Result(value.toType(DataType.FLOAT64, false).getDouble(), Map.copyOf(gradients));
    }
  }

  static NDArray array(NDManager manager, String name, double[][] rows, DataType type) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    Shape shape =
        name.equals(EmbeddingLoss.BIAS)
            ? new Shape(rows.length)
            : new Shape(rows.length, rows[0].length);
    NDArray array = manager.create(flat, shape).toType(type, false);
    array.setName(name);
    return array;
  }

  static double[][] rows(NDArray array) {
    double[] flat = array.toType(DataType.FLOAT64, false).toDoubleArray();
    int n = (int) array.getShape().get(0);
    int d = flat.length / n;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
    }
    return rows;
  }
}

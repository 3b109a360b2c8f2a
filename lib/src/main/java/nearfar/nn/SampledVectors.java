package nearfar.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Class vectors W (C, D) of which a step sees a share: the classes of its batch, and others drawn
 * at random, ⌈r · C⌉ in all. Only these rows are read, get a gradient, and are updated, so that a
 * step costs r of one over all classes, in time and in memory. It takes the place of {@link
 * ClassVectors} for a loss that needs class vectors alone, which knows nothing of it:
 *
 * <pre>{@code
 * try (var manager = NDManager.newBaseManager();
 *     var all = SampledVectors.of(10_000, 128, 0.1, 7)) {
 *   var x = manager.randomNormal(new Shape(3, 128));                // what a network makes
 *   x.setName("embeddings");
 *   x.setRequiresGradient(true);
 *   var drawn = all.draw(manager, new int[] {17, 17, 999});         // labels, in each step
 *   try (var collector = Engine.getInstance().newGradientCollector()) {
 *     var both = new NDList(x, drawn.vectors());
 *     collector.backward(ArcFaceLoss.of(0.5, 64).evaluate(new NDList(drawn.labels()), both));
 *   }
 *   all.adam(drawn, 1e-3);
 * }
 * }</pre>
 *
 * <p>The softmax is over the drawn classes: its value is lower than over all, by about log(1 / r)
 * where the others are alike, and its gradient differs for it has fewer competitors. With r = 1 it
 * is the exact one.
 *
 * <p>All numbers are float32 and lie outside the heap, in memory or in a mapped file. Optimiser
 * state is made by the first update that wants some. A row that was not drawn keeps its state too:
 * momentum does not carry it on, and Adam's averages do not fade. Where all rows are drawn, both
 * optimisers are DJL's.
 *
 * <p>Draws are repeatable by their seed, and the same in every JVM. Not for use by several threads
 * at a time; within a call all cores work.
 *
 * <p>Source: An, Zhu, Gao and others, Partial FC: Training 10 Million Identities on a Single
 * Machine (2021), arXiv:2010.05222; An, Deng, Guo and others, Killing Two Birds with One Stone:
 * Efficient and Robust Training of Face Recognition CNNs by Partial FC (2022), arXiv:2203.15565.
 */
public final class SampledVectors implements AutoCloseable {

  /** DJL's own. */
  private static final float BETA1 = 0.9f;

  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  /** Rows that one core takes at a time. */
  private static final int CHUNK = 512;

  private final int classes;
  private final int dimension;
  private final double share;
  private final @Nullable Path path;
  private final Draws draws;
  private @Nullable RowFile file;
  private @Nullable Rows vectors;
  private @Nullable State momentum;
  private @Nullable State moments;

  /** What an optimiser remembers of every row, and how many steps it has made. */
  private static final class State {
    final Rows[] matrices;
    final @Nullable RowFile file;
    long steps;

    State(Rows[] matrices, @Nullable RowFile file) {
      this.matrices = matrices;
      this.file = file;
      steps = file == null ? 0 : file.steps();
    }
  }

  /** The class vectors of one step, and its labels by their numbers among them. */
  public static final class Drawn {
    private final SampledVectors from;
    private final int[] classes;
    private final NDArray vectors;
    private final NDArray labels;

    private Drawn(SampledVectors from, int[] classes, NDArray vectors, NDArray labels) {
      this.from = from;
      this.classes = classes;
      this.vectors = vectors;
      this.labels = labels;
    }

    /**
     * A copy of the drawn rows, named "vectors" as losses look for them.
     *
     * @return (c, D) float32, a leaf that collects a gradient, in the manager of the draw
     */
    public NDArray vectors() {
      return vectors;
    }

    /**
     * The labels of the batch, each as the position of its class in {@link #classes()}.
     *
     * @return (N) int64, each in [0, c), in the manager of the draw
     */
    public NDArray labels() {
      return labels;
    }

    /**
     * Which classes were drawn.
     *
     * @return a copy: c of them, ascending; row i of {@link #vectors()} is that of class i
     */
    public int[] classes() {
      return classes.clone();
    }
  }

  private SampledVectors(int classes, int dimension, double share, long seed, @Nullable Path path) {
    if (classes < 1 || dimension < 1) {
      throw new IllegalArgumentException(
          "sampled vectors need at least 1 class and 1 dimension, got "
              + classes
              + " and "
              + dimension);
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of classes must be in (0, 1], got " + share + ": 0.1 is usual");
    }
    this.classes = classes;
    this.dimension = dimension;
    this.share = share;
    this.path = path;
    draws = new Draws(classes, seed);
    try (Normals normals = new Normals(dimension)) {
      if (path == null) {
        vectors = Rows.inMemory(classes, dimension);
        vectors.fill(normals);
      } else {
        file = RowFile.open(path, 1, classes, dimension, normals);
        vectors = file.matrix(0);
      }
    }
  }

  /**
   * Vectors in memory, outside the heap. They start as {@link ClassVectors#random} does, from the
   * engine's draw, repeatable by its seed; on a CPU with the same numbers.
   *
   * @param classes C, at least 1
   * @param dimension D, at least 1
   * @param share r, the share of classes in a step, in (0, 1]
   * @param seed of the draws
   * @return the vectors
   * @throws IllegalArgumentException if a size or the share is out of its range
   * @throws OutOfMemoryError if there is no room: 4 · C · D bytes, the same again for momentum, and
   *     twice that for Adam, beside 8 · C bytes of the heap
   */
  public static SampledVectors of(int classes, int dimension, double share, long seed) {
    return new SampledVectors(classes, dimension, share, seed, null);
  }

  /**
   * Vectors in a file, for more than memory holds: the operating system keeps in memory what is in
   * use. The file is NumPy's .npy, float32 (C, D). If there is none it is made, with vectors that
   * start as {@link ClassVectors#random} does; an existing one is gone on from, wherever it comes
   * from. Optimiser state is in files beside it, of its name and {@code .adam} or {@code
   * .momentum}; they too are gone on from.
   *
   * @param file the file, in a folder that exists
   * @param classes C, at least 1
   * @param dimension D, at least 1
   * @param share r, the share of classes in a step, in (0, 1]
   * @param seed of the draws
   * @return the vectors
   * @throws IllegalArgumentException if a size or the share is out of its range, or the file holds
   *     something else than float32 of shape (C, D)
   * @throws java.io.UncheckedIOException if the file cannot be made, read or written
   */
  public static SampledVectors in(Path file, int classes, int dimension, double share, long seed) {
    return new SampledVectors(classes, dimension, share, seed, file);
  }

  /** {@return C, the number of all classes} */
  public int classes() {
    return classes;
  }

  /** {@return D, the length of a vector} */
  public int dimension() {
    return dimension;
  }

  /** {@return r, the share of the classes in a step} */
  public double share() {
    return share;
  }

  /**
   * Draws the classes of a step: every class of its batch, and others, each as likely, until there
   * are ⌈r · C⌉. A batch with more classes than that has all of them.
   *
   * @param manager owns the arrays, on its device
   * @param labels the class of each of the batch's N images
   * @return the vectors of these classes, and the labels by their numbers among them
   * @throws IllegalArgumentException if there is no label, one is not in [0, C), or the drawn
   *     vectors would not fit into one array of 2 GB
   * @throws IllegalStateException if this is closed
   */
  public Drawn draw(NDManager manager, int[] labels) {
    Rows all = open();
    if (labels.length == 0) {
      throw new IllegalArgumentException("a batch needs at least one label, got none");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labels must be in [0, %d), got %d at position %d: build the sampled vectors with the data set's number of classes"
                .formatted(classes, labels[i], i));
      }
    }
    int[] sure = Arrays.stream(labels).sorted().distinct().toArray();
    int count = Math.max(sure.length, (int) Math.ceil(share * classes));
    if ((long) count * dimension > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(
          "%d drawn vectors of %d numbers are more than an array's 2 GB: draw a smaller share than %s"
              .formatted(count, dimension, share));
    }
    int[] drawn = draws.draw(sure, count);
    NDArray rows = copy(manager, all, drawn);
    rows.setRequiresGradient(true);
    rows.setName("vectors");
    long[] numbers =
        Arrays.stream(labels).mapToLong(label -> Arrays.binarySearch(drawn, label)).toArray();
    return new Drawn(this, drawn, rows, manager.create(numbers));
  }

  /**
   * Updates the drawn rows by stochastic gradient descent: v ← μv + ηg, w ← w − v, as DJL's Sgd.
   *
   * @param drawn a draw of these vectors, through which a gradient has been computed
   * @param learningRate η, finite and not negative
   * @param momentum μ, in [0, 1); with 0 there is no state
   * @throws IllegalArgumentException if a number is out of its range, or the draw is another's
   * @throws IllegalStateException if this is closed
   */
  public void sgd(Drawn drawn, double learningRate, double momentum) {
    Rows w = open();
    checkRate(learningRate);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("the momentum must be in [0, 1), got " + momentum);
    }
    float rate = (float) learningRate;
    if (momentum == 0) {
      update(
          drawn,
          () -> {
            float[] row = new float[dimension];
            return (c, g) -> {
              w.get(c, row);
              for (int k = 0; k < row.length; k++) {
                row[k] -= rate * g[k];
              }
              w.set(c, row);
            };
          });
      return;
    }
    float mu = (float) momentum;
    State state = this.momentum == null ? state(1, ".momentum") : this.momentum;
    this.momentum = state;
    Rows velocities = state.matrices[0];
    update(
        drawn,
        () -> {
          float[] row = new float[dimension];
          float[] v = new float[dimension];
          return (c, g) -> {
            w.get(c, row);
            velocities.get(c, v);
            for (int k = 0; k < row.length; k++) {
              v[k] = mu * v[k] + rate * g[k];
              row[k] -= v[k];
            }
            w.set(c, row);
            velocities.set(c, v);
          };
        });
    count(state);
  }

  /**
   * Updates the drawn rows by Adam, as DJL's: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η
   * √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. The t of a step is
   * how many updates there have been, of whichever rows.
   *
   * @param drawn a draw of these vectors, through which a gradient has been computed
   * @param learningRate η, finite and not negative
   * @throws IllegalArgumentException if the rate is out of its range, or the draw is another's
   * @throws IllegalStateException if this is closed
   */
  public void adam(Drawn drawn, double learningRate) {
    Rows w = open();
    checkRate(learningRate);
    State state = moments == null ? state(2, ".adam") : moments;
    moments = state;
    Rows means = state.matrices[0];
    Rows squares = state.matrices[1];
    double t = state.steps + 1.0;
    float rate =
        (float)
            ((float) learningRate * Math.sqrt(1 - Math.pow(BETA2, t)) / (1 - Math.pow(BETA1, t)));
    update(
        drawn,
        () -> {
          float[] row = new float[dimension];
          float[] m = new float[dimension];
          float[] v = new float[dimension];
          return (c, g) -> {
            w.get(c, row);
            means.get(c, m);
            squares.get(c, v);
            for (int k = 0; k < row.length; k++) {
              m[k] = BETA1 * m[k] + (1 - BETA1) * g[k];
              v[k] = BETA2 * v[k] + (1 - BETA2) * g[k] * g[k];
              row[k] -= rate * m[k] / ((float) Math.sqrt(v[k]) + EPSILON);
            }
            w.set(c, row);
            means.set(c, m);
            squares.set(c, v);
          };
        });
    count(state);
  }

  /**
   * A copy of some successive rows.
   *
   * @param manager owns the array, on its device
   * @param from the first class
   * @param to the class behind the last one
   * @return (to − from, D) float32
   * @throws IndexOutOfBoundsException unless 0 ≤ from &lt; to ≤ C
   * @throws IllegalStateException if this is closed
   */
  public NDArray rows(NDManager manager, int from, int to) {
    Rows all = open();
    if (from < 0 || from >= to || to > classes) {
      throw new IndexOutOfBoundsException(
          "rows must be within [0, %d), got [%d, %d)".formatted(classes, from, to));
    }
    return copy(manager, all, IntStream.range(from, to).toArray());
  }

  /**
   * One row.
   *
   * @param label the class
   * @return a copy, of length D
   * @throws IndexOutOfBoundsException if there is no such class
   * @throws IllegalStateException if this is closed
   */
  public float[] row(int label) {
    Rows all = open();
    if (label < 0 || label >= classes) {
      throw new IndexOutOfBoundsException(
          "a class must be in [0, %d), got %d".formatted(classes, label));
    }
    float[] row = new float[dimension];
    all.get(label, row);
    return row;
  }

  /**
   * Writes a copy of the vectors, without the state of an optimiser, to a file of their own:
   * NumPy's .npy of (C, D), from which {@link #in} goes on.
   *
   * @param copy the file, in a folder that exists; an old one is replaced
   * @throws java.io.UncheckedIOException if it cannot be written
   * @throws IllegalStateException if this is closed
   */
  public void save(Path copy) {
    Rows all = open();
    try {
      RowFile.make(
          copy,
          RowFile.header(classes, dimension),
          (long) Float.BYTES * classes * dimension,
          all.numbers());
    } catch (IOException e) {
      throw new UncheckedIOException("class vectors cannot be written to " + copy + ": " + e, e);
    }
  }

  /**
   * Writes a file's changes to its disk, and lets go of the memory, which the garbage collector
   * frees. Closing twice does nothing.
   */
  @Override
  public void close() {
    if (file != null) {
      file.force();
    }
    for (State state : new State[] {momentum, moments}) {
      if (state != null && state.file != null) {
        state.file.force();
      }
    }
    file = null;
    vectors = null;
    momentum = null;
    moments = null;
  }

  @Override
  public String toString() {
    return "%d class vectors of %d numbers, %s of them in a step%s"
        .formatted(classes, dimension, share, path == null ? "" : ", in " + path.getFileName());
  }

  private Rows open() {
    if (vectors == null) {
      throw new IllegalStateException(
          "these sampled vectors are closed: take what you need before close()");
    }
    return vectors;
  }

  private static void checkRate(double learningRate) {
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate must be finite and not negative, got " + learningRate);
    }
  }

  private State state(int matrices, String suffix) {
    if (path == null) {
      Rows[] zeros = new Rows[matrices];
      for (int m = 0; m < matrices; m++) {
        zeros[m] = Rows.inMemory(classes, dimension);
      }
      return new State(zeros, null);
    }
    RowFile beside =
        RowFile.open(
            path.resolveSibling(path.getFileName() + suffix),
            matrices,
            classes,
            dimension,
            Filling::zeros);
    Rows[] maps = new Rows[matrices];
    Arrays.setAll(maps, beside::matrix);
    return new State(maps, beside);
  }

  private static void count(State state) {
    state.steps++;
    if (state.file != null) {
      state.file.steps(state.steps);
    }
  }

  /** What is done with one row, by its class and its gradient; it may keep arrays of its own. */
  private interface RowUpdate {
    void row(int c, float[] gradient);
  }

  private void update(Drawn drawn, Supplier<RowUpdate> perCore) {
    if (drawn.from != this) {
      throw new IllegalArgumentException(
          "the draw comes from other sampled vectors: update those that it was drawn from");
    }
    FloatBuffer gradient = floats(drawn.vectors.getGradient().toDevice(Device.cpu(), false));
    chunks(
        drawn.classes.length,
        (from, to) -> {
          RowUpdate update = perCore.get();
          float[] g = new float[dimension];
          for (int i = from; i < to; i++) {
            gradient.get(i * dimension, g);
            update.row(drawn.classes[i], g);
          }
        });
  }

  private NDArray copy(NDManager manager, Rows all, int[] rows) {
    // The engine's own memory: a graph that remembers a buffer of the JVM's may outlive it.
    NDArray copy =
        manager.create(new Shape(rows.length, dimension), DataType.FLOAT32, Device.cpu());
    FloatBuffer into = floats(copy);
    chunks(
        rows.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            all.copy(rows[i], into, i * dimension);
          }
        });
    return copy.toDevice(manager.getDevice(), false);
  }

  /** An array's own memory, on a CPU. */
  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private interface Range {
    void of(int from, int to);
  }

  private static void chunks(int count, Range range) {
    IntStream.range(0, (count + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(i -> range.of(i * CHUNK, Math.min(count, (i + 1) * CHUNK)));
  }
}

package nearfar.training;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import nearfar.data.ImageSet;
import nearfar.evaluation.Embeddings;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.SampledVectors;
import org.jspecify.annotations.Nullable;

/**
 * A trained network with its records. It holds native memory until it is closed; what its methods
 * return is plain Java and outlives it.
 *
 * <p>Everything is computed in evaluation mode: batch norm uses the statistics of the training, and
 * an image's result does not depend on the others.
 */
public final class Run implements AutoCloseable {

  /** Images that are embedded at once, and pixel values: 64 MB of float32. */
  private static final int BATCH = 256;

  private static final int BATCH_VALUES = 1 << 24;

  private final Model model;
  private final Block backbone;
  private final TrainedOn train;
  private final String loss;
  private final History history;
  private final Provenance provenance;
  private final @Nullable SampledVectors sampled;
  private final boolean lent;

  /** What of a run is saved. */
  record Parts(
      Block backbone,
      TrainedOn trainedOn,
      String loss,
      History history,
      Provenance provenance,
      @Nullable SampledVectors sampled) {}

  Run(
      Model model,
      Block backbone,
      TrainedOn train,
      String loss,
      History history,
      Provenance provenance,
      @Nullable SampledVectors sampled,
      boolean lent) {
    this.model = model;
    this.backbone = backbone;
    this.train = train;
    this.loss = loss;
    this.history = history;
    this.provenance = provenance;
    this.sampled = sampled;
    this.lent = lent;
  }

  /**
   * Reads a run that {@link #save} wrote, with a {@link nearfar.nn.SmallConv} as its backbone. What
   * it embeds and predicts, its class vectors, history and provenance are those of the run that was
   * saved, bit for bit on the same machine; to train it further, {@code
   * Fit.backbone(loaded.backbone())}.
   *
   * @param folder where it was written
   * @return the run, on the device of {@link Knobs#device()}; to be closed
   * @throws IllegalArgumentException if the folder holds no run that this version can read, a file
   *     is damaged or missing, or the backbone was another block
   */
  public static Run load(Path folder) {
    return RunFolder.load(folder, null);
  }

  /**
   * Reads a run that {@link #save} wrote, with any backbone.
   *
   * @param folder where it was written
   * @param backbone a new block, made as the one that was trained; the run owns it
   * @return the run, on the device of {@link Knobs#device()}; to be closed
   * @throws IllegalArgumentException if the folder holds no run that this version can read, a file
   *     is damaged or missing, or the block has other arrays than the saved one or weights already
   */
  public static Run load(Path folder, Block backbone) {
    return RunFolder.load(folder, backbone);
  }

  /**
   * Writes this run into a folder, from where {@link #load} reads it: the backbone's weights as DJL
   * saves them ({@code backbone-0000.params}, for DJL's {@code Criteria} too), class vectors, bias
   * and centers as NumPy's .npy, and all else in {@code model.json}. The state of the optimiser is
   * left behind. Sampled class vectors are copied; the loaded run maps that copy, which must be
   * writable.
   *
   * @param folder is made if there is none; an earlier run in it is replaced
   * @throws java.io.UncheckedIOException if it cannot be written
   * @throws IllegalStateException if this run is closed
   */
  public void save(Path folder) {
    checkOpen();
    RunFolder.save(
        folder,
        new Parts(backbone, train, loss, history, provenance, sampled),
        RunFolder.arrays(model.getBlock()));
  }

  /**
   * For pictures of any size, one at a time or as a list: DJL's predictor from an image to its
   * embedding, with what was done to the training set's pictures ({@link ImageSet#preparation}).
   *
   * <pre>
   * try (var predictor = run.predictor()) {
   *   float[] embedding = predictor.predict(ImageFactory.getInstance().fromFile(Path.of("cat.jpg")));
   * }
   * </pre>
   *
   * @return a predictor of this run's network, to be closed before it; for one thread at a time
   * @throws IllegalStateException if this run is closed
   */
  public Predictor<Image, float[]> predictor() {
    checkOpen();
    return model.newPredictor(EmbeddingTranslator.of(train.preparation()));
  }

  /**
   * The whole network as a DJL model, for saving or serving it: from images (N, C, H, W) to the
   * embeddings followed by the class vectors, or the embeddings alone where classes were sampled.
   *
   * @return the model, which belongs to this run
   */
  public Model model() {
    return model;
  }

  /**
   * The trained backbone, from images (N, C, H, W) to embeddings (N, D).
   *
   * @return the block, whose parameters belong to this run
   */
  public Block backbone() {
    return backbone;
  }

  /**
   * The losses on the way.
   *
   * @return the history
   */
  public History history() {
    return history;
  }

  /**
   * Where the network comes from.
   *
   * @return the provenance
   */
  public Provenance provenance() {
    return provenance;
  }

  /**
   * Embeds every image of a set.
   *
   * @param images of the shape that was trained on, any classes
   * @return one vector per image, in the set's order, with its labels and class names
   * @throws IllegalArgumentException if the images have another shape
   * @throws IllegalStateException if this run is closed
   * @throws TrainingInterrupted if the thread is interrupted
   */
  public Embeddings embed(ImageSet images) {
    List<float[]> rows = new ArrayList<>(images.size());
    forward(
        images,
        (output, indices) -> {
          float[] flat = output.head().toFloatArray();
          int size = flat.length / indices.length;
          for (int i = 0; i < indices.length; i++) {
            rows.add(Arrays.copyOfRange(flat, i * size, (i + 1) * size));
          }
        });
    return Embeddings.of(rows.toArray(float[][]::new), images.labels())
        .withClassNames(images.classNames());
  }

  /**
   * The class that the class vectors choose for every image: by the largest logit W·x + b where
   * there is a bias, by the largest cosine where there are class vectors alone (of any of a
   * class's, where it has several), else by the nearest center.
   *
   * @param images of the shape that was trained on
   * @return for each image a class of the training set
   * @throws IllegalArgumentException if the images have another shape
   * @throws IllegalStateException if the loss has no row per class, this run is closed, or its last
   *     step made its embeddings NaN or infinite
   * @throws TrainingInterrupted if the thread is interrupted
   */
  public int[] predict(ImageSet images) {
    int[] chosen = new int[images.size()];
    forward(
        images,
        (output, indices) -> {
          int[] classes =
              sampled == null
                  ? Head.choose(output, vectorsPerClass())
                  : Head.choose(output.head(), sampled);
          if (classes == null) {
            throw new IllegalStateException(without("a row per class"));
          }
          if (!Double.isFinite(output.head().sum().toType(DataType.FLOAT64, false).getDouble())) {
            throw new IllegalStateException(
                "the network has diverged, its embeddings are NaN or infinite: lower the learning"
                    + " rate");
          }
          for (int i = 0; i < indices.length; i++) {
            chosen[indices[i]] = classes[i];
          }
        });
    return chosen;
  }

  /**
   * The share of images for which {@link #predict} gives the label: a closed-set figure, so the set
   * must have the classes that were trained on.
   *
   * @param images with the classes of the training set
   * @return the accuracy, in [0, 1]
   * @throws IllegalArgumentException if the images have another shape, or their class names are not
   *     those of the training set
   * @throws IllegalStateException as {@link #predict}
   */
  public double accuracy(ImageSet images) {
    train.checkClasses(images);
    int[] chosen = predict(images);
    int right = 0;
    for (int i = 0; i < chosen.length; i++) {
      right += chosen[i] == images.label(i) ? 1 : 0;
    }
    return (double) right / chosen.length;
  }

  /**
   * The class vectors W: the weights of softmax or ArcFace.
   *
   * @return (C, D), a row per class of the training set; (C · K, D) where a class has K of them,
   *     rows c · K to c · K + K − 1 being class c's: charts and angle tables take one row a class
   * @throws IllegalStateException if the loss has none, or this run is closed
   */
  public double[][] classVectors() {
    if (sampled == null) {
      return matrix(EmbeddingLoss.VECTORS);
    }
    checkOpen();
    double[][] rows = new double[sampled.classes()][];
    for (int c = 0; c < rows.length; c++) {
      float[] row = sampled.row(c);
      rows[c] = new double[row.length];
      for (int k = 0; k < row.length; k++) {
        rows[c][k] = row[k];
      }
    }
    return rows;
  }

  /**
   * The bias b of the class vectors.
   *
   * @return (C)
   * @throws IllegalStateException if the loss has none, or this run is closed
   */
  public double[] bias() {
    return doubles(array(EmbeddingLoss.BIAS));
  }

  /**
   * The class centers c of center loss.
   *
   * @return (C, D), a row per class of the training set
   * @throws IllegalStateException if the loss has none, or this run is closed
   */
  public double[][] centers() {
    return matrix(EmbeddingLoss.CENTERS);
  }

  /**
   * Releases the network's native memory, and writes class vectors that lie in a file to its disk;
   * closing twice does nothing.
   *
   * @throws IllegalStateException if this is the run of a {@link Visit}, which is still training
   */
  @Override
  public void close() {
    if (lent) {
      throw new IllegalStateException(
          "this run is lent to a visit, its network is still training: close the one that"
              + " Fit.run(...) returns");
    }
    model.close();
    if (sampled != null) {
      sampled.close();
    }
  }

  @Override
  public String toString() {
    return "run: " + loss + " on " + train + "; " + history;
  }

  private double[][] matrix(String name) {
    NDArray array = array(name);
    double[] flat = doubles(array);
    int columns = (int) array.getShape().get(1);
    double[][] rows = new double[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  private static double[] doubles(NDArray array) {
    float[] flat = array.toFloatArray();
    double[] values = new double[flat.length];
    for (int i = 0; i < flat.length; i++) {
      values[i] = flat[i];
    }
    return values;
  }

  private int vectorsPerClass() {
    NDArray vectors = RunFolder.arrays(model.getBlock()).get(EmbeddingLoss.VECTORS);
    return vectors == null ? 1 : (int) vectors.getShape().get(0) / train.classNames().size();
  }

  private NDArray array(String name) {
    checkOpen();
    NDArray array = RunFolder.arrays(model.getBlock()).get(name);
    if (array != null) {
      return array;
    }
    throw new IllegalStateException(without(name));
  }

  private String without(String what) {
    return "the loss "
        + loss
        + " has no "
        + what
        + ": softmax and ArcFace have vectors, softmax a"
        + " bias, center loss centers";
  }

  private void checkOpen() {
    if (!model.getNDManager().isOpen()) {
      throw new IllegalStateException(
          "this run is closed: take what you need from it before close()");
    }
    for (Parameter parameter : model.getBlock().getParameters().values()) {
      if (parameter.getArray().isReleased()) {
        throw new IllegalStateException(
            "this run's backbone was handed to a later training, and released with it: take what"
                + " you need from this run before");
      }
    }
  }

  private void forward(ImageSet images, BiConsumer<NDList, int[]> take) {
    checkOpen();
    train.checkShape(images);
    int values = images.channels() * images.height() * images.width();
    int batch = Math.max(1, Math.min(BATCH, BATCH_VALUES / values));
    for (int from = 0; from < images.size(); from += batch) {
      if (Thread.interrupted()) {
        throw new TrainingInterrupted(
            "interrupted after " + from + " of " + images.size() + " images were embedded",
            history);
      }
      int[] indices = new int[Math.min(batch, images.size() - from)];
      Arrays.setAll(indices, i -> i);
      for (int i = 0; i < indices.length; i++) {
        indices[i] += from;
      }
      try (NDManager manager = model.getNDManager().newSubManager()) {
        for (Parameter parameter : model.getBlock().getParameters().values()) {
          parameter.getArray().tempAttach(manager);
        }
        NDList input = new NDList(images.batch(manager, indices).head());
        take.accept(
            model.getBlock().forward(new ParameterStore(manager, false), input, false), indices);
      }
    }
  }
}

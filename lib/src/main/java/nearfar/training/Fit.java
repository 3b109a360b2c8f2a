package nearfar.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import nearfar.data.Augmentation;
import nearfar.data.Batches;
import nearfar.data.ImageSet;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.ClassVectors;
import nearfar.nn.SampledVectors;
import org.jspecify.annotations.Nullable;

/**
 * A recipe for a training: a backbone, a loss, batches, and how long. Every setter returns a
 * changed copy, so that a recipe can be kept and varied:
 *
 * <pre>{@code
 * var split = Glyphs.generate(16, 8, 7).splitByClass(0.75, 7);
 * try (var run = Fit.backbone(SmallConv.of(64))
 *     .loss(ArcFaceLoss.of(0.5, 30))
 *     .batches(ClassBatches.of(8, 4, 7))
 *     .epochs(2).learningRate(1e-3)
 *     .run(split.train())) {
 *   System.out.println(Retrieval.of(run.embed(split.test())));
 * }
 * }</pre>
 *
 * <p>The network is the backbone followed by the {@link ClassVectors} that the loss needs, with as
 * many rows as the set has classes, or K times as many for a loss with K class vectors a class:
 * class vectors start as random directions of length about 1, a bias and centers at zero. Matrices
 * that the loss updates itself are frozen to the optimiser.
 *
 * <p>The optimiser is Adam (β₁ = 0.9, β₂ = 0.999) unless {@link #sgd} is chosen. The device is
 * {@link Knobs#device()}. On one machine's CPU the same recipe and data give the same bits:
 * weights, history, embeddings.
 */
public final class Fit {

  private static final ReentrantLock TRAINING = new ReentrantLock();
  private static final String VECTORS = EmbeddingLoss.VECTORS;
  private static final String BIAS = EmbeddingLoss.BIAS;
  private static final String CENTERS = EmbeddingLoss.CENTERS;

  private final Supplier<? extends Block> backbone;
  private @Nullable EmbeddingLoss loss;
  private @Nullable Batches batches;
  private int epochs = 10;
  private double learningRate = 1e-3;
  private @Nullable Double momentum;
  private @Nullable Double share;
  private @Nullable Path file;
  private @Nullable Augmentation augmentation;
  private long seed = 7;
  private @Nullable Progress progress;
  private Doctor doctor = Doctor.byDefault();
  private Visit visit = (epoch, run) -> {};

  private Fit(Supplier<? extends Block> backbone) {
    this.backbone = backbone;
  }

  private Fit(Fit that) {
    backbone = that.backbone;
    loss = that.loss;
    batches = that.batches;
    epochs = that.epochs;
    learningRate = that.learningRate;
    momentum = that.momentum;
    share = that.share;
    file = that.file;
    augmentation = that.augmentation;
    seed = that.seed;
    progress = that.progress;
    doctor = that.doctor;
    visit = that.visit;
  }

  /**
   * A recipe around one block, which its run trains in place and owns: closing the run closes it. A
   * block that is initialised already is trained further from its weights.
   *
   * @param backbone from images (N, C, H, W) to embeddings (N, D); one that takes vectors starts
   *     with {@code Blocks.batchFlattenBlock()}
   * @return the recipe, for one run
   */
  public static Fit backbone(Block backbone) {
    AtomicBoolean used = new AtomicBoolean();
    return new Fit(
        () -> {
          if (used.getAndSet(true)) {
            throw new IllegalStateException(
                "this recipe's backbone has been trained by an earlier run: for a fresh one each"
                    + " time give a supplier, Fit.backbone(() -> SmallConv.of(64)); to train the"
                    + " same block further, give it to Fit.backbone again");
          }
          return backbone;
        });
  }

  /**
   * A recipe that makes itself a new block for every run, so that it can be run many times, with
   * other losses for example.
   *
   * @param backbone makes blocks from images (N, C, H, W) to embeddings (N, D)
   * @return the recipe
   */
  public static Fit backbone(Supplier<? extends Block> backbone) {
    return new Fit(backbone);
  }

  /**
   * What is minimised. Required.
   *
   * @param value the loss
   * @return a changed copy
   */
  public Fit loss(EmbeddingLoss value) {
    Fit copy = new Fit(this);
    copy.loss = value;
    return copy;
  }

  /**
   * How the set is drawn into batches. Required.
   *
   * @param value the batches
   * @return a changed copy
   */
  public Fit batches(Batches value) {
    Fit copy = new Fit(this);
    copy.batches = value;
    return copy;
  }

  /**
   * How often the set is gone through; 10 by default.
   *
   * @param value at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is less than 1
   */
  public Fit epochs(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got " + value);
    }
    Fit copy = new Fit(this);
    copy.epochs = value;
    return copy;
  }

  /**
   * The optimiser's step size, the same throughout; 0.001 by default, which suits Adam.
   *
   * @param value positive and finite
   * @return a changed copy
   * @throws IllegalArgumentException if it is zero, negative, NaN or infinite
   */
  public Fit learningRate(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "the learning rate must be positive and finite, got " + value + ": try 0.001");
    }
    Fit copy = new Fit(this);
    copy.learningRate = value;
    return copy;
  }

  /**
   * Stochastic gradient descent instead of Adam: v ← μv + ηg, w ← w − v. It usually wants a larger
   * learning rate, about 0.1.
   *
   * @param value the momentum μ, in [0, 1)
   * @return a changed copy
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Fit sgd(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("the momentum must be in [0, 1), got " + value);
    }
    Fit copy = new Fit(this);
    copy.momentum = value;
    return copy;
  }

  /**
   * Trains with {@link SampledVectors}: a step's softmax is over the classes of its batch and
   * others drawn at random, ⌈r · C⌉ in all, and only these are updated, by the same optimiser with
   * a state of their own. For a loss that needs class vectors alone, one for each class: ArcFace,
   * CosFace, normalised softmax. All classes take part unless this is set; with r = 1 they do too.
   * Draws are repeatable by {@link #seed}.
   *
   * <p>In the history, the loss and the accuracy are those among the drawn classes, which flatters
   * both; {@link Run#predict} chooses among all.
   *
   * @param value r, the share of the classes, in (0, 1]
   * @return a changed copy
   * @throws IllegalArgumentException if it is not in (0, 1]
   */
  public Fit sampleClasses(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "the share of classes must be in (0, 1], got " + value + ": 0.1 is usual");
    }
    Fit copy = new Fit(this);
    copy.share = value;
    return copy;
  }

  /**
   * {@link #sampleClasses(double)} with the class vectors and their optimiser state in files, as
   * {@link SampledVectors#in}: for more than memory holds. A file that exists is gone on from, so
   * that the same recipe gives the same bits only with the same file.
   *
   * @param value r, the share of the classes, in (0, 1]
   * @param path NumPy's .npy of (C, D), in a folder that exists
   * @return a changed copy
   * @throws IllegalArgumentException if the share is not in (0, 1]
   */
  public Fit sampleClasses(double value, Path path) {
    Fit copy = sampleClasses(value);
    copy.file = path;
    return copy;
  }

  /**
   * Changes images at random while training, as they are needed; none by default. What is embedded
   * later is not changed.
   *
   * @param value the changes, with a seed of their own
   * @return a changed copy
   */
  public Fit augment(Augmentation value) {
    Fit copy = new Fit(this);
    copy.augmentation = value;
    return copy;
  }

  /**
   * The seed of the initial weights, and of whatever else the engine draws, such as dropout; 7 by
   * default. Batches have seeds of their own.
   *
   * @param value any number
   * @return a changed copy
   */
  public Fit seed(long value) {
    Fit copy = new Fit(this);
    copy.seed = value;
    return copy;
  }

  /**
   * Who is told how it goes; by default a live chart in a notebook, and one line per epoch on
   * standard output elsewhere.
   *
   * @param value the listener, used from the thread that trains
   * @return a changed copy
   */
  public Fit progress(Progress value) {
    Fit copy = new Fit(this);
    copy.progress = value;
    return copy;
  }

  /**
   * Who watches the training for collapse, dead class vectors and the like; {@link
   * Doctor#byDefault()} unless set. The trained network is the same, bit for bit, whoever watches.
   *
   * @param value the doctor
   * @return a changed copy
   */
  public Fit watch(Doctor value) {
    Fit copy = new Fit(this);
    copy.doctor = value;
    return copy;
  }

  /**
   * Who looks at the network between epochs; nobody unless set. It takes no part in the training.
   *
   * @param value is called before the first step and after each epoch
   * @return a changed copy
   */
  public Fit visit(Visit value) {
    Fit copy = new Fit(this);
    copy.visit = value;
    return copy;
  }

  /**
   * Trains. The thread's interrupt stops it at the next step.
   *
   * @param train the images to train on
   * @return the trained network with its records; to be closed
   * @throws IllegalArgumentException if something is missing, or does not fit: the set has one
   *     class where the loss has class vectors, the batches cannot be drawn from the set, the
   *     backbone does not take its images or does not give (N, D), classes are to be sampled for a
   *     loss that needs more than one class vector for each, or their file holds something else
   * @throws IllegalStateException if the recipe was made around one block, and has been run, or
   *     another thread is training
   * @throws TrainingException if the loss becomes NaN or infinite, or the first epoch gives no
   *     gradient at all
   * @throws TrainingInterrupted if the thread is interrupted
   */
  public Run run(ImageSet train) {
    if (!TRAINING.tryLock()) {
      throw new IllegalStateException(
          "another thread is training: the engine has one seed and one gradient collector, so run"
              + " one training after the other");
    }
    try {
      return alone(train);
    } finally {
      TRAINING.unlock();
    }
  }

  private Run alone(ImageSet train) {
    if (loss == null) {
      throw new IllegalArgumentException(
          "no loss: call loss(...) before run, for example .loss(SoftmaxLoss.of())");
    }
    if (batches == null) {
      throw new IllegalArgumentException(
          "no batches: call batches(...) before run, for example .batches(ClassBatches.of(8, 4,"
              + " 7)) or .batches(ShuffledBatches.of(64, 7))");
    }
    batches(batches, train.labels(), 0); // Before anything native is made.
    Augmentation changes = augmentation;
    Ahead.Source source =
        changes == null
            ? (epoch, indices) -> train.select(indices)
            : (epoch, indices) -> changes.apply(train, epoch, indices);
    List<ClassVectors> matrices = matrices(loss, train.classes());
    if (share != null) {
      checkSampled(loss);
      matrices = List.of();
    }
    Map<String, String> versions = Versions.current();
    Device device = Knobs.device();
    Block trunk = backbone.get();
    checkOpen(trunk);

    long start = System.nanoTime();
    // hashCode alone would make one seed of 0 and -1.
    int engineSeed = seed == (int) seed ? (int) seed : Long.hashCode(seed);
    Engine.getInstance().setRandomSeed(engineSeed);
    Model model = Model.newInstance("nearfar", device);
    SampledVectors sampled = null;
    try {
      SequentialBlock network = new SequentialBlock().add(trunk);
      matrices.forEach(network::add);
      model.setBlock(network);
      int dimension = initialize(model, network, train);
      sampled = share == null ? null : sampled(share, train.classes(), dimension);
      SampledVectors head = sampled;
      Map<String, String> settings = settings(loss, batches, trunk);
      String description = loss.describe();
      // The network with its records so far; the last of these is the result.
      BiFunction<History, Boolean, Run> records =
          (history, lent) ->
              new Run(
                  model,
                  trunk,
                  train,
                  description,
                  history,
                  new Provenance(
                      train.toString(),
                      train.checksum(),
                      seed,
                      settings,
                      versions,
                      Duration.ofNanos(System.nanoTime() - start)),
                  head,
                  lent);
      // What the optimiser keeps ends with the training.
      try (NDManager states = model.getNDManager().newSubManager();
          Trainer trainer =
              model.newTrainer(
                  new DefaultTrainingConfig(loss)
                      .optOptimizer(new Descent(states, learningRate, momentum))
                      .optDevices(new Device[] {device}))) {
        trainer.initialize(inputShape(train));
        History history =
            new Loop(
                    trainer,
                    loss,
                    head,
                    this::updateRows,
                    source,
                    progress != null ? progress : Progress.byDefault(),
                    doctor,
                    (epoch, reached) -> visit.at(epoch, records.apply(reached, true)),
                    epochs,
                    learningRate)
                .train(train.labels(), batches);
        return records.apply(history, false);
      }
    } catch (RuntimeException | Error e) {
      model.close();
      if (sampled != null) {
        sampled.close();
      }
      throw e;
    }
  }

  private static void checkSampled(EmbeddingLoss loss) {
    if (loss.remembers()) {
      throw new IllegalArgumentException(
          "classes have other numbers in every step where they are sampled, but "
              + loss.describe()
              + " remembers rows of earlier steps: leave out sampleClasses(...) or the memory");
    }
    if (loss.vectorsPerClass() > 1) {
      throw new IllegalArgumentException(
          "classes are sampled for a loss with one class vector for each, but "
              + loss.describe()
              + " has "
              + loss.vectorsPerClass()
              + ": make it with one, or leave out sampleClasses(...)");
    }
    if (!loss.needs().equals(Set.of(VECTORS)) || !loss.selfUpdated().isEmpty()) {
      throw new IllegalArgumentException(
          "classes are sampled for a loss that needs class vectors alone, but "
              + loss.describe()
              + " needs "
              + new TreeSet<>(loss.needs())
              + ": take ArcFace, CosFace or normalised softmax, or leave out sampleClasses(...)");
    }
  }

  private void updateRows(SampledVectors vectors, SampledVectors.Drawn drawn) {
    if (momentum == null) {
      vectors.adam(drawn, learningRate);
    } else {
      vectors.sgd(drawn, learningRate, momentum);
    }
  }

  private SampledVectors sampled(double share, int classes, int dimension) {
    return file == null
        ? SampledVectors.of(classes, dimension, share, seed)
        : SampledVectors.in(file, classes, dimension, share, seed);
  }

  /** An epoch's batches, all of which exist and have images: an empty one would stand for all. */
  static List<int[]> batches(Batches batches, int[] labels, int epoch) {
    List<int[]> drawn = batches.epoch(labels, epoch);
    if (drawn.isEmpty()) {
      throw new IllegalArgumentException(
          "the batches (" + batches.describe() + ") are none in epoch " + (epoch + 1));
    }
    for (int[] batch : drawn) {
      if (batch.length == 0) {
        throw new IllegalArgumentException(
            "a batch (" + batches.describe() + ") has no image in epoch " + (epoch + 1));
      }
      for (int index : batch) {
        if (index < 0 || index >= labels.length) {
          throw new IllegalArgumentException(
              "the batches ("
                  + batches.describe()
                  + ") name image "
                  + index
                  + ", but the set has "
                  + labels.length);
        }
      }
    }
    return drawn;
  }

  /** The matrices with a row per class that a loss needs, as blocks. */
  private static List<ClassVectors> matrices(EmbeddingLoss loss, int classes) {
    Set<String> needs = new TreeSet<>(loss.needs());
    Set<String> unknown = new TreeSet<>(needs);
    unknown.removeAll(Set.of(VECTORS, BIAS, CENTERS));
    if (!unknown.isEmpty() || (needs.contains(BIAS) && !needs.contains(VECTORS))) {
      throw new IllegalArgumentException(
          "the loss "
              + loss.describe()
              + " needs "
              + needs
              + ", but a network has "
              + VECTORS
              + ", "
              + VECTORS
              + " with "
              + BIAS
              + ", and "
              + CENTERS);
    }
    if (needs.contains(VECTORS) && classes < 2) {
      throw new IllegalArgumentException(
          "the loss "
              + loss.describe()
              + " tells classes apart, but the set has "
              + classes
              + ": train on a set with at least 2 classes");
    }
    List<ClassVectors> matrices = new ArrayList<>();
    if (needs.contains(VECTORS)) {
      ClassVectors vectors = ClassVectors.random(VECTORS, classes, loss.vectorsPerClass());
      matrices.add(needs.contains(BIAS) ? vectors.optBias(BIAS) : vectors);
    }
    if (needs.contains(CENTERS)) {
      matrices.add(ClassVectors.zeros(CENTERS, classes));
    }
    for (ClassVectors matrix : matrices) {
      for (Parameter parameter : matrix.getDirectParameters().values()) {
        parameter.freeze(loss.selfUpdated().contains(parameter.getName()));
      }
    }
    return matrices;
  }

  private static Shape inputShape(ImageSet train) {
    // Two, since batch norm has no variance with one.
    return new Shape(2, train.channels(), train.height(), train.width());
  }

  private static void checkOpen(Block trunk) {
    for (Parameter parameter : trunk.getParameters().values()) {
      if (parameter.isInitialized() && parameter.getArray().isReleased()) {
        throw new IllegalArgumentException(
            "the backbone's parameters were released with the run that trained it: train it"
                + " further before that run is closed, or start from a new block");
      }
    }
  }

  /** Gives the length of an embedding. */
  private static int initialize(Model model, Block network, ImageSet train) {
    Shape input = inputShape(train);
    try {
      network.initialize(model.getNDManager(), DataType.FLOAT32, input);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the backbone does not fit images of shape "
              + input.slice(1)
              + ": "
              + e.getMessage()
              + " (one that takes vectors starts with Blocks.batchFlattenBlock())",
          e);
    }
    Shape[] output =
        ((SequentialBlock) network)
            .getChildren()
            .get(0)
            .getValue()
            .getOutputShapes(new Shape[] {input});
    if (output.length != 1 || output[0].dimension() != 2) {
      throw new IllegalArgumentException(
          "the backbone must give one array (N, D), a vector per image; for images "
              + input
              + " it gives "
              + Arrays.toString(output)
              + ": end it with Blocks.batchFlattenBlock() and a linear layer");
    }
    for (Parameter parameter : network.getParameters().values()) {
      // The run owns all of them, also those of a block that was initialised before.
      parameter.getArray().attach(model.getNDManager());
    }
    return (int) output[0].get(1);
  }

  private Map<String, String> settings(EmbeddingLoss loss, Batches batches, Block trunk) {
    Map<String, String> settings = new LinkedHashMap<>();
    long parameters = 0;
    for (Parameter parameter : trunk.getParameters().values()) {
      parameters += parameter.getShape().size();
    }
    settings.put("backbone", trunk.getClass().getSimpleName() + ", " + parameters + " parameters");
    settings.put("loss", loss.describe());
    settings.put("batches", batches.describe());
    settings.put("epochs", Integer.toString(epochs));
    settings.put("learning rate", Double.toString(learningRate));
    settings.put("optimiser", momentum == null ? "Adam" : "SGD, momentum " + momentum);
    if (share != null) {
      settings.put(
          "classes",
          "sampled, " + share + " in a step" + (file == null ? "" : ", in " + file.getFileName()));
    }
    settings.put("augmentation", augmentation == null ? "none" : augmentation.describe());
    return settings;
  }
}

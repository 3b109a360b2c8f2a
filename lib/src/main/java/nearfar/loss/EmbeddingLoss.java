package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;

/**
 * A loss on a batch of embeddings: a pure function of labels and named arrays, which owns no
 * parameter.
 *
 * <p>Let x (N, D) be the batch's embeddings and y (N) its class numbers. Predictions hold x under
 * the name {@link #EMBEDDINGS} (a single array without a name will do) and, under their names,
 * those arrays with a row per class that {@link #needs()} lists. Labels are one integer array (N).
 * The value is a scalar of the embeddings' data type, float32 or float64, through which gradients
 * flow to the embeddings and to every array with a row per class that the loss does not update
 * itself.
 *
 * <p>The arrays that an evaluation makes are released when it returns (the engine's graph keeps
 * what the backward pass needs); only the scalar is left, attached to the embeddings' manager.
 *
 * <p>A loss of one's own overrides {@link #formula}, {@link #needs} and {@link #describe}, and
 * finds its inputs checked; {@link Certificate#of} tries it. Numbers that multiply something there
 * are {@link nearfar.distance.Constant}s, not Java numbers.
 */
public abstract class EmbeddingLoss extends Loss {

  /** Name of the embeddings x, (N, D). */
  public static final String EMBEDDINGS = "embeddings";

  /**
   * Name of the class vectors W, (C, D): softmax weights, ArcFace weights, proxies; (C · K, D)
   * where a class has K of them.
   */
  public static final String VECTORS = "vectors";

  /** Name of the bias b, (C). */
  public static final String BIAS = "bias";

  /** Name of the class centers c, (C, D). */
  public static final String CENTERS = "centers";

  /**
   * Makes a loss.
   *
   * @param name a short name, as DJL's training listeners show it
   */
  protected EmbeddingLoss(String name) {
    super(name);
  }

  /**
   * Which arrays with a row per class this loss reads beside the embeddings.
   *
   * @return names such as {@link #VECTORS}; {@link #BIAS} has shape (C), every other (C, D), or
   *     {@link #VECTORS} (C · K, D) with {@link #vectorsPerClass()} K
   */
  public abstract Set<String> needs();

  /**
   * How many class vectors a class has, K: its sub-centers. {@link #VECTORS} is (C · K, D) then,
   * and its rows c · K to c · K + K − 1 are those of class c.
   *
   * @return K; 1 unless overridden
   */
  public int vectorsPerClass() {
    return 1;
  }

  /**
   * Which of {@link #needs()} this loss updates itself in {@link #afterStep}, so that no optimiser
   * may touch them.
   *
   * @return names; none unless overridden
   */
  public Set<String> selfUpdated() {
    return Set.of();
  }

  /**
   * What does not change this loss's value; {@link Certificate} holds it to that.
   *
   * @return the invariances that it claims; batch order and class numbers unless overridden
   */
  public Set<Invariance> invariances() {
    return Set.of(Invariance.BATCH_ORDER, Invariance.CLASS_NUMBERS);
  }

  /**
   * At which settings this loss is another one; {@link Certificate} holds it to that.
   *
   * @return the limits that it claims; none unless overridden
   */
  public List<Limit> limits() {
    return List.of();
  }

  /**
   * The loss and its settings in one line, for provenance.
   *
   * @return for example {@code arcface(margin=0.5 rad, scale=30.0)}
   */
  public abstract String describe();

  /**
   * The loss of a batch whose inputs have been checked.
   *
   * @param in the batch
   * @return a scalar, connected to the embeddings even where no term is active
   */
  protected abstract NDArray formula(Inputs in);

  /**
   * The same value and gradients as {@link #formula}, where there is a faster way to them; the
   * formula unless overridden.
   *
   * @param in the batch
   * @return a scalar, connected to the embeddings
   */
  NDArray fast(Inputs in) {
    return formula(in);
  }

  /**
   * The loss whose slopes at a batch this one's gradients are: where a formula weighs its terms
   * with figures that are not differentiated, the same loss with these held at what they are there.
   *
   * @param in the batch
   * @return itself unless overridden
   */
  EmbeddingLoss held(Inputs in) {
    return this;
  }

  /**
   * Whether {@link #fast} is another way than the formula where a batch is large enough, so that
   * {@link Certificate} compares them.
   *
   * @return false unless overridden, as it must be where {@link #fast} is
   */
  boolean hasFastForm() {
    return false;
  }

  /**
   * This loss computed by its formula and differentiated by the engine, even where there is a
   * faster way to the same figures: the definition, which the fast form is held against.
   *
   * @return the loss, slow and readable
   */
  public final EmbeddingLoss definition() {
    return new Definition(this);
  }

  /**
   * Checks the inputs, then gives the loss of the batch.
   *
   * @param labels one integer array (N), each in [0, C); where the loss needs no array with a row
   *     per class, any class number that is not negative
   * @param predictions the embeddings (N, D) and the arrays that {@link #needs()} lists, by name
   * @return the loss, a scalar
   * @throws IllegalArgumentException if an array is missing, a shape or a data type does not fit, a
   *     label is out of range, an embedding is NaN or infinite, or the formula gives more than one
   *     number; the message says which
   */
  @Override
  public final NDArray evaluate(NDList labels, NDList predictions) {
    return evaluate(labels, predictions, in -> in);
  }

  /**
   * The same for a training loop with very many classes: what a closed form knows of the gradient
   * of an array with a row per class is added to its {@code getGradient()} at once. So the loss
   * must be followed by one {@code backward} of itself, unscaled. All other gradients, those of the
   * embeddings and those where there is no closed form or where it does not pay, come by the
   * backward pass.
   *
   * @param labels as {@link #evaluate(NDList, NDList)}
   * @param predictions as {@link #evaluate(NDList, NDList)}
   * @param inPlace arrays among the predictions
   * @return the loss, a scalar
   * @throws IllegalArgumentException as {@link #evaluate(NDList, NDList)} does
   */
  public final NDArray evaluate(NDList labels, NDList predictions, GradientsInPlace inPlace) {
    return evaluate(labels, predictions, in -> in.inPlace(inPlace));
  }

  private NDArray evaluate(NDList labels, NDList predictions, UnaryOperator<Inputs> how) {
    NDManager outer = Inputs.embeddings(predictions).getManager();
    try (NDManager inner = outer.newSubManager()) {
      inner.tempAttachAll(labels, predictions);
      NDArray loss = fast(how.apply(Inputs.checked(this, labels, predictions)));
      if (loss.size() != 1) {
        throw new IllegalArgumentException(
            "the formula of %s must give one number for the batch, got an array %s: end it with mean() or sum()"
                .formatted(describe(), loss.getShape()));
      }
      loss.attach(outer);
      return loss;
    }
  }

  /**
   * How many triplets of a batch still teach, for a loss that is made of triplets: the same
   * triplets, distances and margin as {@link #evaluate} takes, without a gradient.
   *
   * @param labels the labels (N)
   * @param predictions what {@link #evaluate} is given
   * @return the counts; empty for a loss without triplets
   * @throws IllegalArgumentException as {@link #evaluate} does
   */
  public final Optional<TripletActivity> activity(NDArray labels, NDList predictions) {
    try (NDManager step = Inputs.embeddings(predictions).getManager().newSubManager()) {
      step.tempAttachAll(labels, predictions);
      return activity(Inputs.checked(this, new NDList(labels), predictions));
    }
  }

  /**
   * The counts of {@link #activity(NDArray, NDList)} for a batch whose inputs have been checked.
   *
   * @param in the batch
   * @return empty unless overridden
   */
  protected Optional<TripletActivity> activity(Inputs in) {
    return Optional.empty();
  }

  /**
   * The scale and the target of a loss that is a softmax over s · cos θ.
   *
   * @return empty unless overridden
   */
  public Optional<ScaledCosines> cosines() {
    return Optional.empty();
  }

  /**
   * To be called once after each step of the optimiser, outside any gradient collector: brings the
   * arrays of {@link #selfUpdated()} up to date, in place. Does nothing unless overridden.
   *
   * @param labels the labels (N) of the step's batch
   * @param predictions what {@link #evaluate} was given for that batch
   * @throws IllegalArgumentException as {@link #evaluate} does
   */
  public void afterStep(NDArray labels, NDList predictions) {}

  /**
   * To be called once before a training, as {@code Fit} does: forgets what the loss remembers of
   * another. Does nothing unless overridden.
   */
  public void beforeTraining() {}

  /**
   * Whether this loss remembers rows of earlier batches, so that a class must have the same number
   * in all of them, and a batch without a gradient is to be remembered too.
   *
   * @return false unless overridden
   */
  public boolean remembers() {
    return false;
  }

  /**
   * This loss plus a weighted other one: the value is this + λ · other, and so are its gradients.
   * It needs, and updates itself, what either does; it claims the invariances that both claim.
   *
   * <pre>{@code
   * try (var run = Fit.backbone(SmallConv.of(16))
   *     .loss(ArcFaceLoss.of(0.5, 30).plus(0.1, CenterLoss.mean()))
   *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
   *   System.out.println(run.provenance());
   * }
   * }</pre>
   *
   * @param weight the other loss's weight λ, finite and not negative
   * @param other the other loss
   * @return this + λ · other
   * @throws IllegalArgumentException if the weight is negative, NaN or infinite, or the two want
   *     different numbers of class vectors a class
   */
  public final EmbeddingLoss plus(double weight, EmbeddingLoss other) {
    return new WeightedSum(this, weight, other);
  }

  /**
   * This loss plus another one whose weight changes over the training, for example a warm-up:
   * {@code SoftmaxLoss.of().plus(Schedule.linear(0, 0.01, 5), CenterLoss.mean())}. It has a value
   * only {@link #at} a time.
   *
   * @param weight the other loss's weight λ, never negative
   * @param other the other loss
   * @return this + λ(t) · other; it needs, and updates itself, what either does
   * @throws IllegalArgumentException if the weight is negative at the beginning
   */
  public final EmbeddingLoss plus(Schedule weight, EmbeddingLoss other) {
    return new Scheduled(
        weight,
        value -> new WeightedSum(this, value, other),
        describe() + " + " + weight + " * " + other.describe());
  }

  /**
   * A loss with a setting that changes over the training, for example a margin that grows: {@code
   * EmbeddingLoss.scheduled(Schedule.linear(0, 0.5, 5), margin -> ArcFaceLoss.of(margin, 30))}. It
   * has a value only {@link #at} a time.
   *
   * @param setting the setting's value by the epochs passed
   * @param loss makes the loss with a value; asked at every step, so that a loss with a memory of
   *     earlier batches would lose it
   * @return the loss, which needs and updates itself the same arrays throughout
   * @throws IllegalArgumentException if no loss can be made with the value at the beginning
   */
  public static EmbeddingLoss scheduled(
      Schedule setting, DoubleFunction<? extends EmbeddingLoss> loss) {
    return new Scheduled(
        setting,
        loss,
        "scheduled(%s; at first %s)".formatted(setting, loss.apply(setting.at(0)).describe()));
  }

  /**
   * This loss as it is at a time of the training. What is scheduled in it has its value of that
   * time, so that the loss that is given is a pure function as every other. {@code Fit} asks at
   * every step. In a loop of one's own on plain DJL:
   *
   * <pre>
   * var now = loss.at(epoch + (double) step / steps);
   * collector.backward(now.evaluate(labels, predictions));
   * trainer.step();
   * now.afterStep(labels.head(), predictions);
   * </pre>
   *
   * <p>{@code EasyTrain} keeps the one loss it was given: give it {@code loss.at(epoch)} and train
   * an epoch at a time. A loss of one's own that holds others overrides this.
   *
   * @param epochs the epochs passed, fractions included, finite and not negative
   * @return the loss at that time; this, where nothing is scheduled
   * @throws IllegalArgumentException if {@code epochs} is negative, NaN or infinite and something
   *     is scheduled, or the scheduled value suits no loss
   */
  public EmbeddingLoss at(double epochs) {
    return this;
  }

  /** {@return what {@link #describe()} says} */
  @Override
  public final String toString() {
    return describe();
  }
}

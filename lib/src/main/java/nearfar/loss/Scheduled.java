package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;

/**
 * A loss with a setting that changes over the training. It has a value only at a time: a loss that
 * took one of its own would silently stay at its beginning in a loop that knows nothing of times.
 */
final class Scheduled extends EmbeddingLoss {

  private final Schedule schedule;
  private final DoubleFunction<? extends EmbeddingLoss> losses;
  private final String words;
  private final EmbeddingLoss first;

  Scheduled(Schedule schedule, DoubleFunction<? extends EmbeddingLoss> losses, String words) {
    this(schedule, losses, words, losses.apply(schedule.at(0)));
  }

  private Scheduled(
      Schedule schedule,
      DoubleFunction<? extends EmbeddingLoss> losses,
      String words,
      EmbeddingLoss first) {
    super(first.getName());
    this.schedule = schedule;
    this.losses = losses;
    this.words = words;
    this.first = first;
  }

  @Override
  public EmbeddingLoss at(double epochs) {
    EmbeddingLoss now = losses.apply(schedule.at(epochs)).at(epochs);
    if (!now.needs().equals(first.needs())
        || !now.selfUpdated().equals(first.selfUpdated())
        || now.vectorsPerClass() != first.vectorsPerClass()) {
      throw new IllegalArgumentException(
          "a scheduled loss must need and update the same arrays throughout, but %s needs %s and after %s epochs %s needs %s"
              .formatted(first.describe(), first.needs(), epochs, now.describe(), now.needs()));
    }
    return now;
  }

  @Override
  public Set<String> needs() {
    return first.needs();
  }

  @Override
  public int vectorsPerClass() {
    return first.vectorsPerClass();
  }

  @Override
  public Set<String> selfUpdated() {
    return first.selfUpdated();
  }

  @Override
  public Set<Invariance> invariances() {
    return first.invariances();
  }

  @Override
  public List<Limit> limits() {
    return List.of();
  }

  @Override
  public String describe() {
    return words;
  }

  @Override
  protected NDArray formula(Inputs in) {
    throw timeless();
  }

  @Override
  protected Optional<TripletActivity> activity(Inputs in) {
    throw timeless();
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return first.cosines();
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    throw timeless();
  }

  @Override
  public void beforeTraining() {
    first.beforeTraining();
  }

  @Override
  public boolean remembers() {
    return first.remembers();
  }

  private IllegalStateException timeless() {
    return new IllegalStateException(
        "the loss "
            + words
            + " changes over the training, so it has a value only at a time of it: use"
            + " loss.at(epochs), at each step anew, where Fit does not do so for you");
  }
}

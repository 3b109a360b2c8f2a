package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A loss by its formula alone. */
final class Definition extends EmbeddingLoss {

  private final EmbeddingLoss loss;

  Definition(EmbeddingLoss loss) {
    super(loss.getName());
    this.loss = loss;
  }

  @Override
  public Set<String> needs() {
    return loss.needs();
  }

  @Override
  public int vectorsPerClass() {
    return loss.vectorsPerClass();
  }

  @Override
  public Set<String> selfUpdated() {
    return loss.selfUpdated();
  }

  @Override
  public Set<Invariance> invariances() {
    return loss.invariances();
  }

  @Override
  public List<Limit> limits() {
    return loss.limits();
  }

  @Override
  public String describe() {
    return loss.describe() + " by its formula";
  }

  @Override
  protected NDArray formula(Inputs in) {
    return loss.formula(in);
  }

  @Override
  EmbeddingLoss held(Inputs in) {
    return loss.held(in);
  }

  @Override
  protected Optional<TripletActivity> activity(Inputs in) {
    return loss.activity(in);
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return loss.cosines();
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    loss.afterStep(labels, predictions);
  }

  @Override
  public void beforeTraining() {
    loss.beforeTraining();
  }

  @Override
  public boolean remembers() {
    return loss.remembers();
  }
}

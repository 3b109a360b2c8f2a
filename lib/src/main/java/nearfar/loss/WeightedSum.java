package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashSet;
import java.util.Set;

/** first + weight · second. */
final class WeightedSum extends EmbeddingLoss {

  private final EmbeddingLoss first;
  private final double weight;
  private final EmbeddingLoss second;

  WeightedSum(EmbeddingLoss first, double weight, EmbeddingLoss second) {
    super(first.getName() + "+" + second.getName());
    this.first = first;
    this.weight = Settings.notNegative("the weight of " + second.describe(), weight);
    this.second = second;
  }

  @Override
  public Set<String> needs() {
    return union(first.needs(), second.needs());
  }

  @Override
  public Set<String> selfUpdated() {
    return union(first.selfUpdated(), second.selfUpdated());
  }

  @Override
  public String describe() {
    return first.describe() + " + " + weight + " * " + second.describe();
  }

  @Override
  protected NDArray formula(Inputs in) {
    return first.formula(in).add(second.formula(in).mul(weight));
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    first.afterStep(labels, predictions);
    second.afterStep(labels, predictions);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> union = new LinkedHashSet<>(a);
    union.addAll(b);
    return union;
  }
}

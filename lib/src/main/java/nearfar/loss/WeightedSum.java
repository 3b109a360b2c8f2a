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
    NDArray a = first.formula(in);
    NDArray b = second.formula(in);
    // As an array of their type: a Java double times a float32 scalar is a float64 in the engine,
    // and converting that back with toType would cut the graph.
    NDArray factor = b.getManager().create(weight).toType(b.getDataType(), false);
    return a.add(b.mul(factor));
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

package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nearfar.distance.Constant;

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
    if (first.needs().contains(VECTORS)
        && second.needs().contains(VECTORS)
        && first.vectorsPerClass() != second.vectorsPerClass()) {
      throw new IllegalArgumentException(
          "the losses of a sum share their class vectors, but %s has %d for each class, and %s %d: give both the same number"
              .formatted(
                  first.describe(),
                  first.vectorsPerClass(),
                  second.describe(),
                  second.vectorsPerClass()));
    }
  }

  @Override
  public Set<String> needs() {
    return union(first.needs(), second.needs());
  }

  @Override
  public int vectorsPerClass() {
    return (first.needs().contains(VECTORS) ? first : second).vectorsPerClass();
  }

  @Override
  public Set<String> selfUpdated() {
    return union(first.selfUpdated(), second.selfUpdated());
  }

  @Override
  public Set<Invariance> invariances() {
    Set<Invariance> both = new LinkedHashSet<>(first.invariances());
    both.retainAll(second.invariances());
    return both;
  }

  @Override
  public List<Limit> limits() {
    return List.of(new Limit("weight 0", new WeightedSum(first, 0, second), first));
  }

  @Override
  public String describe() {
    return first.describe() + " + " + weight + " * " + second.describe();
  }

  @Override
  protected NDArray formula(Inputs in) {
    return sum(first.formula(in), second.formula(in));
  }

  @Override
  boolean hasFastForm() {
    return first.hasFastForm() || second.hasFastForm();
  }

  @Override
  NDArray fast(Inputs in) {
    return sum(first.fast(in), second.fast(in.weighted(weight)));
  }

  @Override
  EmbeddingLoss held(Inputs in) {
    return new WeightedSum(first.held(in), weight, second.held(in));
  }

  private NDArray sum(NDArray a, NDArray b) {
    return a.add(b.mul(Constant.of(b, weight)));
  }

  @Override
  public void afterStep(NDArray labels, NDList predictions) {
    first.afterStep(labels, predictions);
    second.afterStep(labels, predictions);
  }

  @Override
  public void beforeTraining() {
    first.beforeTraining();
    second.beforeTraining();
  }

  @Override
  public boolean remembers() {
    return first.remembers() || second.remembers();
  }

  /** Of the first loss that has triplets: two such losses in one sum are not told apart. */
  @Override
  protected Optional<TripletActivity> activity(Inputs in) {
    return first.activity(in).or(() -> second.activity(in));
  }

  @Override
  public Optional<ScaledCosines> cosines() {
    return first.cosines().or(second::cosines);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> union = new LinkedHashSet<>(a);
    union.addAll(b);
    return union;
  }
}

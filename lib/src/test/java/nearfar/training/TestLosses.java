package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.Inputs;

/** Losses that show what the trainer does with them. */
final class TestLosses {

  private TestLosses() {}

  /** Pulls embeddings towards centers, which it moves itself: halfway to each batch's images. */
  static final class Pull extends EmbeddingLoss {
    final List<String> calls = new ArrayList<>();

    Pull() {
      super("pull");
    }

    @Override
    public Set<String> needs() {
      return Set.of(CENTERS);
    }

    @Override
    public Set<String> selfUpdated() {
      return Set.of(CENTERS);
    }

    @Override
    public String describe() {
      return "pull()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      calls.add("evaluate");
      return in.embeddings()
          .sub(in.perClass(CENTERS).get(in.labels()))
          .square()
          .mean()
          .add(1f); // never exactly zero
    }

    @Override
    public void afterStep(NDArray labels, NDList predictions) {
      calls.add("afterStep");
      NDArray centers = predictions.get(CENTERS);
      centers.addi(1f);
    }
  }

  /** The mean square of the embeddings times a factor that depends on the call. */
  static final class Scripted extends EmbeddingLoss {
    private final float[] factors;
    private int call;

    Scripted(float... factors) {
      super("scripted");
      this.factors = factors;
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return "scripted()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return in.embeddings().square().mean().mul(factors[Math.min(call++, factors.length - 1)]);
    }
  }

  /** A value without any slope. */
  static final class Flat extends EmbeddingLoss {
    Flat() {
      super("flat");
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return "flat()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return in.embeddings().sum().mul(0f).add(0.2f);
    }
  }

  /** Not of the network at all. */
  static final class Constant extends EmbeddingLoss {
    Constant() {
      super("constant");
    }

    @Override
    public Set<String> needs() {
      return Set.of();
    }

    @Override
    public String describe() {
      return "constant()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return in.embeddings().getManager().create(0.2f);
    }
  }

  /** Asks for what nobody has. */
  static final class Demanding extends EmbeddingLoss {
    private final Set<String> needs;

    Demanding(String... needs) {
      super("demanding");
      this.needs = Set.of(needs);
    }

    @Override
    public Set<String> needs() {
      return needs;
    }

    @Override
    public String describe() {
      return "demanding()";
    }

    @Override
    protected NDArray formula(Inputs in) {
      throw new AssertionError("never evaluated");
    }
  }
}

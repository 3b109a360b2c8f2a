package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Set;
import java.util.function.Function;
import nearfar.Near;

/** The forms of a loss, each as a loss of its own, and that they are the same. */
final class Forms {

  private Forms() {}

  /** The closed form at any size, not only where it pays. */
  static EmbeddingLoss closed(ClassVectorLoss loss) {
    return closed(loss, loss::closedForm);
  }

  /** The closed form at any size, not only where it pays. */
  static EmbeddingLoss closed(TripletLoss loss) {
    return closed(loss, loss::closedForm);
  }

  static EmbeddingLoss closed(EmbeddingLoss loss, Function<Inputs, NDArray> form) {
    return new EmbeddingLoss(loss.getName()) {
      @Override
      public Set<String> needs() {
        return loss.needs();
      }

      @Override
      public String describe() {
        return loss.describe() + " in closed form";
      }

      @Override
      protected NDArray formula(Inputs in) {
        return form.apply(in);
      }
    };
  }

  /** Value and gradients of a loss in float64, and of a form of it in a type. */
  static void assertSame(
      Batch b, EmbeddingLoss loss, EmbeddingLoss form, DataType type, double allowed, String what) {
    Batch.Result expected = b.result(loss, DataType.FLOAT64);
    Batch.Result actual = b.result(form, type);
    Near.assertNear(expected.value(), actual.value(), allowed, () -> what + ", value");
    for (String input : expected.gradients().keySet()) {
      if (!loss.selfUpdated().contains(input)) {
        Near.assertNear(
            expected.gradient(input), actual.gradient(input), allowed, () -> what + ", " + input);
      }
    }
  }

  static void assertSame(
      Batch b, EmbeddingLoss loss, EmbeddingLoss form, double allowed, String what) {
    assertSame(b, loss, form, DataType.FLOAT64, allowed, what);
  }
}

package nearfar.loss;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays with a row per class whose gradients a loss may add to at once, instead of by the backward
 * pass: with a million classes that spares two more arrays of their size. See {@link
 * EmbeddingLoss#evaluate(ai.djl.ndarray.NDList, ai.djl.ndarray.NDList, GradientsInPlace)}.
 */
public final class GradientsInPlace {

  private final List<NDArray> arrays;

  private GradientsInPlace(List<NDArray> arrays) {
    this.arrays = arrays;
  }

  /**
   * Gives the arrays the memory of their gradients, filled with zeros, which the engine would else
   * make in the first backward pass. To be called once, outside any gradient collector.
   *
   * @param arrays that require a gradient; a loss that is evaluated on others, copies of these too,
   *     takes the backward pass
   * @return the arrays
   * @throws IllegalArgumentException if an array does not require a gradient
   */
  public static GradientsInPlace of(Collection<NDArray> arrays) {
    for (NDArray array : arrays) {
      if (!array.hasGradient()) {
        throw new IllegalArgumentException(
            "the array \"%s\" %s does not require a gradient: call setRequiresGradient(true)"
                .formatted(array.getName(), array.getShape()));
      }
      try (GradientCollector collector = Engine.getInstance().newGradientCollector();
          NDArray sum = array.sum()) {
        collector.backward(sum);
      }
      try (NDArray gradient = array.getGradient()) {
        gradient.subi(gradient);
      }
    }
    return new GradientsInPlace(List.copyOf(arrays));
  }

  /** The gradient of one of these arrays; null if it is none of them. */
  @Nullable NDArray of(NDArray array) {
    for (NDArray known : arrays) {
      if (known == array) {
        return array.getGradient();
      }
    }
    return null;
  }
}

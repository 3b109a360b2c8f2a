package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of an array with a row per class, while it is put together: an array of its own on
 * its way into the engine's graph, or at once the one that the array has, which spares two copies.
 */
final class PerClassGradient {

  private final NDArray perClass;
  private final double weight;
  private final @Nullable NDArray inPlace;
  private @Nullable NDArray own;

  /** Nothing yet, which will come in so many slices. */
  PerClassGradient(Inputs in, String name, int slices) {
    perClass = in.perClass(name);
    weight = in.weight();
    inPlace = in.gradientInPlace(name);
    NDManager manager = in.embeddings().getManager();
    if (inPlace != null) {
      inPlace.attach(manager);
    } else if (slices > 1) {
      own = manager.create(perClass.getShape(), perClass.getDataType());
    }
  }

  /** Adds the part of a slice; each slice comes once. */
  void add(NDIndex slice, NDArray part) {
    if (inPlace != null) {
      try (NDArray view = inPlace.get(slice)) {
        view.addi(weight == 1 ? part : part.muli(weight));
      }
    } else if (own != null) {
      own.set(slice, part);
    } else {
      own = part;
      own.attach(perClass.getManager());
    }
  }

  /** The value, connected to the array if its gradient is still to come. */
  NDArray join(NDArray value) {
    return inPlace != null ? value : ClosedForm.join(value, perClass, Objects.requireNonNull(own));
  }
}

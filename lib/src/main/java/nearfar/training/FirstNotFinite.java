package nearfar.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where in a step the first NaN or infinity is, in the order in which one makes the next: an image,
 * the network's weights, an embedding, an array with a row per class, the loss.
 *
 * @param seen which figure, and where
 * @param helps what usually helps against it there
 */
record FirstNotFinite(String seen, String helps) {

  static final String SLOWER =
      "a learning rate ten times smaller; so do normalised images, and a smaller scale or margin";

  /**
   * Looks for it, once a step has failed; it may take its time.
   *
   * @param images the batch (N, C, H, W)
   * @param indices which images of the set they are
   * @param network the network, whose own class vectors are judged by its output
   * @param output embeddings (N, D) first, then the arrays with a row per class
   * @param drawn the class of each of these rows, where only some classes have one
   */
  static FirstNotFinite of(
      NDArray images, int[] indices, Block network, NDList output, int @Nullable [] drawn) {
    int at = find(images);
    if (at >= 0) {
      int row = at / (int) images.get(0).size();
      return new FirstNotFinite(
          "its first source is an input image, number " + indices[row] + " of the set",
          "finite pixels: look at that image and at how it was normalised");
    }
    // Class vectors are parameters too; they have rows to name, so they come later.
    Block backbone =
        network.getChildren().isEmpty() ? network : network.getChildren().get(0).getValue();
    for (Pair<String, Parameter> parameter : backbone.getParameters()) {
      if (find(parameter.getValue().getArray()) >= 0) {
        return new FirstNotFinite(
            "its first source is the backbone's weights ("
                + parameter.getKey()
                + "), since the step before: its loss was finite, its gradient or update was not",
            SLOWER);
      }
    }
    at = find(output.head());
    if (at >= 0) {
      return new FirstNotFinite(
          String.format(
              Locale.ROOT,
              "its first source is an embedding, that of image %d of the set: images (up to %.3g)"
                  + " and weights are finite, what the backbone makes of them is not",
              indices[at / (int) output.head().getShape().get(1)],
              images.abs().max().toType(DataType.FLOAT64, false).getDouble()),
          SLOWER);
    }
    for (NDArray array : output.subNDList(1)) {
      at = find(array);
      if (at >= 0) {
        long columns = array.size() / array.getShape().get(0);
        int row = (int) (at / columns);
        return new FirstNotFinite(
            "its first source is row "
                + (drawn == null ? row : drawn[row])
                + " of the class "
                + array.getName(),
            SLOWER);
      }
    }
    return new FirstNotFinite(
        "its first source is the loss: images, weights, embeddings and class vectors are finite",
        SLOWER);
  }

  /** The place of the first figure that is not finite, or -1. */
  private static int find(NDArray array) {
    float[] values = array.toType(DataType.FLOAT32, false).toFloatArray();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }
}

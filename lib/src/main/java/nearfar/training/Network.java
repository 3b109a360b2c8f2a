package nearfar.training;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import java.util.Arrays;
import nearfar.data.Preparation;

/** What a backbone must be: it takes the images of a set and gives a vector for each. */
final class Network {

  private Network() {}

  static Shape inputShape(Preparation images) {
    // Two, since batch norm has no variance with one.
    return new Shape(2, images.channels(), images.height(), images.width());
  }

  static void checkOpen(Block trunk) {
    for (Parameter parameter : trunk.getParameters().values()) {
      if (parameter.isInitialized() && parameter.getArray().isReleased()) {
        throw new IllegalArgumentException(
            "the backbone's parameters were released with the run that trained it: train it"
                + " further before that run is closed, or start from a new block");
      }
    }
  }

  /** Initialises a backbone and what follows it, and gives the length of an embedding. */
  static int initialize(Model model, SequentialBlock network, Preparation images) {
    Shape input = inputShape(images);
    try {
      network.initialize(model.getNDManager(), DataType.FLOAT32, input);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the backbone does not fit images of shape "
              + input.slice(1)
              + ": "
              + e.getMessage()
              + " (one that takes vectors starts with Blocks.batchFlattenBlock())",
          e);
    }
    Shape[] output = network.getChildren().get(0).getValue().getOutputShapes(new Shape[] {input});
    if (output.length != 1 || output[0].dimension() != 2) {
      throw new IllegalArgumentException(
          "the backbone must give one array (N, D), a vector per image; for images "
              + input
              + " it gives "
              + Arrays.toString(output)
              + ": end it with Blocks.batchFlattenBlock() and a linear layer");
    }
    for (Parameter parameter : network.getParameters().values()) {
      // The run owns all of them, also those of a block that was initialised before.
      parameter.getArray().attach(model.getNDManager());
    }
    return (int) output[0].get(1);
  }
}

package nearfar.nn;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.Arrays;

/**
 * A small convolutional backbone for images of about 28×28, of any number of channels:
 *
 * <pre>
 * (N, C, H, W) → [conv 3×3, batch norm, ReLU, max-pool 2×2] with 16, 32 and 64 channels
 *              → conv 3×3 with 64 channels, batch norm, ReLU → flatten → linear → (N, D)
 * </pre>
 *
 * <p>The last layer is linear and nothing follows it: an embedding may point anywhere, also with D
 * = 2, where it is drawn as it is. At 28×28 it sees 576 figures, so that two dimensions are the
 * only narrow place. The max-pools round down: height and width must be at least 8.
 */
public final class SmallConv extends SequentialBlock {

  private static final int SMALLEST = 8;

  private final int embeddingSize;

  @SuppressWarnings("this-escape") // SequentialBlock is built by adding to itself.
  private SmallConv(int embeddingSize) {
    this.embeddingSize = embeddingSize;
    for (int channels : new int[] {16, 32, 64}) {
      convolution(channels);
      add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }
    convolution(64);
    add(Blocks.batchFlattenBlock());
    add(Linear.builder().setUnits(embeddingSize).build());
  }

  /**
   * A fresh backbone, not yet initialised.
   *
   * @param embeddingSize D, the length of an embedding, at least 1
   * @return the block
   * @throws IllegalArgumentException if {@code embeddingSize} is less than 1
   */
  public static SmallConv of(int embeddingSize) {
    if (embeddingSize < 1) {
      throw new IllegalArgumentException(
          "the embedding size must be at least 1, got " + embeddingSize);
    }
    return new SmallConv(embeddingSize);
  }

  /** {@return D, the length of an embedding} */
  public int embeddingSize() {
    return embeddingSize;
  }

  private void convolution(int channels) {
    // No bias: batch norm would take it away again.
    add(
        Conv2d.builder()
            .setKernelShape(new Shape(3, 3))
            .setFilters(channels)
            .optPadding(new Shape(1, 1))
            .optBias(false)
            .build());
    add(BatchNorm.builder().build());
    add(Activation.reluBlock());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the input is not (N, C, H, W) with H and W at least 8
   */
  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape images = inputShapes[0];
    if (images.dimension() != 4 || images.get(2) < SMALLEST || images.get(3) < SMALLEST) {
      throw new IllegalArgumentException(
          "SmallConv needs images of shape (N, C, H, W) with H and W at least "
              + SMALLEST
              + ", got "
              + Arrays.toString(inputShapes)
              + ": enlarge the images or use a backbone of your own");
    }
    super.initialize(manager, dataType, inputShapes);
  }
}

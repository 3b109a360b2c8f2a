package nearfar.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The engine's normal numbers with standard deviation 1/√D, as {@link ClassVectors#random} begins.
 * The engine makes them in sixteens: drawn in blocks of a multiple of 16 they are those of one draw
 * of all.
 */
final class Normals implements Filling, AutoCloseable {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final float deviation;

  Normals(int dimension) {
    deviation = (float) (1 / Math.sqrt((double) dimension));
  }

  @Override
  public void fill(FloatBuffer block) {
    try (NDArray drawn =
        manager.randomNormal(0, deviation, new Shape(block.remaining()), DataType.FLOAT32)) {
      block.put(drawn.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}

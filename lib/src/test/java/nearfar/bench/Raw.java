package nearfar.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/** Arrays as files of nothing but their numbers, little-endian. */
final class Raw {

  private Raw() {}

  static ByteBuffer bytes(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      // Read, not mapped: pages of a mapped file would count as resident now and not later.
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Math.toIntExact(channel.size())).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new IOException(file + " ended early");
        }
      }
      return bytes.flip();
    }
  }

  static NDArray floats(NDManager manager, Path file, long... shape) throws IOException {
    return manager.create(bytes(file), new Shape(shape), DataType.FLOAT32);
  }

  static int[] ints(Path file) throws IOException {
    ByteBuffer bytes = bytes(file);
    int[] numbers = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(numbers);
    return numbers;
  }

  static float[][] rows(Path file, int length) throws IOException {
    ByteBuffer bytes = bytes(file);
    float[][] rows = new float[bytes.remaining() / Float.BYTES / length][length];
    for (int i = 0; i < rows.length; i++) {
      bytes.asFloatBuffer().get(i * length, rows[i]);
    }
    return rows;
  }

  static void write(Path file, NDArray array) throws IOException {
    ByteBuffer bytes = array.toByteBuffer();
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING))) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}

package nearfar.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of float32 outside the heap, in memory or in a mapped file. A buffer holds less than 2 GB,
 * so there are as many as it takes, each of whole rows.
 */
final class Rows {

  /** A round gigabyte a buffer. */
  static final int USUAL_SEGMENT_BYTES = 1 << 30;

  private final List<ByteBuffer> memory;
  private final FloatBuffer[] segments;
  private final int perSegment;
  private final int count;
  private final int dimension;

  private Rows(List<ByteBuffer> memory, int perSegment, int count, int dimension) {
    this.memory = memory;
    this.count = count;
    this.perSegment = perSegment;
    this.dimension = dimension;
    segments =
        memory.stream()
            .map(m -> m.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer())
            .toArray(FloatBuffer[]::new);
  }

  private interface Allocation {
    ByteBuffer bytes(long from, int length) throws IOException;
  }

  /** Zeros in memory. */
  static Rows inMemory(int count, int dimension) {
    return inMemory(count, dimension, USUAL_SEGMENT_BYTES);
  }

  static Rows inMemory(int count, int dimension, int segmentBytes) {
    try {
      return allocate(
          count, dimension, segmentBytes, (from, length) -> ByteBuffer.allocateDirect(length));
    } catch (IOException e) {
      throw new AssertionError("memory is no file", e);
    } catch (OutOfMemoryError e) {
      OutOfMemoryError said =
          new OutOfMemoryError(
              "%d rows of %d numbers, %d MB, do not fit into the memory outside the heap (%s): keep them in a file, or raise -XX:MaxDirectMemorySize, which is as large as the heap unless set"
                  .formatted(count, dimension, (4L * count * dimension) >> 20, e.getMessage()));
      said.initCause(e);
      throw said;
    }
  }

  /** What lies in a file from a place on, to be read and written. */
  static Rows mapped(FileChannel file, long start, int count, int dimension, int segmentBytes)
      throws IOException {
    return allocate(
        count,
        dimension,
        segmentBytes,
        (from, length) -> file.map(MapMode.READ_WRITE, start + from, length));
  }

  private static Rows allocate(int count, int dimension, int segmentBytes, Allocation allocation)
      throws IOException {
    long rowBytes = (long) Float.BYTES * dimension;
    int perSegment = (int) Math.max(1, segmentBytes / rowBytes);
    List<ByteBuffer> memory = new ArrayList<>();
    for (long row = 0; row < count; row += perSegment) {
      int length = Math.toIntExact(Math.min(perSegment, count - row) * rowBytes);
      memory.add(allocation.bytes(row * rowBytes, length));
    }
    return new Rows(memory, perSegment, count, dimension);
  }

  void get(int row, float[] into) {
    segments[row / perSegment].get(row % perSegment * dimension, into);
  }

  void set(int row, float[] from) {
    segments[row / perSegment].put(row % perSegment * dimension, from);
  }

  void fill(Filling filling) {
    long[] at = {0};
    Filling.blocks(
        (long) count * dimension,
        filling,
        block -> {
          FloatBuffer numbers = block.asFloatBuffer();
          long segment = (long) perSegment * dimension;
          while (numbers.hasRemaining()) {
            int within = (int) (at[0] % segment);
            int size = (int) Math.min(numbers.remaining(), segment - within);
            segments[(int) (at[0] / segment)].put(within, numbers, numbers.position(), size);
            numbers.position(numbers.position() + size);
            at[0] += size;
          }
        });
  }

  /** Hands out all numbers, one row after the other. */
  Filling numbers() {
    long[] at = {0};
    long segment = (long) perSegment * dimension;
    return block -> {
      while (block.hasRemaining()) {
        int within = (int) (at[0] % segment);
        int size = (int) Math.min(block.remaining(), segment - within);
        block.put(block.position(), segments[(int) (at[0] / segment)], within, size);
        block.position(block.position() + size);
        at[0] += size;
      }
    };
  }

  /** Copies a row to a place in a buffer. */
  void copy(int row, FloatBuffer into, int at) {
    into.put(at, segments[row / perSegment], row % perSegment * dimension, dimension);
  }

  /** Writes a mapped file's changes to its disk. */
  void force() {
    for (ByteBuffer segment : memory) {
      if (segment instanceof MappedByteBuffer mapped) {
        mapped.force();
      }
    }
  }
}

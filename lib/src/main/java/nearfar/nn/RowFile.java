package nearfar.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import nearfar.npy.NpyHeader;

/**
 * Matrices of float32 in a file that NumPy reads as it is: .npy, shape (K, C, D), or (C, D) for
 * one, little-endian, row after row. Behind the numbers, where NumPy does not look, is a count of
 * steps.
 */
final class RowFile {

  private final Rows[] matrices;
  private final MappedByteBuffer steps;

  private RowFile(Rows[] matrices, MappedByteBuffer steps) {
    this.matrices = matrices;
    this.steps = steps;
  }

  /** Opens a file, which is made if there is none. */
  static RowFile open(Path path, int matrices, int rows, int dimension, Filling filling) {
    return open(path, matrices, rows, dimension, filling, Rows.USUAL_SEGMENT_BYTES);
  }

  static RowFile open(
      Path path, int matrices, int rows, int dimension, Filling filling, int segmentBytes) {
    NpyHeader header = matrices == 1 ? header(rows, dimension) : header(matrices, rows, dimension);
    long bytes = (long) Float.BYTES * matrices * rows * dimension;
    try {
      if (!Files.exists(path)) {
        make(path, header, bytes, filling);
      }
      try (FileChannel file =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long start = check(path, file, header, bytes);
        Rows[] maps = new Rows[matrices];
        for (int m = 0; m < matrices; m++) {
          maps[m] =
              Rows.mapped(file, start + m * (bytes / matrices), rows, dimension, segmentBytes);
        }
        // The file grows by the count where it came from elsewhere.
        return new RowFile(maps, file.map(MapMode.READ_WRITE, start + bytes, Long.BYTES));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "class vectors need the file %s of %d MB, to be read and written: %s"
              .formatted(path, bytes >> 20, e),
          e);
    }
  }

  static void write(Path path, NDArray array) {
    NpyHeader header = header(array);
    FloatBuffer numbers = floats(array.toByteBuffer());
    try {
      make(
          path,
          header,
          Float.BYTES * array.size(),
          block -> {
            int size = block.remaining();
            block.put(block.position(), numbers, numbers.position(), size);
            numbers.position(numbers.position() + size);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s %s cannot be written: %s".formatted(path, header.shapeText(), e), e);
    }
  }

  static void read(Path path, NDArray into) {
    NpyHeader header = header(into);
    long bytes = Float.BYTES * into.size();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long start = check(path, file, header, bytes);
      FloatBuffer numbers =
          file.map(MapMode.READ_ONLY, start, bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      if (into.getDevice().isGpu()) {
        into.set(numbers);
      } else {
        // The array's own memory: its graph and its owner stay as they are.
        floats(into.toByteBuffer(true)).put(numbers);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s %s cannot be read: %s".formatted(path, header.shapeText(), e), e);
    }
  }

  private static FloatBuffer floats(ByteBuffer bytes) {
    return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private static NpyHeader header(NDArray array) {
    Shape shape = array.getShape();
    if (array.getDataType() != DataType.FLOAT32 || shape.dimension() < 1 || shape.dimension() > 2) {
      throw new IllegalArgumentException(
          "an array in a file must be float32 of one or two dimensions, got %s %s"
              .formatted(array.getDataType(), shape));
    }
    return header(shape.getShape());
  }

  /** Of float32, row after row. */
  static NpyHeader header(long... shape) {
    return new NpyHeader("<f4", false, Arrays.stream(shape).boxed().toList());
  }

  /**
   * Written as a whole under another name first: what has the file's name is complete. In full also
   * where it is zeros, since a mapped hole that the disk has no room for ends the JVM.
   */
  static void make(Path path, NpyHeader header, long bytes, Filling filling) throws IOException {
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try (FileChannel file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(file, header.bytes());
      Filling.blocks(bytes / Float.BYTES, filling, block -> write(file, block));
      write(file, ByteBuffer.allocate(Long.BYTES));
    }
    Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /** Where the numbers begin, once the file is known to hold what is expected. */
  private static long check(Path path, FileChannel file, NpyHeader expected, long bytes)
      throws IOException {
    NpyHeader found = NpyHeader.read(file, text -> refusal(path, expected, text));
    if (!found.equals(expected)) {
      throw refusal(
          path,
          expected,
          "numbers of type %s, shape %s%s"
              .formatted(
                  found.type(),
                  found.shapeText(),
                  found.columnMajor() ? ", column after column" : ""));
    }
    long start = file.position();
    if (file.size() < start + bytes) {
      throw refusal(
          path,
          expected,
          "%d bytes where %d belong: it was cut off".formatted(file.size(), start + bytes));
    }
    return start;
  }

  private static IllegalArgumentException refusal(Path path, NpyHeader expected, String found) {
    return new IllegalArgumentException(
        "%s must be NumPy's .npy of float32 ('<f4'), shape %s, row after row, got %s: name another file, or the sizes that this one was made with"
            .formatted(path, expected.shapeText(), found));
  }

  Rows matrix(int number) {
    return matrices[number];
  }

  long steps() {
    return steps.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  void steps(long value) {
    steps.order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
  }

  /** Writes all changes to the disk. */
  void force() {
    for (Rows matrix : matrices) {
      matrix.force();
    }
    steps.force();
  }
}

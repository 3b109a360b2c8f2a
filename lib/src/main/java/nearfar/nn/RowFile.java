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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Matrices of float32 in a file that NumPy reads as it is: .npy, shape (K, C, D), or (C, D) for
 * one, little-endian, row after row. Behind the numbers, where NumPy does not look, is a count of
 * steps.
 *
 * <p>Source of the format: NumPy Enhancement Proposal 1, version 1.0.
 */
final class RowFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCRIPTION =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([^)]*)\\),?\\s*\\}\\s*");

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
    String shape =
        matrices == 1
            ? "(%d, %d)".formatted(rows, dimension)
            : "(%d, %d, %d)".formatted(matrices, rows, dimension);
    long bytes = (long) Float.BYTES * matrices * rows * dimension;
    try {
      if (!Files.exists(path)) {
        make(path, shape, bytes, filling);
      }
      try (FileChannel file =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long start = check(path, file, shape, bytes);
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
    String shape = shape(array);
    FloatBuffer numbers = floats(array.toByteBuffer());
    try {
      make(
          path,
          shape,
          Float.BYTES * array.size(),
          block -> {
            int size = block.remaining();
            block.put(block.position(), numbers, numbers.position(), size);
            numbers.position(numbers.position() + size);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("%s %s cannot be written: %s".formatted(path, shape, e), e);
    }
  }

  static void read(Path path, NDArray into) {
    String shape = shape(into);
    long bytes = Float.BYTES * into.size();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long start = check(path, file, shape, bytes);
      FloatBuffer numbers =
          file.map(MapMode.READ_ONLY, start, bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      if (into.getDevice().isGpu()) {
        into.set(numbers);
      } else {
        // The array's own memory: its graph and its owner stay as they are.
        floats(into.toByteBuffer(true)).put(numbers);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s %s cannot be read: %s".formatted(path, shape, e), e);
    }
  }

  private static FloatBuffer floats(ByteBuffer bytes) {
    return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** As NumPy writes it. */
  private static String shape(NDArray array) {
    Shape shape = array.getShape();
    if (array.getDataType() != DataType.FLOAT32 || shape.dimension() < 1 || shape.dimension() > 2) {
      throw new IllegalArgumentException(
          "an array in a file must be float32 of one or two dimensions, got %s %s"
              .formatted(array.getDataType(), shape));
    }
    return shape.dimension() == 1
        ? "(%d,)".formatted(shape.get(0))
        : "(%d, %d)".formatted(shape.get(0), shape.get(1));
  }

  /**
   * Written as a whole under another name first: what has the file's name is complete. In full also
   * where it is zeros, since a mapped hole that the disk has no room for ends the JVM.
   */
  static void make(Path path, String shape, long bytes, Filling filling) throws IOException {
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try (FileChannel file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(file, header(shape));
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

  private static ByteBuffer header(String shape) {
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }".formatted(shape);
    int before = MAGIC.length + 4;
    int length = (before + text.length() + 1 + 63) / 64 * 64 - before;
    ByteBuffer header = ByteBuffer.allocate(before + length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').flip();
  }

  /** Where the numbers begin, once the file is known to hold what is expected. */
  private static long check(Path path, FileChannel file, String shape, long bytes)
      throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    while (head.hasRemaining() && file.read(head, head.position()) >= 0) {
      // Until it is full, or the file ends.
    }
    head.flip();
    byte[] magic = new byte[MAGIC.length];
    if (head.remaining() >= 12) {
      head.get(magic);
    }
    int version = head.remaining() < 4 ? 0 : head.get();
    if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
      throw refusal(path, shape, "something that is not NumPy's .npy");
    }
    head.get();
    int length = version == 1 ? head.getShort() & 0xffff : head.getInt();
    if (length < 0 || length > head.remaining()) {
      throw refusal(path, shape, "a .npy with a header of " + length + " bytes");
    }
    byte[] text = new byte[length];
    head.get(text);
    Matcher said = DESCRIPTION.matcher(new String(text, StandardCharsets.US_ASCII));
    if (!said.matches()) {
      throw refusal(
          path,
          shape,
          "a .npy described as " + new String(text, StandardCharsets.US_ASCII).strip());
    }
    String found = "(" + said.group(3).strip().replaceAll("\\s*,\\s*", ", ").stripTrailing() + ")";
    if (!said.group(1).equals("<f4") || said.group(2).equals("True") || !found.equals(shape)) {
      throw refusal(
          path,
          shape,
          "numbers of type %s, shape %s%s"
              .formatted(
                  said.group(1),
                  found,
                  said.group(2).equals("True") ? ", column after column" : ""));
    }
    long start = head.position();
    if (file.size() < start + bytes) {
      throw refusal(
          path,
          shape,
          "%d bytes where %d belong: it was cut off".formatted(file.size(), start + bytes));
    }
    return start;
  }

  private static IllegalArgumentException refusal(Path path, String shape, String found) {
    return new IllegalArgumentException(
        "%s must be NumPy's .npy of float32 ('<f4'), shape %s, row after row, got %s: name another file, or the sizes that this one was made with"
            .formatted(path, shape, found));
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

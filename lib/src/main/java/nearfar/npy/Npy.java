package nearfar.npy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays in NumPy's .npy files: embeddings or class vectors that another framework computed, and
 * their labels. Versions 1 to 3 of the format, either byte order, either order of rows and columns.
 */
public final class Npy {

  /** Read and written at a time. */
  private static final int BLOCK = 1 << 16;

  private Npy() {}

  /**
   * Reads a matrix of floating point numbers.
   *
   * @param file a .npy of float16, float32 or float64, shape (N, D)
   * @return (N, D)
   * @throws IllegalArgumentException if it is not such a file, or was cut off
   * @throws UncheckedIOException if the file cannot be read
   */
  public static double[][] matrix(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      String expected = "float16, float32 or float64, shape (N, D)";
      NpyHeader header = header(file, channel, expected, "f");
      if (header.shape().size() != 2 || header.shape().get(1) == 0) {
        throw refusal(file, expected, "shape " + header.shapeText());
      }
      NpyType type = NpyType.of(header.type());
      int rows = Math.toIntExact(header.shape().get(0));
      int columns = Math.toIntExact(header.shape().get(1));
      double[][] matrix = new double[rows][columns];
      Numbers numbers = new Numbers(channel, type);
      long all = (long) rows * columns;
      for (long at = 0; at < all; at++) {
        double x = type.real(numbers.next());
        if (header.columnMajor()) {
          matrix[(int) (at % rows)][(int) (at / rows)] = x;
        } else {
          matrix[(int) (at / columns)][(int) (at % columns)] = x;
        }
      }
      return matrix;
    } catch (IOException e) {
      throw unread(file, e);
    }
  }

  /**
   * Reads labels as texts: whole numbers in decimal digits, or words.
   *
   * @param file a .npy of integers of any size, or of text ({@code <U…}), shape (N) or (N, 1)
   * @return N texts
   * @throws IllegalArgumentException if it is not such a file, or was cut off
   * @throws UncheckedIOException if the file cannot be read
   */
  public static List<String> labels(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      String expected = "integers or text, shape (N,) or (N, 1)";
      NpyHeader header = header(file, channel, expected, "iuU");
      List<Long> shape = header.shape();
      if (shape.isEmpty() || shape.size() > 2 || (shape.size() == 2 && shape.get(1) != 1)) {
        throw refusal(file, expected, "shape " + header.shapeText());
      }
      NpyType type = NpyType.of(header.type());
      Numbers numbers = new Numbers(channel, type);
      List<String> labels = new ArrayList<>();
      for (long i = 0; i < shape.get(0); i++) {
        labels.add(type.text(numbers.next()));
      }
      return labels;
    } catch (IOException e) {
      throw unread(file, e);
    }
  }

  /**
   * Writes a matrix as float64, row after row, so that it is read back digit by digit.
   *
   * @param file is made, or written anew
   * @param matrix (N, D)
   * @throws IllegalArgumentException if rows differ in length
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, double[][] matrix) {
    int columns = matrix.length == 0 ? 0 : matrix[0].length;
    ByteBuffer row = ByteBuffer.allocate(Double.BYTES * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < matrix.length; i++) {
      if (matrix[i].length != columns) {
        throw new IllegalArgumentException(
            "all rows of a matrix must have the %d entries of row 0, got %d in row %d"
                .formatted(columns, matrix[i].length, i));
      }
    }
    try (FileChannel channel = made(file)) {
      write(channel, new NpyHeader("<f8", false, List.of((long) matrix.length, (long) columns)));
      for (double[] entries : matrix) {
        row.clear();
        for (double x : entries) {
          row.putDouble(x);
        }
        write(channel, row.flip());
      }
    } catch (IOException e) {
      throw unwritten(file, e);
    }
  }

  /**
   * Writes labels as int32.
   *
   * @param file is made, or written anew
   * @param labels (N)
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, int[] labels) {
    ByteBuffer all =
        ByteBuffer.allocate(Integer.BYTES * labels.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int label : labels) {
      all.putInt(label);
    }
    try (FileChannel channel = made(file)) {
      write(channel, new NpyHeader("<i4", false, List.of((long) labels.length)));
      write(channel, all.flip());
    } catch (IOException e) {
      throw unwritten(file, e);
    }
  }

  private static FileChannel made(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static void write(FileChannel channel, NpyHeader header) throws IOException {
    write(channel, header.bytes());
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** A header of one of these kinds, before as many numbers as it promises. */
  private static NpyHeader header(Path file, FileChannel channel, String expected, String kinds)
      throws IOException {
    NpyHeader header = NpyHeader.read(channel, found -> refusal(file, expected, found));
    if (!NpyType.isOf(kinds, header.type())) {
      throw refusal(
          file,
          expected,
          header.type().endsWith("O")
              ? "objects, which are Python's own: convert them with array.astype(…) and save again"
              : "numbers of type " + header.type());
    }
    double bytes = NpyType.of(header.type()).bytes();
    for (long axis : header.shape()) {
      bytes *= axis;
      if (axis > Integer.MAX_VALUE) {
        throw refusal(
            file, expected, "shape " + header.shapeText() + ", more than Java's arrays hold");
      }
    }
    long left = channel.size() - channel.position();
    if (left < bytes) {
      throw refusal(
          file,
          expected,
          "shape %s with %d bytes where %.0f belong: it was cut off"
              .formatted(header.shapeText(), left, bytes));
    }
    return header;
  }

  private static IllegalArgumentException refusal(Path file, String expected, String found) {
    return new IllegalArgumentException(
        "%s must be NumPy's .npy of %s, got %s".formatted(file, expected, found));
  }

  private static UncheckedIOException unread(Path file, IOException e) {
    return new UncheckedIOException("%s could not be read: %s".formatted(file, e), e);
  }

  private static UncheckedIOException unwritten(Path file, IOException e) {
    return new UncheckedIOException("%s could not be written: %s".formatted(file, e), e);
  }

  /** One number after the other. */
  private static final class Numbers {

    private final FileChannel channel;
    private final NpyType type;
    private final ByteBuffer block;

    Numbers(FileChannel channel, NpyType type) {
      this.channel = channel;
      this.type = type;
      int count = Math.max(1, BLOCK / Math.max(1, type.bytes()));
      this.block = ByteBuffer.allocate(count * type.bytes()).order(type.order()).flip();
    }

    /** A buffer at the next number, which is to be read at once. */
    ByteBuffer next() throws IOException {
      if (block.remaining() < type.bytes()) {
        block.compact();
        while (block.position() < type.bytes() && channel.read(block) >= 0) {
          // Its end is known to be farther on.
        }
        block.flip();
      }
      return block;
    }
  }
}

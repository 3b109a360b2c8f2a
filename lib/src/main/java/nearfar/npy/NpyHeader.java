package nearfar.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands before the numbers of a .npy file.
 *
 * <p>Source of the format: NumPy Enhancement Proposal 1, versions 1.0 to 3.0.
 *
 * @param type of each number, as NumPy writes it: {@code "<f4"} is float32, the lowest byte first
 * @param columnMajor whether numbers come column after column (Fortran's order), not row after row
 * @param shape how many numbers there are along each axis; empty for a single one
 */
public record NpyHeader(String type, boolean columnMajor, List<Long> shape) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Longer descriptions are of record types, or no descriptions. */
  private static final int LONGEST = 1 << 16;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\dL,\\s]*)\\)");

  /**
   * Copies the shape.
   *
   * @param type of each number
   * @param columnMajor whether numbers come column after column
   * @param shape how many numbers there are along each axis
   */
  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads a header; the file is then at the first of the numbers.
   *
   * @param file at its beginning
   * @param refusal makes the exception to throw, of what was found instead, such as "something that
   *     is not NumPy's .npy"
   * @return the header
   * @throws IOException if the file cannot be read
   */
  public static NpyHeader read(
      FileChannel file, Function<String, ? extends RuntimeException> refusal) throws IOException {
    ByteBuffer head = bytes(file, MAGIC.length + 2);
    byte[] magic = new byte[MAGIC.length];
    if (head.remaining() == MAGIC.length + 2) {
      head.get(magic);
    }
    if (!Arrays.equals(magic, MAGIC)) {
      throw refusal.apply("something that is not NumPy's .npy");
    }
    int version = head.get();
    if (version < 1 || version > 3) {
      throw refusal.apply("a .npy of version " + version + ", of which 1 to 3 are known");
    }
    int digits = version == 1 ? Short.BYTES : Integer.BYTES;
    ByteBuffer size = bytes(file, digits);
    if (size.remaining() < digits) {
      throw refusal.apply("a .npy that was cut off in its header");
    }
    int length = version == 1 ? size.getShort() & 0xffff : size.getInt();
    if (length < 0 || length > LONGEST) {
      throw refusal.apply("a .npy with a header of " + (length & 0xffffffffL) + " bytes");
    }
    ByteBuffer text = bytes(file, length);
    if (text.remaining() < length) {
      throw refusal.apply("a .npy that was cut off in its header");
    }
    return parsed(StandardCharsets.UTF_8.decode(text).toString().strip(), refusal);
  }

  private static NpyHeader parsed(
      String text, Function<String, ? extends RuntimeException> refusal) {
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find()) {
      throw refusal.apply("a .npy described as " + text);
    }
    try {
      return new NpyHeader(
          type.group(1),
          order.group(1).equals("True"),
          Stream.of(shape.group(1).split(","))
              .map(axis -> axis.replace("L", "").strip())
              .filter(axis -> !axis.isEmpty())
              .map(Long::valueOf)
              .toList());
    } catch (NumberFormatException e) {
      throw refusal.apply("a .npy described as " + text);
    }
  }

  /** The next bytes, fewer where the file ends. */
  private static ByteBuffer bytes(FileChannel file, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && file.read(bytes) >= 0) {
      // Until it is full, or the file ends.
    }
    return bytes.flip();
  }

  /**
   * The header as a file begins with it, version 1.0; the numbers after it begin at a multiple of
   * 64 bytes.
   *
   * @return the bytes
   */
  public ByteBuffer bytes() {
    String text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(type, columnMajor ? "True" : "False", shapeText());
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

  /**
   * The shape as NumPy prints it.
   *
   * @return such as "(240, 64)" or "(240,)"
   */
  public String shapeText() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ""))
        + (shape.size() == 1 ? ",)" : ")");
  }
}

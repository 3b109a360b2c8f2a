package nearfar.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Numbers of one type as they lie in a file.
 *
 * @param order of the bytes of a number
 * @param kind f for floating point, i for signed and u for unsigned integers, U for letters
 * @param bytes of each number
 */
record NpyType(ByteOrder order, char kind, int bytes) {

  private static final Map<Character, String> SIZES =
      Map.of('f', "2 4 8", 'i', "1 2 4 8", 'u', "1 2 4 8");

  /** Whether a type as NumPy writes it, such as {@code "<f4"}, is of a kind that is known here. */
  static boolean isOf(String kinds, String type) {
    if (!type.matches("[<>|=][a-zA-Z]\\d{1,6}") || kinds.indexOf(type.charAt(1)) < 0) {
      return false;
    }
    return type.charAt(1) == 'U'
        || (" " + SIZES.get(type.charAt(1)) + " ").contains(" " + type.substring(2) + " ");
  }

  static NpyType of(String type) {
    int size = Integer.parseInt(type.substring(2));
    return new NpyType(
        type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        type.charAt(1),
        type.charAt(1) == 'U' ? Integer.BYTES * size : size);
  }

  /** A floating point number. */
  double real(ByteBuffer at) {
    return switch (bytes) {
      case Short.BYTES -> half(at.getShort());
      case Float.BYTES -> at.getFloat();
      default -> at.getDouble();
    };
  }

  /** A whole number, or letters. */
  String text(ByteBuffer at) {
    if (kind == 'U') {
      StringBuilder letters = new StringBuilder();
      for (int i = 0; i < bytes; i += Integer.BYTES) {
        int letter = at.getInt();
        if (letter != 0) {
          letters.appendCodePoint(letter);
        }
      }
      return letters.toString();
    }
    boolean signed = kind == 'i';
    return switch (bytes) {
      case Byte.BYTES -> Integer.toString(signed ? at.get() : at.get() & 0xff);
      case Short.BYTES -> Integer.toString(signed ? at.getShort() : at.getShort() & 0xffff);
      case Integer.BYTES -> Long.toString(signed ? at.getInt() : at.getInt() & 0xffffffffL);
      default -> signed ? Long.toString(at.getLong()) : Long.toUnsignedString(at.getLong());
    };
  }

  /** IEEE 754 binary16: a bit of sign, five of exponent, ten of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size;
    if (exponent == 0) {
      size = fraction * 0x1p-24;
    } else if (exponent == 0x1f) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else {
      size = Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
    }
    return bits < 0 ? -size : size;
  }
}

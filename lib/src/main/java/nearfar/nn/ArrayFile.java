package nearfar.nn;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;

/**
 * An array of float32 in a file that NumPy reads as it is: .npy, little-endian, row after row. So
 * class vectors and centers can be brought elsewhere, and back.
 */
public final class ArrayFile {

  private ArrayFile() {}

  /**
   * Writes an array as a whole: under another name first, so that what has the file's name is
   * complete.
   *
   * @param file the file, in a folder that exists; an old one is replaced
   * @param array of float32, of one or two dimensions
   * @throws IllegalArgumentException if the array is of another type or form
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static void write(Path file, NDArray array) {
    RowFile.write(file, array);
  }

  /**
   * Reads a file into an array.
   *
   * @param file the file, whose shape must be the array's
   * @param into what it is written into, in place: float32, of one or two dimensions
   * @throws IllegalArgumentException if the array is of another type or form, or the file holds
   *     something else
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static void read(Path file, NDArray into) {
    RowFile.read(file, into);
  }
}

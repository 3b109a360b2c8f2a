package nearfar.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;

/**
 * The files of the MNIST family (MNIST, Fashion-MNIST, KMNIST, EMNIST, ...): one with images, one
 * with labels, each gzipped or not. Y. LeCun, C. Cortes and C. J. C. Burges, <i>The MNIST database
 * of handwritten digits</i>, file format section.
 *
 * <p>Values are the stored ones divided by 255; in this family ink is 1 already.
 */
public final class Idx {

  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  private Idx() {}

  /**
   * Reads a set.
   *
   * @param name what the set is called
   * @param images the images' file: magic number 0x803, then count, rows and columns
   * @param labels the labels' file: magic number 0x801, then count
   * @return the set, in the files' order. Class names are the numbers in the file; labels are
   *     numbered from 0 without gaps in their order.
   * @throws DataException if a file is missing, has another magic number, is truncated, is longer
   *     than its header says, or the counts differ
   */
  public static ImageSet load(String name, Path images, Path labels) {
    return load(name, images, labels, Integer::toString);
  }

  /** As above, with a name for every number in the labels' file. */
  static ImageSet load(String name, Path images, Path labels, IntFunction<String> className) {
    int[] numbers = readLabels(labels);
    int[] labelOf = new int[256];
    boolean[] used = new boolean[256];
    for (int number : numbers) {
      used[number] = true;
    }
    List<String> names = new ArrayList<>();
    for (int number = 0; number < 256; number++) {
      if (used[number]) {
        labelOf[number] = names.size();
        names.add(className.apply(number));
      }
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = labelOf[numbers[i]];
    }
    return readImages(name, images, numbers, labels, names);
  }

  private static int[] readLabels(Path path) {
    try (DataInputStream in = open(path)) {
      checkMagic(in, path, LABELS, "labels");
      int count = in.readInt();
      checkPositive(path, count, "labels");
      byte[] bytes = in.readNBytes(count);
      checkWhole(path, bytes.length, count, "labels");
      checkEnd(in, path, count + " labels");
      int[] numbers = new int[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = bytes[i] & 0xff;
      }
      return numbers;
    } catch (IOException e) {
      throw broken(path, e);
    }
  }

  private static ImageSet readImages(
      String name, Path path, int[] labels, Path labelsPath, List<String> names) {
    try (DataInputStream in = open(path)) {
      checkMagic(in, path, IMAGES, "images");
      int count = in.readInt();
      int height = in.readInt();
      int width = in.readInt();
      checkPositive(path, count, "images");
      checkPositive(path, height, "rows");
      checkPositive(path, width, "columns");
      if ((long) height * width > ImageSet.MOST_PIXELS) {
        throw new DataException(
            path
                + ": expected images of at most "
                + ImageSet.MOST_PIXELS
                + " pixels, the header says "
                + height
                + " x "
                + width
                + ": get the file again");
      }
      if (count != labels.length) {
        throw new DataException(
            path
                + " has "
                + count
                + " images, but "
                + labelsPath
                + " has "
                + labels.length
                + " labels: use files of one set");
      }
      int size = height * width;
      float[][] pixels = new float[count][];
      byte[] bytes = new byte[size];
      for (int i = 0; i < count; i++) {
        if (in.readNBytes(bytes, 0, size) < size) {
          checkWhole(path, i, count, "images");
        }
        pixels[i] = new float[size];
        for (int k = 0; k < size; k++) {
          pixels[i][k] = (bytes[k] & 0xff) / 255f;
        }
      }
      checkEnd(in, path, count + " images");
      return ImageSet.of(name, 1, height, width, pixels, labels, names);
    } catch (IOException e) {
      throw broken(path, e);
    }
  }

  /** Gzipped or not is told by the first two bytes, not by the name. */
  private static DataInputStream open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new DataException(
          "there is no file " + path + ": expected an IDX file such as train-images-idx3-ubyte.gz");
    }
    InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return new DataInputStream(
          gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void checkMagic(DataInputStream in, Path path, int expected, String what)
      throws IOException {
    int magic = in.readInt();
    if (magic != expected) {
      throw new DataException(
          String.format(
              "%s is not an IDX file of %s: expected magic number 0x%08x, got 0x%08x%s",
              path,
              what,
              expected,
              magic,
              magic == IMAGES || magic == LABELS
                  ? ": images and labels are swapped"
                  : ": get the file again"));
    }
  }

  private static void checkPositive(Path path, int number, String what) {
    if (number < 1) {
      throw new DataException(
          path + ": expected at least 1, the header says " + number + " " + what);
    }
  }

  private static void checkWhole(Path path, int got, int expected, String what) {
    if (got < expected) {
      throw new DataException(
          path
              + " is truncated: the header says "
              + expected
              + " "
              + what
              + ", the file ends after "
              + got
              + ": get it again");
    }
  }

  private static void checkEnd(InputStream in, Path path, String what) throws IOException {
    if (in.read() >= 0) {
      throw new DataException(
          path
              + " goes on after its "
              + what
              + ": the header or the file is damaged, get it again");
    }
  }

  private static DataException broken(Path path, IOException e) {
    if (e instanceof EOFException) {
      return new DataException(path + " is truncated: the file ends too early: get it again", e);
    }
    return new DataException("cannot read " + path + " (" + e.getMessage() + "): get it again", e);
  }
}

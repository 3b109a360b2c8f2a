package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {

  @TempDir Path folder;

  /** Image i of n has the values i, i + 1, ... in 2 rows of 3. */
  static byte[] images(int n) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x803);
    out.writeInt(n);
    out.writeInt(2);
    out.writeInt(3);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 6; k++) {
        out.writeByte(i + k);
      }
    }
    return bytes.toByteArray();
  }

  static byte[] labels(int... labels) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x801);
    out.writeInt(labels.length);
    for (int label : labels) {
      out.writeByte(label);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private String refusal(byte[] images, byte[] labels) throws IOException {
    Path i = file("images", images);
    Path l = file("labels", labels);
    String message = assertThrows(DataException.class, () -> Idx.load("s", i, l)).getMessage();
    assertTrue(message.contains(folder.toString()), message);
    return message.replace(folder + "/", "");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsPlainAndGzippedFiles(boolean gzipped) throws IOException {
    byte[] images = gzipped ? gzip(images(3)) : images(3);
    byte[] labels = gzipped ? gzip(labels(1, 0, 1)) : labels(1, 0, 1);
    ImageSet set = Idx.load("small", file("i", images), file("l", labels));
    assertEquals("small: 3 images (1, 2, 3), 2 classes", set.toString());
    assertArrayEquals(new int[] {1, 0, 1}, set.labels());
    assertEquals(List.of("0", "1"), set.classNames());
    assertArrayEquals(
        new float[] {2 / 255f, 3 / 255f, 4 / 255f, 5 / 255f, 6 / 255f, 7 / 255f}, set.pixels(2));
  }

  @Test
  void numbersClassesWithoutGapsButKeepsTheirNumbersAsNames() throws IOException {
    // EMNIST's letters start at 1.
    ImageSet set = Idx.load("letters", file("i", images(4)), file("l", labels(26, 1, 200, 1)));
    assertEquals(List.of("1", "26", "200"), set.classNames());
    assertArrayEquals(new int[] {1, 0, 2, 0}, set.labels());
  }

  @Test
  void valuesAreUnsigned() throws IOException {
    byte[] images = images(1);
    images[16] = (byte) 255;
    images[17] = (byte) 128;
    ImageSet set = Idx.load("s", file("i", images), file("l", labels(0)));
    assertEquals(1, set.pixels(0)[0]);
    assertEquals(128 / 255f, set.pixels(0)[1]);
  }

  @Test
  void refusesAWrongMagicNumber() throws IOException {
    byte[] wrong = images(2);
    wrong[2] = 0x0d;
    assertEquals(
        "images is not an IDX file of images: expected magic number 0x00000803, got 0x00000d03: get"
            + " the file again",
        refusal(wrong, labels(0, 1)));
    assertEquals(
        "labels is not an IDX file of labels: expected magic number 0x00000801, got 0x00000803:"
            + " images and labels are swapped",
        refusal(labels(0, 1), images(2)));
    assertEquals(
        "labels is not an IDX file of labels: expected magic number 0x00000801, got 0x3c68746d: get"
            + " the file again",
        refusal(images(2), "<html>not found</html>".getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest(name = "images cut to {0} bytes")
  @CsvSource({
    "0, images is truncated: the file ends too early: get it again",
    "3, images is truncated: the file ends too early: get it again",
    "15, images is truncated: the file ends too early: get it again",
    "16, 'images is truncated: the header says 2 images, the file ends after 0: get it again'",
    "22, 'images is truncated: the header says 2 images, the file ends after 1: get it again'",
    "27, 'images is truncated: the header says 2 images, the file ends after 1: get it again'",
  })
  void refusesTruncatedImages(int length, String message) throws IOException {
    assertEquals(message, refusal(Arrays.copyOf(images(2), length), labels(0, 1)));
  }

  @Test
  void refusesTruncatedLabels() throws IOException {
    assertEquals(
        "labels is truncated: the header says 3 labels, the file ends after 1: get it again",
        refusal(images(3), Arrays.copyOf(labels(0, 1, 2), 9)));
  }

  @Test
  void refusesTruncatedOrDamagedGzip() throws IOException {
    byte[] whole = gzip(images(2));
    for (int length = 2; length < whole.length; length++) {
      String message = refusal(Arrays.copyOf(whole, length), labels(0, 1));
      assertTrue(message.startsWith("images is truncated"), length + ": " + message);
    }
    byte[] damaged = whole.clone();
    damaged[whole.length - 6] ^= 1; // in the checksum
    assertTrue(refusal(damaged, labels(0, 1)).startsWith("cannot read images ("));
  }

  @Test
  void refusesTrailingBytes() throws IOException {
    byte[] long1 = Arrays.copyOf(images(2), images(2).length + 1);
    assertEquals(
        "images goes on after its 2 images: the header or the file is damaged, get it again",
        refusal(long1, labels(0, 1)));
    assertEquals(
        "labels goes on after its 2 labels: the header or the file is damaged, get it again",
        refusal(images(2), Arrays.copyOf(labels(0, 1), 11)));
  }

  @Test
  void refusesCountsThatDiffer() throws IOException {
    assertEquals(
        "images has 2 images, but labels has 3 labels: use files of one set",
        refusal(images(2), labels(0, 1, 1)));
  }

  @ParameterizedTest(name = "header {0}, {1}, {2}")
  @CsvSource({
    "0, 2, 3, 'images: expected at least 1, the header says 0 images'",
    "-1, 2, 3, 'images: expected at least 1, the header says -1 images'",
    "2, 0, 3, 'images: expected at least 1, the header says 0 rows'",
    "2, 2, -3, 'images: expected at least 1, the header says -3 columns'",
    "2, 2147483647, 2147483647, 'images: expected images of at most 16777216 pixels, the header"
        + " says 2147483647 x 2147483647: get the file again'",
    "2147483647, 2, 3, 'images has 2147483647 images, but labels has 2 labels: use files of one"
        + " set'"
  })
  void refusesNonsenseInTheHeader(int count, int rows, int columns, String message)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x803);
    out.writeInt(count);
    out.writeInt(rows);
    out.writeInt(columns);
    assertEquals(message, refusal(bytes.toByteArray(), labels(0, 1)));
  }

  @Test
  void aHugeCountOfLabelsDoesNotFillTheMemory() throws IOException {
    byte[] labels = labels(0, 1);
    labels[4] = 0x7f;
    assertTrue(refusal(images(2), labels).contains("the file ends after 2"));
  }

  @Test
  void refusesAFileThatIsNotThere() throws IOException {
    Path labels = file("l", labels(0));
    Path missing = folder.resolve("nowhere");
    assertEquals(
        "there is no file " + missing + ": expected an IDX file such as train-images-idx3-ubyte.gz",
        assertThrows(DataException.class, () -> Idx.load("s", missing, labels)).getMessage());
  }
}

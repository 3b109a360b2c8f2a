package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OmniglotTest {

  @TempDir Path folder;

  /**
   * A drawing as the official ones are: 105 x 105, 1 bit a pixel, black on white; here one upright
   * stroke.
   */
  static byte[] drawing(int strokeAt, int thickness) throws IOException {
    BufferedImage image = new BufferedImage(105, 105, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < 105; y++) {
      for (int x = 0; x < 105; x++) {
        boolean ink = x >= strokeAt && x < strokeAt + thickness;
        image.setRGB(x, y, ink ? 0xff000000 : 0xffffffff);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  static Path zip(Path path, Map<String, byte[]> entries) throws IOException {
    try (OutputStream file = Files.newOutputStream(path);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return path;
  }

  /**
   * Two alphabets with three characters of two drawings, in an order that is not the alphabet's.
   */
  static Map<String, byte[]> small() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("images_background/", new byte[0]);
    entries.put("images_background/Latin/", new byte[0]);
    entries.put("images_background/Latin/character01/0003_02.png", drawing(60, 4));
    entries.put("images_background/Latin/character01/0003_01.png", drawing(50, 4));
    entries.put("images_background/Greek/character02/0002_01.png", drawing(30, 4));
    entries.put("images_background/Greek/character02/0002_02.png", drawing(40, 4));
    entries.put("images_background/Greek/character01/0001_02.png", drawing(20, 4));
    entries.put("images_background/Greek/character01/0001_01.png", drawing(10, 4));
    entries.put("__MACOSX/images_background/._Greek", new byte[] {1, 2, 3});
    entries.put("images_background/.DS_Store", new byte[] {1, 2, 3});
    return entries;
  }

  private String refusal(Path zip) {
    String message = assertThrows(DataException.class, () -> Omniglot.load(zip)).getMessage();
    assertTrue(message.contains(zip.toString()), message);
    return message.replace(zip.toString(), "ZIP");
  }

  @Test
  void readsAnArchiveInTheOrderOfNames() throws IOException {
    ImageSet set = Omniglot.load(zip(folder.resolve("o.zip"), small()));
    assertEquals("omniglot: 6 images (1, 28, 28), 3 classes", set.toString());
    assertEquals(List.of("Greek/01", "Greek/02", "Latin/01"), set.classNames());
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 2}, set.labels());
    for (int i = 0; i < 6; i++) {
      // The stroke of image i starts at 10 (i + 1) of 105; its middle at 28 / 105 of that, 2
      // further on.
      float[] image = set.pixels(i);
      double sum = 0;
      double middle = 0;
      for (int k = 0; k < image.length; k++) {
        assertTrue(image[k] >= 0 && image[k] <= 1);
        sum += image[k];
        middle += image[k] * (k % 28 + 0.5);
      }
      assertEquals(10 * (i + 1) + 2, middle / sum * 105 / 28, 0.5);
      assertEquals(28 * 4 * 28 / 105.0, sum, 0.01, "the amount of ink stays");
      BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(drawing(10 * (i + 1), 4)));
      assertArrayEquals(image, set.preparation().apply(drawn), "a new drawing is read likewise");
    }
  }

  @Test
  void thinStrokesSurvive() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int at = 0; at < 100; at++) {
      entries.put("a/b/c/" + at + ".png", drawing(at, 1));
    }
    ImageSet set = Omniglot.load(zip(folder.resolve("o.zip"), entries));
    for (int i = 0; i < set.size(); i++) {
      float most = 0;
      for (float value : set.pixels(i)) {
        most = Math.max(most, value);
      }
      assertTrue(most > 0.13, "a stroke of one pixel fell between two: " + most);
    }
  }

  @Test
  void readsOtherSizes() throws IOException {
    ImageSet set = Omniglot.load(zip(folder.resolve("o.zip"), small()), 105);
    assertEquals(105, set.width());
    assertEquals(0, set.pixels(0)[9]);
    assertEquals(1, set.pixels(0)[10]);
    assertEquals(1, set.pixels(0)[13]);
    assertEquals(0, set.pixels(0)[14]);
    assertThrows(IllegalArgumentException.class, () -> Omniglot.load(folder.resolve("o.zip"), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil/character01/1.png",
        "images_background/../../../evil.png",
        "/etc/character01/1.png",
        "images_background\\..\\evil.png",
        "C:/a/b/1.png",
        "a/b/.."
      })
  void refusesAnEntryThatLeavesItsFolder(String name) throws IOException {
    Map<String, byte[]> entries = small();
    entries.put(name, drawing(1, 4));
    assertEquals(
        "ZIP has an entry that leaves its folder, "
            + name
            + ": this is not an official archive, do not use it",
        refusal(zip(folder.resolve("o.zip"), entries)));
  }

  @Test
  void refusesAnArchiveThatIsNotOmniglot() throws IOException {
    assertEquals(
        "ZIP is not an Omniglot archive: expected entries like"
            + " images_background/Greek/character01/0394_01.png, got strokes/Greek/1.txt",
        refusal(zip(folder.resolve("o.zip"), Map.of("strokes/Greek/1.txt", new byte[3]))));
    assertEquals(
        "ZIP has no images: expected entries like images_background/Greek/character01/1.png",
        refusal(zip(folder.resolve("e.zip"), Map.of("empty/", new byte[0]))));
  }

  @Test
  void refusesATruncatedArchiveWhereverItIsCut() throws IOException {
    byte[] whole = Files.readAllBytes(zip(folder.resolve("o.zip"), small()));
    for (int length = 0; length < whole.length; length += 97) {
      Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(whole, length));
      String message = refusal(cut);
      assertTrue(message.startsWith("ZIP is not a whole zip archive ("), message);
      assertTrue(message.endsWith("; " + length + " bytes): get it again"), message);
    }
  }

  @Test
  void refusesAnArchiveWithABitTurned() throws IOException {
    byte[] png = drawing(10, 4);
    Path path = zip(folder.resolve("o.zip"), Map.of("a/b/c/1.png", png));
    byte[] bytes = Files.readAllBytes(path);
    // Stored names aside, the compressed drawing lies between the first entry's header and the
    // central directory.
    int from = 30 + "a/b/c/1.png".length();
    for (int at = from; at < from + 60; at += 3) {
      byte[] turned = bytes.clone();
      turned[at] ^= 0x10;
      String message = refusal(Files.write(folder.resolve("t.zip"), turned));
      assertTrue(message.startsWith("a/b/c/1.png in ZIP is damaged"), at + ": " + message);
    }
  }

  @Test
  void refusesADrawingThatDoesNotDecode() throws IOException {
    assertEquals(
        "a/b/c/1.png in ZIP does not decode: expected a PNG or JPEG image, got 9 bytes of something"
            + " else: remove it or get it again",
        refusal(
            zip(
                folder.resolve("o.zip"),
                Map.of("a/b/c/1.png", "not a png".getBytes(StandardCharsets.UTF_8)))));
    byte[] png = drawing(10, 4);
    String message =
        refusal(
            zip(
                folder.resolve("p.zip"),
                Map.of("a/b/c/1.png", Arrays.copyOf(png, png.length / 2))));
    assertTrue(message.startsWith("a/b/c/1.png in ZIP does not decode as an image ("), message);
  }

  @Test
  void refusesAnEntryThatUnpacksToTooMuch() throws IOException {
    assertEquals(
        "a/b/c/1.png in ZIP is too large: expected a drawing of at most 1048576 bytes",
        refusal(zip(folder.resolve("o.zip"), Map.of("a/b/c/1.png", new byte[50 << 20]))));
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertEquals(
        "there is no file ZIP: expected an Omniglot archive such as images_background.zip",
        refusal(folder.resolve("nowhere.zip")));
  }

  @Test
  void readsTheRealArchive() {
    String data = System.getProperty("nearfar.data", System.getenv("NEARFAR_DATA"));
    String name = "images_background_small2.zip";
    Path folder = data == null ? Path.of("nowhere") : Path.of(data);
    Path zip =
        Files.exists(folder.resolve(name))
            ? folder.resolve(name)
            : folder.resolve("omniglot").resolve(name);
    assumeTrue(
        Files.exists(zip),
        "needs the official "
            + name
            + ": -Dnearfar.data=FOLDER or NEARFAR_DATA=FOLDER with that file in FOLDER or"
            + " FOLDER/omniglot");
    ImageSet set = Omniglot.load(zip);
    assertEquals("omniglot: 3120 images (1, 28, 28), 156 classes", set.toString());
    assertEquals("Greek/01", set.classNames().get(0));
    assertEquals("Tagalog/17", set.classNames().get(155));
    for (int c = 0; c < 156; c++) {
      assertEquals(20, set.indicesOfClass(c).length);
    }
    assertEquals(
        "3cc5fbee1b268465b055011d9548a97f4d37ff1081bd6a7e0fe3fa440800e912", set.checksum());
  }
}

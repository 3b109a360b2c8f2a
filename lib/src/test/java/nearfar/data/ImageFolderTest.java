package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("animals"));
  }

  private static BufferedImage filled(int type, int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static BufferedImage rgb(int width, int height, int rgb) {
    return filled(BufferedImage.TYPE_INT_RGB, width, height, rgb);
  }

  private Path save(String path, BufferedImage image) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    String format = path.endsWith(".png") ? "png" : "jpg";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, bytes));
    return Files.write(file, bytes.toByteArray());
  }

  private String refusal() {
    return assertThrows(DataException.class, () -> ImageFolder.load(folder, 8, 8))
        .getMessage()
        .replace(folder.toString(), "FOLDER");
  }

  @Test
  void readsMixedSizesAndFormatsByName() throws IOException {
    save("dog/b.jpg", rgb(40, 20, 0x00ff00));
    save("dog/a.PNG".replace("PNG", "png"), rgb(5, 9, 0x0000ff));
    save("cat/x.jpeg", rgb(8, 8, 0xff0000));
    Files.writeString(folder.resolve("cat/notes.txt"), "left out");
    Files.writeString(folder.resolve("cat/.hidden.png"), "left out");
    Files.createDirectories(folder.resolve(".git/objects"));
    Files.writeString(folder.resolve("README.md"), "left out");
    ImageSet set = ImageFolder.load(folder, 8, 8);
    assertEquals("animals: 3 images (3, 8, 8), 2 classes", set.toString());
    assertEquals(List.of("cat", "dog"), set.classNames());
    assertArrayEquals(new int[] {0, 1, 1}, set.labels());
    float[] blue = set.pixels(1);
    assertEquals(0, blue[0], 1e-6);
    assertEquals(1, blue[2 * 64], 1e-6);
    float[] green = set.pixels(2);
    assertEquals(1, green[64 + 36], 0.02);
    assertEquals(0, green[36], 0.02);
  }

  @Test
  void grayStaysGrayAndIsNotBrightened() throws IOException {
    BufferedImage gray = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage deep = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
    for (int k = 0; k < 16; k++) {
      gray.getRaster().setSample(k % 4, k / 4, 0, 128);
      deep.getRaster().setSample(k % 4, k / 4, 0, 128 * 257);
    }
    save("a/8bit.png", gray);
    save("a/16bit.png", deep);
    save("b/jpeg.jpg", gray);
    save("b/as-rgb.png", rgb(4, 4, 0x808080));
    ImageSet set = ImageFolder.load(folder, 4, 4);
    assertEquals(1, set.channels());
    for (int i = 0; i < 4; i++) {
      for (float value : set.pixels(i)) {
        assertEquals(128 / 255f, value, 0.005);
      }
    }
  }

  @Test
  void oneColouredImageMakesTheSetRgb() throws IOException {
    save("a/gray.png", rgb(4, 4, 0x808080));
    save("b/red.png", rgb(4, 4, 0xff0000));
    ImageSet set = ImageFolder.load(folder, 4, 4);
    assertEquals(3, set.channels());
    assertEquals(128 / 255f, set.pixels(0)[40], 1e-6);
  }

  @Test
  void keepsTheAspectAndFillsWithTheBorder() throws IOException {
    // 40 wide, 20 high, white with a black frame of 2: in 8 x 8 it covers rows 2 to 5.
    BufferedImage image = rgb(40, 20, 0xffffff);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 40; x++) {
        if (y < 2 || y > 17 || x < 2 || x > 37) {
          image.setRGB(x, y, 0);
        }
      }
    }
    save("a/1.png", image);
    float[] pixels = ImageFolder.load(folder, 8, 8).pixels(0);
    for (int x = 0; x < 8; x++) {
      assertEquals(0, pixels[x], 1e-6);
      assertEquals(0, pixels[8 + x], 1e-6);
      assertEquals(0, pixels[48 + x], 1e-6);
      assertEquals(0, pixels[56 + x], 1e-6);
    }
    // Inside, pixel (3, 3) covers columns 15 to 20 and rows 5 to 10: all white.
    assertEquals(1, pixels[3 * 8 + 3], 1e-6);
    // Pixel (2, 3) covers rows 0 to 5, two of which are black.
    assertEquals(0.6, pixels[2 * 8 + 3], 1e-6);
  }

  @Test
  void transparentIsWhite() throws IOException {
    save("a/clear.png", filled(BufferedImage.TYPE_INT_ARGB, 4, 4, 0x00000000));
    save("a/half.png", filled(BufferedImage.TYPE_INT_ARGB, 4, 4, 0x80000000));
    ImageSet set = ImageFolder.load(folder, 4, 4);
    assertEquals(1, set.pixels(0)[5], 1e-6);
    assertEquals(1 - 128 / 255f, set.pixels(1)[5], 1e-6);
  }

  @Test
  void refusesWhatIsNotAFolder() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    for (Path path : List.of(file, temporary.resolve("nowhere"))) {
      assertEquals(
          path + " is not a folder: expected a folder with a sub-folder of images for every class",
          assertThrows(DataException.class, () -> ImageFolder.load(path, 8, 8)).getMessage());
    }
  }

  @Test
  void refusesAFolderWithoutClasses() throws IOException {
    Files.writeString(folder.resolve("cat.png"), "not in a class");
    assertEquals(
        "FOLDER has no classes: expected a sub-folder of images for every class, got none",
        refusal());
  }

  @Test
  void refusesAnEmptyClass() throws IOException {
    save("cat/1.png", rgb(4, 4, 0));
    Files.createDirectory(folder.resolve("dog"));
    Files.writeString(folder.resolve("dog/notes.txt"), "no image");
    assertEquals(
        "class folder FOLDER/dog has no image: expected files that end in .png, .jpg or .jpeg, or"
            + " remove it",
        refusal());
  }

  @Test
  void refusesAFolderInsideAClass() throws IOException {
    save("cat/1.png", rgb(4, 4, 0));
    save("cat/more/2.png", rgb(4, 4, 0));
    assertEquals(
        "FOLDER/cat/more is a folder inside a class: expected images directly in FOLDER/cat: move"
            + " them up, or name the folder above the classes",
        refusal());
  }

  @Test
  void namesTheImageThatDoesNotDecode() throws IOException {
    save("cat/1.png", rgb(4, 4, 0));
    Path bad = folder.resolve("cat/2.jpg");
    Files.write(bad, "this is text".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "FOLDER/cat/2.jpg does not decode: expected a PNG or JPEG image, got 12 bytes of something"
            + " else: remove it or get it again",
        refusal());
    Files.write(bad, new byte[0]);
    assertTrue(refusal().startsWith("FOLDER/cat/2.jpg does not decode"));
    byte[] whole = Files.readAllBytes(save("cat/2.png", rgb(50, 50, 0x123456)));
    Files.delete(bad);
    Files.write(folder.resolve("cat/2.png"), Arrays.copyOf(whole, whole.length - 40));
    String message = refusal();
    assertTrue(message.startsWith("FOLDER/cat/2.png does not decode as an image ("), message);
    // A bitmap whose palette has less than no bytes: no IOException, but a NegativeArraySize one.
    ByteArrayOutputStream bitmap = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED), "bmp", bitmap);
    byte[] damaged = bitmap.toByteArray();
    damaged[13] = (byte) 0x80; // its pixels begin at a negative place
    Files.write(folder.resolve("cat/2.png"), damaged);
    assertTrue(refusal().startsWith("FOLDER/cat/2.png does not decode as an image ("), refusal());
  }

  @Test
  void refusesAnImageThatClaimsToBeHuge() throws IOException {
    byte[] png = Files.readAllBytes(save("cat/1.png", rgb(4, 4, 0)));
    // Width and height stand at bytes 16 and 20 of a PNG.
    png[17] = 1;
    png[21] = 1;
    Files.write(folder.resolve("cat/1.png"), png);
    assertEquals(
        "FOLDER/cat/1.png is too large: at most 50000000 pixels, got 65540 x 65540", refusal());
  }

  @Test
  void refusesLinksThatLeadOut() throws IOException {
    save("cat/1.png", rgb(4, 4, 0));
    Path secret = Files.createDirectory(temporary.resolve("secret"));
    Files.copy(folder.resolve("cat/1.png"), secret.resolve("s.png"));
    Path link = Files.createSymbolicLink(folder.resolve("cat/2.png"), secret.resolve("s.png"));
    assertTrue(refusal().startsWith("FOLDER/cat/2.png leads out of the folder, to "), refusal());
    Files.delete(link);
    Path classLink = Files.createSymbolicLink(folder.resolve("dog"), secret);
    assertTrue(refusal().startsWith("FOLDER/dog leads out of the folder, to "), refusal());
    Files.delete(classLink);
    // A link inside is as good as a file.
    Files.createSymbolicLink(folder.resolve("cat/2.png"), folder.resolve("cat/1.png"));
    assertEquals(2, ImageFolder.load(folder, 8, 8).size());
  }

  @Test
  void refusesASizeOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.load(folder, 0, 8));
  }
}

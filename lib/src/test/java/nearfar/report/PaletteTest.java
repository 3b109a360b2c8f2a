package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PaletteTest {

  @Test
  void fewColoursAreKeptExactly() {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, i * 0x010307 & 0xffffff);
    }
    BufferedImage indexed = Palette.of(image);
    for (int i = 0; i < 256; i++) {
      assertEquals(image.getRGB(i % 16, i / 16), indexed.getRGB(i % 16, i / 16));
    }
  }

  @Test
  void aPhotographIsLeftAlone() {
    BufferedImage image = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(3);
    for (int i = 0; i < 40_000; i++) {
      image.setRGB(i % 200, i / 200, random.nextInt(0x1000000));
    }
    assertSame(image, Palette.of(image));
  }

  @Test
  void aChartIsAThirdSmallerAndLooksTheSame() throws IOException {
    double[] x = {0, 1, 2, 3, 4, 5};
    Picture picture =
        Picture.of(
            Charts.lines(
                "A chart with text",
                "x",
                "y",
                Map.of("line", new double[][] {x, {3, 1, 4, 1, 5, 9}})));
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(picture.image(), "png", plain);
    assertTrue(
        3 * picture.png().length < 2 * plain.size(), picture.png().length + " of " + plain.size());

    BufferedImage indexed = Palette.of(picture.image());
    long sum = 0;
    for (int py = 0; py < indexed.getHeight(); py++) {
      for (int px = 0; px < indexed.getWidth(); px++) {
        int a = picture.image().getRGB(px, py);
        int b = indexed.getRGB(px, py);
        for (int shift = 0; shift <= 16; shift += 8) {
          int difference = Math.abs(((a >> shift) & 0xff) - ((b >> shift) & 0xff));
          assertTrue(difference < 48, "an edge of " + difference + " levels at " + px + ", " + py);
          sum += difference;
        }
      }
    }
    double mean = sum / 3.0 / indexed.getWidth() / indexed.getHeight();
    assertTrue(mean < 0.05, "mean difference " + mean + " of 255 levels");
  }
}

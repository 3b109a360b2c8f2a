package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {

  private static BufferedImage picture(int rgb) {
    BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    for (int k = 0; k < 24; k++) {
      image.setRGB(k % 6, k / 6, rgb);
    }
    return image;
  }

  private static ImageSet set() {
    return ImageSet.of("two", 1, 4, 6, new float[2][24], new int[] {0, 1}, List.of("a", "b"));
  }

  @Test
  void aSetKnowsWhatWasDoneToItInOrder() {
    ImageSet changed = set().invert().resize(8, 9).normalize(0.5f, 0.25f).atMost(1, 3);
    assertEquals("1 channel, frame 4 x 6", set().preparation().toString());
    assertEquals(
        "1 channel, frame 4 x 6, values * -1.0 + 1.0, resize 8 x 9, values * 4.0 + -2.0",
        changed.preparation().toString());
    assertEquals(8, changed.preparation().height());
    assertEquals(9, changed.preparation().width());
    assertEquals(changed.preparation(), changed.select(1, 0).preparation());
    assertEquals(changed.preparation(), changed.selectClasses(1).preparation());
    assertEquals(changed.preparation(), Augmentation.of(3).apply(changed, 0).preparation());
  }

  @Test
  void wordsAreReadBack() {
    Preparation steps = set().normalize(0.1f, 0.3f).resize(5, 7).invert().preparation();
    assertEquals(steps, Preparation.parse(steps.toString()));
    assertEquals(steps.hashCode(), Preparation.parse(steps.toString()).hashCode());
    BufferedImage image = picture(0x808080);
    assertArrayEquals(steps.apply(image), Preparation.parse(steps.toString()).apply(image));
    assertEquals(3, Preparation.parse("3 channels, frame 2 x 2").channels());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2 channels, frame 4 x 4",
        "1 channel",
        "1 channel, frame 4 x 4, blur",
        "1 channel, frame 4 x 4, values * a + 1",
        "1 channel, frame 4 x 4,"
      })
  void otherWordsAreRefused(String words) {
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Preparation.parse(words))
                    .getMessage())
            .contains("got \"" + words + "\""));
  }

  @Test
  void noPictureHasNoPixels() {
    for (String words : List.of("1 channel, frame 0 x 4", "1 channel, frame 4 x 4, resize 4 x 0")) {
      assertThrows(IllegalArgumentException.class, () -> Preparation.parse(words));
    }
  }

  @Test
  void coloursBecomeGrayWhereTheSetIs() {
    Preparation gray = Preparation.frame(1, 2, 3);
    assertEquals(0.299f, gray.apply(picture(0xff0000))[0], 1e-6f);
    assertEquals(0.587f, gray.apply(picture(0x00ff00))[3], 1e-6f);
    assertEquals(0.114f, gray.apply(picture(0x0000ff))[5], 1e-6f);
    // What is gray stays as it is, to the last bit.
    for (int v = 0; v < 256; v++) {
      assertEquals(v / 255f, gray.apply(picture(v * 0x010101))[0]);
    }
    float[] rgb = Preparation.frame(3, 2, 3).apply(picture(0xff8000));
    assertEquals(18, rgb.length);
    assertEquals(1, rgb[0]);
    assertEquals(128 / 255f, rgb[6]);
    assertEquals(0, rgb[12]);
  }

  @Test
  void ofTheSizeOfTheFrameAPictureIsNotTouched() {
    ImageSet glyphs = Glyphs.generate(2, 2, 7);
    float[] again = glyphs.preparation().apply(glyphs.image(1));
    float[] expected = glyphs.pixels(1);
    for (int k = 0; k < again.length; k++) {
      assertEquals(Math.round(255 * expected[k]) / 255f, again[k]);
    }
  }
}

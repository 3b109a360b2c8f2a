package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlyphsTest {

  @Test
  void areTheSameToTheLastBitEverywhere() {
    // If a change of the generator is wanted, these change with it, and so does every figure
    // measured on glyphs.
    assertEquals(
        "297ccc3f23f5092153340aff5dddcac58e07bda3cc861e89a9f09521d5a3c78a",
        Glyphs.generate(40, 24, 7).checksum());
    assertEquals(
        "d9724828a587b82305f275a158e36663f2329625614f0d3a19dac9ca4c360e3f",
        Glyphs.of(5, 3, -1).size(41).difficulty(0.9).generate().checksum());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 7, -5})
  void aClassAndASampleDoNotDependOnHowManyAreAskedFor(long seed) {
    ImageSet few = Glyphs.generate(3, 2, seed);
    ImageSet many = Glyphs.generate(9, 5, seed);
    for (int c = 0; c < 3; c++) {
      assertEquals(few.classNames().get(c), many.classNames().get(c));
      for (int k = 0; k < 2; k++) {
        assertArrayEquals(
            few.pixels(few.indicesOfClass(c)[k]), many.pixels(many.indicesOfClass(c)[k]));
      }
    }
  }

  @ParameterizedTest(name = "difficulty {0}")
  @ValueSource(doubles = {0, 0.5, 1})
  void haveInkOnPaperAndNoTwoAlike(double difficulty) {
    ImageSet glyphs = Glyphs.of(30, 10, 3).difficulty(difficulty).generate();
    assertEquals("glyphs: 300 images (1, 28, 28), 30 classes", glyphs.toString());
    for (int i = 0; i < glyphs.size(); i++) {
      float[] image = glyphs.pixels(i);
      float most = 0;
      double sum = 0;
      for (float value : image) {
        assertTrue(value >= 0 && value <= 1);
        most = Math.max(most, value);
        sum += value;
      }
      double mean = sum / image.length;
      assertTrue(most > 0.9, "image " + i + " has no full stroke: " + most);
      assertTrue(mean > 0.01 && mean < 0.4, "image " + i + " has ink " + mean);
      for (int j = 0; j < i; j++) {
        assertFalse(Arrays.equals(image, glyphs.pixels(j)), i + " and " + j + " are alike");
      }
    }
  }

  @Test
  void theSeedDecidesTheShapes() {
    assertFalse(
        Arrays.equals(Glyphs.generate(1, 1, 1).pixels(0), Glyphs.generate(1, 1, 2).pixels(0)));
  }

  /** The share of images whose nearest other image is of their class: what pixels alone tell. */
  private static double nearestNeighbour(double difficulty) {
    ImageSet glyphs = Glyphs.of(20, 15, 11).difficulty(difficulty).generate();
    int right = 0;
    for (int i = 0; i < glyphs.size(); i++) {
      float[] a = glyphs.pixels(i);
      double nearest = Double.POSITIVE_INFINITY;
      int label = -1;
      for (int j = 0; j < glyphs.size(); j++) {
        float[] b = glyphs.pixels(j);
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
          sum += (a[k] - b[k]) * (double) (a[k] - b[k]);
        }
        if (j != i && sum < nearest) {
          nearest = sum;
          label = glyphs.label(j);
        }
      }
      right += label == glyphs.label(i) ? 1 : 0;
    }
    return right / (double) glyphs.size();
  }

  @Test
  void getHarderWithDifficulty() {
    double easy = nearestNeighbour(0);
    double middle = nearestNeighbour(0.5);
    double hard = nearestNeighbour(1);
    assertEquals(1, easy);
    assertTrue(middle > 0.5 && middle < 0.95, "at 0.5: " + middle);
    assertTrue(hard > 0.05 && hard < middle - 0.2, "at 1: " + hard);
  }

  @Test
  void lookAlikeInAnySize() {
    ImageSet small = Glyphs.of(6, 2, 5).generate();
    ImageSet large = Glyphs.of(6, 2, 5).size(112).generate().resize(28, 28);
    for (int i = 0; i < small.size(); i++) {
      float[] a = small.pixels(i);
      float[] b = large.pixels(i);
      double difference = 0;
      double ink = 0;
      for (int k = 0; k < a.length; k++) {
        difference += Math.abs(a[k] - b[k]);
        ink += b[k];
      }
      assertTrue(difference < 0.25 * ink, "image " + i + ": " + difference / ink);
    }
  }

  @Test
  void refuseNonsense() {
    assertEquals(
        "glyphs need at least 1 class and 1 image of each, got 0 classes x 3 images",
        assertThrows(IllegalArgumentException.class, () -> Glyphs.generate(0, 3, 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Glyphs.generate(3, 0, 1));
    assertEquals(
        "glyphs need at least 8 x 8 pixels, got 7 x 7",
        assertThrows(IllegalArgumentException.class, () -> Glyphs.of(2, 2, 1).size(7))
            .getMessage());
    assertEquals(
        "difficulty must be in [0, 1], got 1.1",
        assertThrows(IllegalArgumentException.class, () -> Glyphs.of(2, 2, 1).difficulty(1.1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Glyphs.of(2, 2, 1).difficulty(Double.NaN));
  }
}

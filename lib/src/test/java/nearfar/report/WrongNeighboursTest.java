package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import nearfar.data.ImageSet;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

class WrongNeighboursTest {

  private static final int[] LABELS = {0, 0, 1, 1, 2};

  /** Images of one gray each: 0, 0.25, 0.5, 0.75 and 1. */
  private static ImageSet grays() {
    float[][] pixels = new float[5][16];
    for (int i = 0; i < 5; i++) {
      Arrays.fill(pixels[i], i / 4f);
    }
    return ImageSet.of(
        "grays", 1, 4, 4, pixels, LABELS, List.of("one", "two", "a class with a long name"));
  }

  private static Embeddings at(double... degrees) {
    double[][] vectors = new double[degrees.length][];
    for (int i = 0; i < degrees.length; i++) {
      double radians = Math.toRadians(degrees[i]);
      // Of different lengths: only the directions count.
      vectors[i] = new double[] {(i + 1) * Math.cos(radians), (i + 1) * Math.sin(radians)};
    }
    return Embeddings.of(vectors, LABELS);
  }

  @Test
  void theWorstComeFirstWithTheirAngles() {
    // Image 0 is 40° from its like and 5° from image 4, image 1 is 10° from image 2.
    Picture picture = Charts.wrongNeighbours(grays(), at(0, 40, 50, 110, -5), 1);
    // Images 2 (by 50°) and 0 (by 35°) are shown, image 1 (by 30°) is not; 3 is 60° from both.
    assertEquals(
        "Nearest neighbour of another class: 3 of 4 images. Of the 2 shown, the first is of two:"
            + " 60.0° from its class, 10.0° from one.",
        picture.altText());
    int[] grays = {0x80, 0xBF, 0x40, 0x00, 0x40, 0xFF};
    double left = (640 - 2 * 300 + 28) / 2.0;
    for (int k = 0; k < 6; k++) {
      double x = left + k % 3 * 94 + k / 3 * 300 + 42;
      Ink.assertAlike(grays[k] * 0x010101, Ink.at(picture, x, 42 + 42));
    }
    assertEquals(0, Ink.onBorder(picture.image(), 12));
    assertEquals(640, picture.width());
    assertArrayEquals(
        picture.png(), Charts.wrongNeighbours(grays(), at(0, 40, 50, 110, -5), 1).png());
  }

  @Test
  void withFewWrongOnesTheNearlyWrongFollow() {
    Picture picture = Charts.wrongNeighbours(grays(), at(0, 1, 60, 61, 150), 9);
    assertTrue(picture.altText().startsWith("Nearest neighbour of another class: 0 of 4 images"));
    assertTrue(picture.altText().contains("Of the 4 shown"), picture.altText());
    assertEquals(0, Ink.onBorder(picture.image(), 12));
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    Embeddings e = at(0, 40, 50, 110, -5);
    refused(() -> Charts.wrongNeighbours(grays(), e, 0), "a row", "got 0");
    refused(() -> Charts.wrongNeighbours(grays().select(0, 1), e, 1), "2 images, got 5");
    refused(
        () -> Charts.wrongNeighbours(grays().select(0, 2, 1, 3, 4), e, 1),
        "position 1",
        "labels are 0 and 1");
    refused(
        () ->
            Charts.wrongNeighbours(
                grays().select(0, 2, 4),
                Embeddings.of(new double[][] {{1}, {1}, {1}}, new int[] {0, 1, 2}),
                1),
        "a class of two images",
        "3 images of 3 classes");
  }
}

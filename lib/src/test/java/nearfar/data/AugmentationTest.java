package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {

  private static final int SIZE = 41;

  /** One soft blob right of and above the centre. */
  private static ImageSet blob(double x, double y) {
    float[] image = new float[SIZE * SIZE];
    for (int k = 0; k < image.length; k++) {
      double dx = k % SIZE - x;
      int row = k / SIZE;
      double dy = row - y;
      image[k] = (float) Math.exp(-(dx * dx + dy * dy) / 8);
    }
    return ImageSet.of(
        "blob", 1, SIZE, SIZE, new float[][] {image}, new int[] {0}, List.of("blob"));
  }

  /** Where the blob is, from the image's centre. */
  private static double[] centre(ImageSet set) {
    float[] image = set.pixels(0);
    double sum = 0;
    double x = 0;
    double y = 0;
    for (int k = 0; k < image.length; k++) {
      sum += image[k];
      x += image[k] * (k % SIZE - SIZE / 2);
      y += image[k] * (k / SIZE - SIZE / 2);
    }
    return new double[] {x / sum, y / sum};
  }

  @Test
  void doesNothingUnlessAsked() {
    ImageSet glyphs = Glyphs.generate(3, 2, 1);
    assertEquals(glyphs.checksum(), Augmentation.of(7).apply(glyphs, 3).checksum());
  }

  @Test
  void turnsByUpToTheDegreesGivenWithoutChangingTheDistance() {
    Augmentation augmentation = Augmentation.of(5).rotation(30);
    double most = 0;
    double least = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      double[] at = centre(augmentation.apply(blob(30, 20), epoch));
      assertEquals(10, Math.hypot(at[0], at[1]), 0.05);
      double degrees = Math.toDegrees(Math.atan2(at[1], at[0]));
      most = Math.max(most, degrees);
      least = Math.min(least, degrees);
    }
    assertTrue(most > 27 && most < 30.5, "most " + most);
    assertTrue(least < -27 && least > -30.5, "least " + least);
  }

  @Test
  void shiftsEachAxisByUpToTheFractionGiven() {
    Augmentation augmentation = Augmentation.of(5).translation(0.1);
    double mostX = 0;
    double mostY = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      double[] at = centre(augmentation.apply(blob(20, 20), epoch));
      mostX = Math.max(mostX, Math.abs(at[0]));
      mostY = Math.max(mostY, Math.abs(at[1]));
    }
    assertTrue(mostX > 3.7 && mostX < 4.15, "x " + mostX);
    assertTrue(mostY > 3.7 && mostY < 4.15, "y " + mostY);
  }

  @Test
  void scalesAboutTheCentre() {
    Augmentation augmentation = Augmentation.of(5).scale(0.3);
    double most = 0;
    double least = 20;
    for (int epoch = 0; epoch < 200; epoch++) {
      double[] at = centre(augmentation.apply(blob(28, 20), epoch));
      assertEquals(0, at[1], 0.05);
      most = Math.max(most, at[0]);
      least = Math.min(least, at[0]);
    }
    assertTrue(most > 10 && most < 10.6, "most " + most);
    assertTrue(least < 6 && least > 5.4, "least " + least);
  }

  @Test
  void slantsUprightsButNotTheLine() {
    Augmentation augmentation = Augmentation.of(5).shear(45);
    double most = 0;
    for (int epoch = 0; epoch < 200; epoch++) {
      double[] line = centre(augmentation.apply(blob(28, 20), epoch));
      assertEquals(8, line[0], 0.05);
      assertEquals(0, line[1], 0.05);
      double[] upright = centre(augmentation.apply(blob(20, 28), epoch));
      assertEquals(8, upright[1], 0.1);
      most = Math.max(most, Math.abs(upright[0]));
    }
    assertTrue(most > 7 && most < 8.3, "most " + most);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 7})
  void staysInTheRangeOfTheImageAndFollowsSeedEpochAndImage(long seed) {
    ImageSet glyphs = Glyphs.generate(3, 2, 1);
    Augmentation augmentation =
        Augmentation.of(seed).rotation(20).translation(0.2).scale(0.2).shear(10);
    ImageSet all = augmentation.apply(glyphs, 4);
    for (int i = 0; i < all.size(); i++) {
      for (float value : all.pixels(i)) {
        assertTrue(value >= 0 && value <= 1);
      }
      assertEquals(glyphs.label(i), all.label(i));
      assertFalse(Arrays.equals(all.pixels(i), glyphs.pixels(i)));
      assertFalse(Arrays.equals(all.pixels(i), augmentation.apply(glyphs, 5).pixels(i)));
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      // The same whatever batch it is in.
      float[] batch = augmentation.batch(manager, glyphs, 4, 3, 0).get(0).toFloatArray();
      assertArrayEquals(all.pixels(3), Arrays.copyOfRange(batch, 0, 784));
      assertArrayEquals(all.pixels(0), Arrays.copyOfRange(batch, 784, 2 * 784));
    }
  }

  @Test
  void leavesAFlatImageFlatWhateverItsGround() {
    float[] ground = new float[3 * 25];
    Arrays.fill(ground, -0.42f);
    ImageSet flat =
        ImageSet.of("flat", 3, 5, 5, new float[][] {ground}, new int[] {0}, List.of("a"));
    Augmentation augmentation =
        Augmentation.of(1).rotation(180).translation(1).scale(0.9).shear(60);
    assertArrayEquals(ground, augmentation.apply(flat, 0).pixels(0), 1e-6f);
  }

  @Test
  void givesBatchesOfTheSameShape() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList batch =
          Augmentation.of(1).rotation(5).batch(manager, Glyphs.generate(3, 2, 1), 0, 5, 1);
      assertEquals(new Shape(2, 1, 28, 28), batch.get(0).getShape());
      assertArrayEquals(new long[] {2, 0}, batch.get(1).toLongArray());
    }
  }

  @Test
  void refusesNonsense() {
    Augmentation augmentation = Augmentation.of(1);
    assertEquals(
        "rotation must be in [0.0, 180.0] (degrees), got -1.0",
        assertThrows(IllegalArgumentException.class, () -> augmentation.rotation(-1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> augmentation.rotation(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> augmentation.translation(1.1));
    assertThrows(IllegalArgumentException.class, () -> augmentation.scale(1));
    assertThrows(IllegalArgumentException.class, () -> augmentation.shear(90));
    ImageSet glyphs = Glyphs.generate(1, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> augmentation.apply(glyphs, -1));
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThrows(IllegalArgumentException.class, () -> augmentation.batch(manager, glyphs, 0, 1));
      assertThrows(IllegalArgumentException.class, () -> augmentation.batch(manager, glyphs, 0));
    }
  }

  @Test
  void saysWhatItIs() {
    assertEquals(
        "rotation 10.0 degrees, translation 0.08, scale 0.1, shear 5.0 degrees, seed 7",
        Augmentation.of(7).rotation(10).translation(0.08).scale(0.1).shear(5).describe());
    assertEquals("seed 7", Augmentation.of(7).describe());
  }
}

package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTest {

  /** Image i of class c is filled with 100 c + i, so that it can be followed through splits. */
  static ImageSet numbered(int... imagesOfClass) {
    List<float[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    // Interleaved, as real files may be.
    int most = Arrays.stream(imagesOfClass).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (int c = 0; c < imagesOfClass.length; c++) {
        if (i < imagesOfClass[c]) {
          float[] image = new float[6];
          Arrays.fill(image, 100f * c + i);
          pixels.add(image);
          labels.add(c);
        }
      }
    }
    for (int c = 0; c < imagesOfClass.length; c++) {
      names.add("class" + c);
    }
    return ImageSet.of(
        "numbered",
        1,
        2,
        3,
        pixels.toArray(float[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        names);
  }

  private static Set<Float> numbers(ImageSet set) {
    Set<Float> found = new HashSet<>();
    for (int i = 0; i < set.size(); i++) {
      assertTrue(found.add(set.pixels(i)[0]), "an image came twice");
    }
    return found;
  }

  @Test
  void saysWhatItIs() {
    assertEquals("numbered: 9 images (1, 2, 3), 3 classes", numbered(2, 3, 4).toString());
  }

  @Test
  void keepsNothingOfWhatItWasGivenOrGives() {
    float[][] pixels = {{0.5f}, {0.25f}};
    int[] labels = {0, 1};
    List<String> names = new ArrayList<>(List.of("a", "b"));
    ImageSet set = ImageSet.of("s", 1, 1, 1, pixels, labels, names);
    String before = set.checksum();
    pixels[0][0] = 9;
    labels[0] = 1;
    names.set(0, "z");
    set.pixels(0)[0] = 9;
    set.labels()[0] = 1;
    assertEquals(before, set.checksum());
    assertEquals(List.of("a", "b"), set.classNames());
  }

  @Test
  void checksumFollowsShapePixelsLabelsAndOrder() {
    float[][] pixels = {{0, 1}, {1, 0}};
    int[] labels = {0, 1};
    List<String> names = List.of("a", "b");
    String base = ImageSet.of("s", 1, 1, 2, pixels, labels, names).checksum();
    assertEquals(64, base.length());
    assertEquals(
        base, ImageSet.of("other name", 1, 1, 2, pixels, labels, List.of("x", "y")).checksum());
    assertNotEquals(base, ImageSet.of("s", 1, 2, 1, pixels, labels, names).checksum());
    assertNotEquals(base, ImageSet.of("s", 1, 1, 2, pixels, new int[] {1, 0}, names).checksum());
    assertNotEquals(
        base,
        ImageSet.of("s", 1, 1, 2, new float[][] {{0, 1}, {1, 1e-30f}}, labels, names).checksum());
    assertNotEquals(base, ImageSet.of("s", 1, 1, 2, pixels, labels, names).select(1, 0).checksum());
  }

  @Test
  void refusesWhatDoesNotFit() {
    float[][] pixels = {{0}, {1}};
    BiFunction<float[][], int[], String> refusal =
        (p, l) ->
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ImageSet.of("s", 1, 1, 1, p, l, List.of("a", "b")))
                .getMessage();
    assertEquals(
        "labels must be in [0, 2) for 2 class names, got 2 at position 1",
        refusal.apply(pixels, new int[] {0, 2}));
    assertEquals(
        "labels must be in [0, 2) for 2 class names, got -1 at position 0",
        refusal.apply(pixels, new int[] {-1, 0}));
    assertEquals(
        "every class needs an image, class 0 (\"a\") of 2 has none: number the classes without"
            + " gaps",
        refusal.apply(pixels, new int[] {1, 1}));
    assertEquals(
        "there must be one label per image, got 2 images and 3 labels",
        refusal.apply(pixels, new int[] {0, 1, 0}));
    assertEquals(
        "pixels must be finite, got NaN at position 0 of image 1",
        refusal.apply(new float[][] {{0}, {Float.NaN}}, new int[] {0, 1}));
    assertEquals(
        "pixels must be finite, got -Infinity at position 0 of image 0",
        refusal.apply(new float[][] {{Float.NEGATIVE_INFINITY}, {Float.NaN}}, new int[] {0, 1}));
    assertEquals(
        "image 1 must have 1 x 1 x 1 = 1 values, got 2",
        refusal.apply(new float[][] {{0}, {1, 2}}, new int[] {0, 1}));
    assertEquals(
        "a set needs at least one image, got none", refusal.apply(new float[0][], new int[0]));
  }

  @Test
  void refusesShapesAndNamesThatDoNotFit() {
    float[][] pixels = {{0, 1}, {1, 0}};
    int[] labels = {0, 1};
    assertEquals(
        "images have 1 channel (gray) or 3 (RGB), got 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageSet.of("s", 2, 1, 1, pixels, labels, List.of("a", "b")))
            .getMessage());
    assertEquals(
        "height and width must be positive, got 0 x 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageSet.of("s", 1, 0, 2, pixels, labels, List.of("a", "b")))
            .getMessage());
    assertEquals(
        "class names must differ, got \"a\" twice",
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageSet.of("s", 1, 1, 2, pixels, labels, List.of("a", "a")))
            .getMessage());
  }

  @Test
  void positionsAndClassesAreCheckedAtTheDoor() {
    ImageSet set = numbered(2, 2);
    assertEquals(
        "images are at positions [0, 4), got 4",
        assertThrows(IllegalArgumentException.class, () -> set.pixels(4)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> set.label(-1));
    assertThrows(IllegalArgumentException.class, () -> set.select(0, 4));
    assertThrows(IllegalArgumentException.class, () -> set.select());
    assertThrows(IllegalArgumentException.class, () -> set.image(4));
    assertEquals(
        "classes are in [0, 2), got 2",
        assertThrows(IllegalArgumentException.class, () -> set.indicesOfClass(2)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> set.selectClasses(0, 0));
    assertThrows(IllegalArgumentException.class, () -> set.selectClasses());
    assertEquals(
        "class 1 (\"class1\") has no image in this set",
        assertThrows(IllegalArgumentException.class, () -> set.select(0).selectClasses(1))
            .getMessage());
  }

  @Test
  void selectKeepsLabelsAndOrder() {
    ImageSet chosen = numbered(2, 2, 2).select(5, 0);
    assertArrayEquals(new int[] {2, 0}, chosen.labels());
    assertEquals(201, chosen.pixels(0)[0]);
    assertEquals(3, chosen.classes());
    assertEquals(0, chosen.indicesOfClass(1).length);
  }

  @Test
  void selectClassesRelabelsInTheOrderGiven() {
    ImageSet chosen = numbered(1, 2, 3).selectClasses(2, 0);
    assertEquals(List.of("class2", "class0"), chosen.classNames());
    assertEquals(4, chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      assertEquals(chosen.pixels(i)[0] >= 200 ? 0 : 1, chosen.label(i));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 7, -1, Long.MAX_VALUE})
  void splitByClassSharesNoClassAndLosesNoImage(long seed) {
    ImageSet set = numbered(3, 1, 4, 2, 5, 3, 2, 2);
    Split split = set.splitByClass(0.75, seed);
    assertEquals(6, split.train().classes());
    assertEquals(2, split.test().classes());
    Set<String> names = new HashSet<>(split.train().classNames());
    names.addAll(split.test().classNames());
    assertEquals(8, names.size());
    Set<Float> all = numbers(split.train());
    all.addAll(numbers(split.test()));
    assertEquals(numbers(set), all);
    for (ImageSet side : List.of(split.train(), split.test())) {
      for (int i = 0; i < side.size(); i++) {
        int origin = (int) side.pixels(i)[0] / 100;
        assertEquals("class" + origin, side.classNames().get(side.label(i)));
      }
      for (int c = 0; c < side.classes(); c++) {
        assertTrue(side.indicesOfClass(c).length > 0);
      }
    }
    assertEquals(split.test().checksum(), set.splitByClass(0.75, seed).test().checksum());
  }

  @Test
  void theSeedDecidesTheSplits() {
    ImageSet set = numbered(6, 6, 6, 6, 6, 6);
    Set<String> byClass = new HashSet<>();
    Set<String> bySample = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      byClass.add(set.splitByClass(0.5, seed).test().checksum());
      bySample.add(set.splitBySample(0.5, seed).test().checksum());
    }
    assertTrue(byClass.size() > 10, byClass.size() + " different of 20");
    assertEquals(20, bySample.size());
  }

  @ParameterizedTest
  @CsvSource({"0.9, 4, 4, 0", "0.1, 8, 1, 7", "0.5, 3, 2, 1"})
  void splitByClassNeedsTwoClassesOnEachSide(double fraction, int classes, int train, int test) {
    int[] counts = new int[classes];
    Arrays.fill(counts, 2);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> numbered(counts).splitByClass(fraction, 1));
    assertEquals(
        "a split by class needs at least 2 classes on each side, a fraction of "
            + fraction
            + " of "
            + classes
            + " classes gives "
            + train
            + " and "
            + test
            + ": use more classes or another fraction",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN})
  void splitsNeedAFractionBetweenZeroAndOne(double fraction) {
    ImageSet set = numbered(4, 4, 4, 4);
    assertThrows(IllegalArgumentException.class, () -> set.splitByClass(fraction, 1));
    assertThrows(IllegalArgumentException.class, () -> set.splitBySample(fraction, 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 7, -1, Long.MAX_VALUE})
  void splitBySampleHasEveryClassOnBothSidesInItsShare(long seed) {
    ImageSet set = numbered(2, 4, 10, 3);
    Split split = set.splitBySample(0.7, seed);
    int[] expected = {1, 3, 7, 2};
    for (int c = 0; c < 4; c++) {
      assertEquals(expected[c], split.train().indicesOfClass(c).length);
      assertEquals(
          set.indicesOfClass(c).length - expected[c], split.test().indicesOfClass(c).length);
    }
    Set<Float> all = numbers(split.train());
    all.addAll(numbers(split.test()));
    assertEquals(numbers(set), all);
    assertEquals(split.train().checksum(), set.splitBySample(0.7, seed).train().checksum());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.99})
  void splitBySampleLeavesOneImageOfEachClassOnEachSide(double fraction) {
    Split split = numbered(2, 3, 9).splitBySample(fraction, 5);
    for (int c = 0; c < 3; c++) {
      assertTrue(split.train().indicesOfClass(c).length >= 1);
      assertTrue(split.test().indicesOfClass(c).length >= 1);
    }
    ImageSet small = fraction < 0.5 ? split.train() : split.test();
    assertEquals(3, small.size());
  }

  @Test
  void splitBySampleNeedsTwoImagesOfEveryClass() {
    assertEquals(
        "a split by sample needs at least 2 images of every class, class 1 (\"class1\") has 1:"
            + " select classes with more images",
        assertThrows(IllegalArgumentException.class, () -> numbered(3, 1, 3).splitBySample(0.5, 1))
            .getMessage());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 7})
  void atMostKeepsSomeOfEachClassInOrder(long seed) {
    ImageSet few = numbered(2, 9, 5).atMost(4, seed);
    assertEquals(2, few.indicesOfClass(0).length);
    assertEquals(4, few.indicesOfClass(1).length);
    assertEquals(4, few.indicesOfClass(2).length);
    assertEquals(10, numbers(few).size());
    for (int c = 0; c < 3; c++) {
      int[] indices = few.indicesOfClass(c);
      for (int k = 1; k < indices.length; k++) {
        assertTrue(few.pixels(indices[k - 1])[0] < few.pixels(indices[k])[0]);
      }
    }
    assertEquals(few.checksum(), numbered(2, 9, 5).atMost(4, seed).checksum());
    assertThrows(IllegalArgumentException.class, () -> few.atMost(0, seed));
  }

  @Test
  void shuffledLabelsKeepImagesAndSizesAndMeanNothing() {
    ImageSet set = numbered(40, 40, 20);
    ImageSet shuffled = set.shuffleLabels(7);
    int agree = 0;
    for (int i = 0; i < set.size(); i++) {
      assertArrayEquals(set.pixels(i), shuffled.pixels(i));
      agree += set.label(i) == shuffled.label(i) ? 1 : 0;
    }
    for (int c = 0; c < 3; c++) {
      assertEquals(set.indicesOfClass(c).length, shuffled.indicesOfClass(c).length);
    }
    // By chance 0.4² + 0.4² + 0.2² = 36 of 100 agree, with a deviation of about 5.
    assertEquals(36, agree, 20);
    assertArrayEquals(shuffled.labels(), set.shuffleLabels(7).labels());
    assertNotEquals(Arrays.toString(shuffled.labels()), Arrays.toString(set.labels()));
  }

  @Test
  void splitSidesHaveOneShape() {
    ImageSet set = numbered(2, 2);
    assertEquals(
        "both sides of a split must have images of one shape, got (1, 2, 3) and (1, 4, 4): resize"
            + " one of them",
        assertThrows(IllegalArgumentException.class, () -> new Split(set, set.resize(4, 4)))
            .getMessage());
  }

  @Test
  void resizingDownTakesTheMeanOfTheAreaCovered() {
    ImageSet set =
        ImageSet.of("s", 1, 1, 5, new float[][] {{1, 0, 0, 0, 0}}, new int[] {0}, List.of("a"));
    // Two output pixels of 2.5 input pixels each.
    assertArrayEquals(new float[] {0.4f, 0}, set.resize(1, 2).pixels(0), 1e-7f);
    ImageSet square =
        ImageSet.of(
            "s", 1, 2, 4, new float[][] {{1, 2, 3, 4, 5, 6, 7, 8}}, new int[] {0}, List.of("a"));
    assertArrayEquals(new float[] {3.5f, 5.5f}, square.resize(1, 2).pixels(0), 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"105, 28", "28, 28", "28, 7", "30, 29", "5, 3", "100, 1"})
  void resizingDownKeepsTheAmountOfInk(int from, int to) {
    Rng rng = Rng.of(3);
    float[] image = new float[from * from];
    double ink = 0;
    for (int k = 0; k < image.length; k++) {
      image[k] = (float) rng.nextDouble();
      ink += image[k];
    }
    double after = 0;
    for (float value : Resampling.plane(image, 0, from, from, to, to)) {
      after += value;
    }
    assertEquals(ink / (from * from), after / (to * to), 1e-6);
  }

  @Test
  void resizingUpInterpolatesLinearly() {
    ImageSet set = ImageSet.of("s", 1, 1, 2, new float[][] {{0, 1}}, new int[] {0}, List.of("a"));
    assertArrayEquals(
        new float[] {0, 0.25f, 0.75f, 1, 0, 0.25f, 0.75f, 1}, set.resize(2, 4).pixels(0), 1e-7f);
  }

  @Test
  void resizingRefusesWhatNoNetworkTakes() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Glyphs.generate(2, 2, 1).resize(100_000, 100_000))
            .getMessage();
    assertTrue(message.contains("at most 16777216 pixels, got 100000 x 100000"), message);
  }

  @Test
  void resizingKeepsChannelsApart() {
    ImageSet set =
        ImageSet.of(
            "s", 3, 2, 1, new float[][] {{0, 0, 0.5f, 0.5f, 1, 1}}, new int[] {0}, List.of("a"));
    assertArrayEquals(new float[] {0, 0.5f, 1}, set.resize(1, 1).pixels(0), 1e-7f);
    assertThrows(IllegalArgumentException.class, () -> set.resize(0, 3));
  }

  @Test
  void normalisingGivesMeanZeroAndDeviationOne() {
    ImageSet set = numbered(3, 4, 5);
    ImageSet normal = set.normalize(set.mean(), set.std());
    assertEquals(0, normal.mean(), 1e-5);
    assertEquals(1, normal.std(), 1e-5);
    // By hand: 2 values 1 and 3 have mean 2 and deviation 1.
    ImageSet two = ImageSet.of("s", 1, 1, 2, new float[][] {{1, 3}}, new int[] {0}, List.of("a"));
    assertEquals(2, two.mean());
    assertEquals(1, two.std());
    assertArrayEquals(new float[] {-0.5f, 0.5f}, two.normalize(2, 2).pixels(0));
  }

  @Test
  void normalisingRefusesADeviationOfZero() {
    ImageSet flat = numbered(1);
    assertEquals(
        "normalisation needs a finite mean and a positive, finite standard deviation, got 0.0 and"
            + " 0.0",
        assertThrows(IllegalArgumentException.class, () -> flat.normalize(flat.mean(), flat.std()))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> flat.normalize(Float.NaN, 1));
    assertThrows(IllegalArgumentException.class, () -> flat.normalize(0, Float.POSITIVE_INFINITY));
  }

  @Test
  void invertTurnsInkIntoGround() {
    ImageSet set =
        ImageSet.of("s", 1, 1, 2, new float[][] {{0, 0.75f}}, new int[] {0}, List.of("a"));
    assertArrayEquals(new float[] {1, 0.25f}, set.invert().pixels(0));
  }

  @Test
  void batchesHaveTheShapesATrainerExpects() {
    ImageSet set = numbered(2, 2);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList batch = set.batch(manager, 3, 0, 3);
      assertEquals(new Shape(3, 1, 2, 3), batch.get(0).getShape());
      assertEquals(DataType.FLOAT32, batch.get(0).getDataType());
      assertEquals(new Shape(3), batch.get(1).getShape());
      assertEquals(DataType.INT64, batch.get(1).getDataType());
      assertArrayEquals(new long[] {1, 0, 1}, batch.get(1).toLongArray());
      float[] data = batch.get(0).toFloatArray();
      assertEquals(101, data[0]);
      assertEquals(0, data[6]);
      assertEquals(101, data[17]);
      assertEquals(new Shape(4, 1, 2, 3), set.batch(manager).get(0).getShape());
      assertEquals(
          "images are at positions [0, 4), got 9",
          assertThrows(IllegalArgumentException.class, () -> set.batch(manager, 9)).getMessage());
      assertEquals(
          "a batch needs at least one image, got none",
          assertThrows(IllegalArgumentException.class, () -> set.batch(manager, new int[0]))
              .getMessage());
    }
  }

  @Test
  void picturesShowTheValuesAndCutOffTheRest() {
    ImageSet gray =
        ImageSet.of("s", 1, 1, 3, new float[][] {{-1, 0.5f, 2}}, new int[] {0}, List.of("a"));
    assertEquals(0xff000000, gray.image(0).getRGB(0, 0));
    assertEquals(0xff808080, gray.image(0).getRGB(1, 0));
    assertEquals(0xffffffff, gray.image(0).getRGB(2, 0));
    ImageSet colour =
        ImageSet.of("s", 3, 1, 1, new float[][] {{1, 0.2f, 0}}, new int[] {0}, List.of("a"));
    assertEquals(0xffff3300, colour.image(0).getRGB(0, 0));
  }

  @Test
  void atMostTakesAPartBySeedAndLeavesASmallSetAlone() {
    ImageSet set = Glyphs.generate(6, 5, 1);
    assertSame(set, set.atMost(6, 5, 0));

    ImageSet part = set.atMost(4, 3, 0);
    assertEquals(4, part.classes());
    for (int c = 0; c < 4; c++) {
      assertEquals(3, part.indicesOfClass(c).length);
    }
    assertEquals(part.checksum(), set.atMost(4, 3, 0).checksum());
    assertNotEquals(part.checksum(), set.atMost(4, 3, 1).checksum());
    assertThrows(IllegalArgumentException.class, () -> set.atMost(0, 3, 0));
  }
}

package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import nearfar.data.ImageFolder;
import nearfar.data.ImageSet;
import nearfar.data.ShuffledBatches;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.SoftmaxLoss;
import nearfar.nn.SmallConv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a picture to its embedding, as the set it could have been in would have it. */
class PredictorTest {

  @TempDir private Path folder;
  private final List<Path> files = new ArrayList<>();

  /** Pictures of several sizes, in the order in which a folder is read. */
  private Path pictures(boolean colour) throws IOException {
    Random random = new Random(2);
    Path root = folder.resolve("pictures");
    for (int c = 0; c < 2; c++) {
      Path of = Files.createDirectories(root.resolve("class" + c));
      for (int i = 0; i < 6; i++) {
        BufferedImage image = new BufferedImage(9 + 7 * i, 20 - i, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
          for (int x = 0; x < image.getWidth(); x++) {
            int v = random.nextInt(100) + (x * 2 / image.getWidth() == c ? 120 : 0);
            image.setRGB(x, y, colour ? v << 16 | random.nextInt(1 << 16) : v * 0x010101);
          }
        }
        Path file = of.resolve(i + ".png");
        ImageIO.write(image, "png", file.toFile());
        files.add(file);
      }
    }
    return root;
  }

  private List<Image> images() throws IOException {
    List<Image> images = new ArrayList<>();
    for (Path file : files) {
      images.add(ImageFactory.getInstance().fromFile(file));
    }
    return images;
  }

  private static Fit fit() {
    return Fit.backbone(() -> SmallConv.of(6))
        .loss(SoftmaxLoss.of())
        .batches(ShuffledBatches.of(6, 1))
        .epochs(2)
        .progress(Progress.silent());
  }

  private static void assertRows(double[][] expected, List<float[]> actual, double tolerance) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      float[] row = actual.get(i);
      assertArrayEquals(
          expected[i],
          java.util.stream.IntStream.range(0, row.length).mapToDouble(k -> row[k]).toArray(),
          tolerance);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPictureIsEmbeddedAsItsSetIs(boolean colour) throws Exception {
    ImageSet raw = ImageFolder.load(pictures(colour), 16, 20);
    assertEquals(colour ? 3 : 1, raw.channels());
    List<UnaryOperator<ImageSet>> ways =
        List.of(
            set -> set,
            ImageSet::invert,
            set -> set.resize(12, 13).normalize(set.mean(), set.std()).resize(14, 14).invert());
    for (UnaryOperator<ImageSet> way : ways) {
      ImageSet set = way.apply(raw);
      try (Run run = fit().run(set);
          Predictor<Image, float[]> predictor = run.predictor()) {
        double[][] expected = run.embed(set).vectors();
        assertRows(expected, predictor.batchPredict(images()), 0);
        for (int i = 0; i < 3; i++) {
          float[] alone = predictor.predict(images().get(i));
          assertRows(new double[][] {expected[i]}, List.of(alone), 1e-4);
        }
      }
    }
  }

  @Test
  void aLoadedRunAndPlainDjlPredictTheSame() throws Exception {
    ImageSet set = ImageFolder.load(pictures(false), 16, 16).invert();
    Path saved = folder.resolve("model");
    double[][] expected;
    try (Run run = fit().loss(ArcFaceLoss.of(0.2, 10)).run(set)) {
      run.save(saved);
      expected = run.embed(set).vectors();
    }
    try (Run loaded = Run.load(saved);
        Predictor<Image, float[]> predictor = loaded.predictor()) {
      assertRows(expected, predictor.batchPredict(images()), 0);
    }
    Criteria<Image, float[]> criteria =
        Criteria.builder()
            .setTypes(Image.class, float[].class)
            .optModelPath(saved)
            .optModelName("backbone")
            .optBlock(SmallConv.of(6))
            .optTranslator(EmbeddingTranslator.load(saved))
            .build();
    try (ZooModel<Image, float[]> model = criteria.loadModel();
        Predictor<Image, float[]> predictor = model.newPredictor()) {
      assertRows(expected, predictor.batchPredict(images()), 0);
    }
  }

  @Test
  void whatAnotherLibraryDecodedIsTheSame() throws Exception {
    ImageSet set = ImageFolder.load(pictures(true), 16, 16);
    try (Run run = fit().run(set);
        Predictor<Image, float[]> predictor = run.predictor()) {
      Image picture = images().get(4);
      Image foreign =
          (Image)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Image.class},
                  (proxy, method, arguments) ->
                      method.getName().equals("getWrappedImage")
                          ? "of another library"
                          : method.invoke(picture, arguments));
      assertArrayEquals(predictor.predict(picture), predictor.predict(foreign));
    }
  }

  @Test
  void predictingKeepsNoMemory() throws Exception {
    ImageSet set = ImageFolder.load(pictures(false), 16, 16);
    try (Run run = fit().run(set)) {
      int before = run.model().getNDManager().getManagedArrays().size();
      try (Predictor<Image, float[]> predictor = run.predictor()) {
        for (int i = 0; i < 5; i++) {
          predictor.batchPredict(images());
        }
        assertEquals(before, run.model().getNDManager().getManagedArrays().size());
      }
    }
  }

  @Test
  void aClosedRunHasNoPredictorAndAnInterruptStopsEmbedding() throws Exception {
    ImageSet set = ImageFolder.load(pictures(false), 16, 16);
    Run run = fit().run(set);
    Thread.currentThread().interrupt();
    TrainingInterrupted stopped = assertThrows(TrainingInterrupted.class, () -> run.embed(set));
    assertTrue(
        String.valueOf(stopped.getMessage())
            .contains("interrupted after 0 of 12 images were embedded"));
    assertTrue(!Thread.currentThread().isInterrupted());
    assertEquals(12, run.embed(set).vectors().length);
    run.close();
    assertTrue(
        String.valueOf(assertThrows(IllegalStateException.class, run::predictor).getMessage())
            .contains("closed"));
  }
}

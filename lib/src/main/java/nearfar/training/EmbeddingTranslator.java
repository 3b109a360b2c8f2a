package nearfar.training;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nearfar.data.Preparation;

/**
 * For DJL's {@code Predictor}: from a picture to its embedding, with what was done to the pictures
 * of the training set. {@link Run#predictor} uses it. In plain DJL, with a folder that {@link
 * Run#save} wrote:
 *
 * <pre>
 * Criteria&lt;Image, float[]&gt; criteria = Criteria.builder()
 *     .setTypes(Image.class, float[].class)
 *     .optModelPath(folder).optModelName("backbone")
 *     .optBlock(SmallConv.of(64))                              // or what else the backbone was
 *     .optTranslator(EmbeddingTranslator.load(folder))
 *     .build();
 * try (var model = criteria.loadModel(); var predictor = model.newPredictor()) {
 *   float[] embedding = predictor.predict(ImageFactory.getInstance().fromFile(Path.of("cat.jpg")));
 * }
 * </pre>
 *
 * <p>The network's first output is the embeddings (N, D); others are left alone.
 */
public final class EmbeddingTranslator implements Translator<Image, float[]> {

  private final Preparation preparation;

  private EmbeddingTranslator(Preparation preparation) {
    this.preparation = preparation;
  }

  /**
   * A translator.
   *
   * @param preparation what is done to every picture: {@code train.preparation()}
   * @return the translator, which keeps nothing and may be shared
   */
  public static EmbeddingTranslator of(Preparation preparation) {
    return new EmbeddingTranslator(preparation);
  }

  /**
   * The translator of a saved run.
   *
   * @param folder where {@link Run#save} wrote it
   * @return the translator
   * @throws IllegalArgumentException if the folder holds no run that this version can read
   */
  public static EmbeddingTranslator load(Path folder) {
    return of(RunIndex.read(folder).trainedOn().preparation());
  }

  @Override
  public NDList processInput(TranslatorContext context, Image input) {
    float[] values = preparation.apply(picture(input, context.getNDManager()));
    return new NDList(
        context
            .getNDManager()
            .create(
                values,
                new Shape(preparation.channels(), preparation.height(), preparation.width())));
  }

  /** What another image library than Java's own has decoded goes through an array. */
  private static BufferedImage picture(Image image, NDManager manager) {
    if (image.getWrappedImage() instanceof BufferedImage picture) {
      return picture;
    }
    try (NDArray array = image.toNDArray(manager, Image.Flag.COLOR)) {
      byte[] rgb = array.toByteArray();
      int width = image.getWidth();
      int height = image.getHeight();
      BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < width * height; k++) {
        picture.setRGB(
            k % width,
            k / width,
            ((rgb[3 * k] & 0xff) << 16) | ((rgb[3 * k + 1] & 0xff) << 8) | (rgb[3 * k + 2] & 0xff));
      }
      return picture;
    }
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList output) {
    return output.head().toFloatArray();
  }

  /** By rows of the embeddings: class vectors behind them have another number of rows. */
  @Override
  public List<float[]> batchProcessOutput(TranslatorContext context, NDList output) {
    float[] flat = output.head().toFloatArray();
    int n = (int) output.head().getShape().get(0);
    int size = flat.length / n;
    List<float[]> rows = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      rows.add(Arrays.copyOfRange(flat, i * size, (i + 1) * size));
    }
    return rows;
  }
}

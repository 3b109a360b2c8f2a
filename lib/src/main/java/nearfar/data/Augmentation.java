package nearfar.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Random affine changes of images while training: turned, slanted, scaled and shifted about their
 * centre.
 *
 * <p>Each amount is drawn uniformly from the range given. Image i of a set is changed in the same
 * way in the same epoch, whatever batch it is in. What comes in from outside the image goes on as
 * the image's edge is, so that no false frame appears after normalisation.
 *
 * <pre>{@code
 * var augmentation = Augmentation.of(7).rotation(10).translation(0.08).scale(0.1).shear(5);
 * }</pre>
 */
public final class Augmentation {

  private final long seed;
  private final double rotation;
  private final double translation;
  private final double scale;
  private final double shear;

  private Augmentation(long seed, double rotation, double translation, double scale, double shear) {
    this.seed = seed;
    this.rotation = rotation;
    this.translation = translation;
    this.scale = scale;
    this.shear = shear;
  }

  /**
   * No change yet: add what is wanted.
   *
   * @param seed chooses the amounts
   * @return an augmentation that leaves images as they are
   */
  public static Augmentation of(long seed) {
    return new Augmentation(seed, 0, 0, 0, 0);
  }

  /**
   * Turns by up to {@code degrees} to either side.
   *
   * @param degrees in [0, 180]
   * @return this augmentation with that rotation
   * @throws IllegalArgumentException if it is outside the range
   */
  public Augmentation rotation(double degrees) {
    check("rotation", degrees, 0, 180, "degrees");
    return new Augmentation(seed, degrees, translation, scale, shear);
  }

  /**
   * Shifts by up to {@code fraction} of the height and, on its own, of the width.
   *
   * @param fraction in [0, 1]
   * @return this augmentation with that translation
   * @throws IllegalArgumentException if it is outside the range
   */
  public Augmentation translation(double fraction) {
    check("translation", fraction, 0, 1, "of the image's size");
    return new Augmentation(seed, rotation, fraction, scale, shear);
  }

  /**
   * Enlarges or shrinks by up to {@code fraction}: by a factor in [1 - fraction, 1 + fraction].
   *
   * @param fraction in [0, 0.9]
   * @return this augmentation with that scale
   * @throws IllegalArgumentException if it is outside the range
   */
  public Augmentation scale(double fraction) {
    check("scale", fraction, 0, 0.9, "of the image's size");
    return new Augmentation(seed, rotation, translation, fraction, shear);
  }

  /**
   * Slants uprights by up to {@code degrees} to either side.
   *
   * @param degrees in [0, 60]
   * @return this augmentation with that shear
   * @throws IllegalArgumentException if it is outside the range
   */
  public Augmentation shear(double degrees) {
    check("shear", degrees, 0, 60, "degrees");
    return new Augmentation(seed, rotation, translation, scale, degrees);
  }

  /**
   * A changed batch, as {@link ImageSet#batch} gives an unchanged one.
   *
   * @param manager owns the arrays
   * @param set the images
   * @param epoch the epoch's number, from 0
   * @param indices positions of images
   * @return data, float32 of shape (B, C, H, W), and labels, int64 of shape (B)
   * @throws IllegalArgumentException if none is given, there is no such image, or {@code epoch} is
   *     negative
   */
  public NDList batch(NDManager manager, ImageSet set, int epoch, int... indices) {
    return apply(set, epoch, indices).batch(manager);
  }

  /**
   * All images, changed, to look at.
   *
   * @param set the images
   * @param epoch the epoch's number, from 0
   * @return the changed set
   * @throws IllegalArgumentException if {@code epoch} is negative
   */
  public ImageSet apply(ImageSet set, int epoch) {
    return apply(set, epoch, IntStream.range(0, set.size()).toArray());
  }

  /**
   * Some images, changed, as plain Java: what {@link #batch} makes its arrays from, so that it can
   * be prepared in another thread than the engine's.
   *
   * @param set the images
   * @param epoch the epoch's number, from 0
   * @param indices positions of images, at least one
   * @return the changed images, in the order given
   * @throws IllegalArgumentException if none is given, there is no such image, or {@code epoch} is
   *     negative
   */
  public ImageSet apply(ImageSet set, int epoch, int[] indices) {
    ShuffledBatches.checkEpoch(epoch);
    ImageSet chosen = set.select(indices);
    float[][] changed = new float[indices.length][];
    for (int b = 0; b < indices.length; b++) {
      changed[b] = warp(chosen, b, Rng.of(seed, epoch, indices[b]));
    }
    return chosen.withPixels(changed);
  }

  /**
   * The settings in one line, for the record of a run.
   *
   * @return for example {@code rotation 10.0 degrees, scale 0.1, seed 7}
   */
  public String describe() {
    List<String> parts = new ArrayList<>();
    if (rotation > 0) {
      parts.add("rotation " + rotation + " degrees");
    }
    if (translation > 0) {
      parts.add("translation " + translation);
    }
    if (scale > 0) {
      parts.add("scale " + scale);
    }
    if (shear > 0) {
      parts.add("shear " + shear + " degrees");
    }
    parts.add("seed " + seed);
    return String.join(", ", parts);
  }

  private float[] warp(ImageSet set, int i, Rng rng) {
    double turn = StrictMath.toRadians(rng.uniform(-rotation, rotation));
    double slant = StrictMath.tan(StrictMath.toRadians(rng.uniform(-shear, shear)));
    double zoom = 1 + rng.uniform(-scale, scale);
    double shiftX = rng.uniform(-translation, translation) * set.width();
    double shiftY = rng.uniform(-translation, translation) * set.height();
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);
    int height = set.height();
    int width = set.width();
    int plane = height * width;
    float[] from = set.pixels(i);
    float[] to = new float[from.length];
    // Where a pixel goes is zoom * R * S * p + shift; here each pixel asks where it comes from, the
    // inverse.
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double px = x - (width - 1) / 2.0 - shiftX;
        double py = y - (height - 1) / 2.0 - shiftY;
        double qx = (cos * px + sin * py) / zoom;
        double qy = (cos * py - sin * px) / zoom;
        double sourceX = clamp(qx - slant * qy + (width - 1) / 2.0, width - 1);
        double sourceY = clamp(qy + (height - 1) / 2.0, height - 1);
        int left = (int) sourceX;
        int top = (int) sourceY;
        int right = Math.min(left + 1, width - 1);
        int bottom = Math.min(top + 1, height - 1);
        double fx = sourceX - left;
        double fy = sourceY - top;
        for (int c = 0; c < set.channels(); c++) {
          int base = c * plane;
          double upper =
              (1 - fx) * from[base + top * width + left] + fx * from[base + top * width + right];
          double lower =
              (1 - fx) * from[base + bottom * width + left]
                  + fx * from[base + bottom * width + right];
          to[base + y * width + x] = (float) ((1 - fy) * upper + fy * lower);
        }
      }
    }
    return to;
  }

  private static double clamp(double value, int high) {
    return Math.min(high, Math.max(0, value));
  }

  private static void check(String what, double value, double low, double high, String unit) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          what + " must be in [" + low + ", " + high + "] (" + unit + "), got " + value);
    }
  }
}

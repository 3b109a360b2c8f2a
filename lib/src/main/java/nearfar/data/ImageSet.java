package nearfar.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Labelled images of one shape, in memory and immutable.
 *
 * <p>An image is (channels, height, width) in float32, gray (1 channel) or RGB (3 channels). The
 * loaders of this package give values in [0, 1] with ink or foreground 1 and ground 0; after {@link
 * #normalize(float, float)} they may be any finite number. Labels are 0 to {@link #classes()} - 1,
 * each with a name.
 */
public final class ImageSet {

  /** 4096 x 4096: far above what a network takes; beyond it sizes leave the range of int. */
  static final int MOST_PIXELS = 1 << 24;

  private final String name;
  private final int channels;
  private final int height;
  private final int width;
  private final float[][] pixels;
  private final int[] labels;
  private final List<String> classNames;
  private final Preparation preparation;

  /**
   * Takes the arrays as they are: callers in this package hand over what nobody else holds, or
   * shares immutably.
   */
  private ImageSet(
      String name,
      int channels,
      int height,
      int width,
      float[][] pixels,
      int[] labels,
      List<String> classNames,
      Preparation preparation) {
    this.name = name;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.labels = labels;
    this.classNames = classNames;
    this.preparation = preparation;
  }

  /**
   * A set from arrays, which are copied.
   *
   * @param name what it is called in charts and records
   * @param channels 1 (gray) or 3 (RGB)
   * @param height of every image, in pixels
   * @param width of every image, in pixels
   * @param pixels for each image its {@code channels * height * width} finite values, channel by
   *     channel, row by row
   * @param labels for each image its class
   * @param classNames the name of every class; each is different, and each class has at least one
   *     image
   * @return the set
   * @throws IllegalArgumentException if there is no image, a size does not fit, a value is NaN or
   *     infinite, a label is outside [0, number of class names), or a class has no image
   */
  public static ImageSet of(
      String name,
      int channels,
      int height,
      int width,
      float[][] pixels,
      int[] labels,
      List<String> classNames) {
    checkShape(channels, height, width);
    if (pixels.length == 0) {
      throw new IllegalArgumentException("a set needs at least one image, got none");
    }
    if (pixels.length != labels.length) {
      throw new IllegalArgumentException(
          "there must be one label per image, got "
              + pixels.length
              + " images and "
              + labels.length
              + " labels");
    }
    List<String> names = List.copyOf(classNames);
    Set<String> seen = new HashSet<>();
    for (String className : names) {
      if (!seen.add(className)) {
        throw new IllegalArgumentException(
            "class names must differ, got \"" + className + "\" twice");
      }
    }
    boolean[] used = new boolean[names.size()];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= names.size()) {
        throw new IllegalArgumentException(
            "labels must be in [0, "
                + names.size()
                + ") for "
                + names.size()
                + " class names, got "
                + labels[i]
                + " at position "
                + i);
      }
      used[labels[i]] = true;
    }
    for (int c = 0; c < used.length; c++) {
      if (!used[c]) {
        throw new IllegalArgumentException(
            "every class needs an image, class "
                + c
                + " (\""
                + names.get(c)
                + "\") of "
                + used.length
                + " has none: number the classes without gaps");
      }
    }
    int length = channels * height * width;
    float[][] copies = new float[pixels.length][];
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != length) {
        throw new IllegalArgumentException(
            "image "
                + i
                + " must have "
                + channels
                + " x "
                + height
                + " x "
                + width
                + " = "
                + length
                + " values, got "
                + pixels[i].length);
      }
      copies[i] = pixels[i].clone();
      for (int k = 0; k < length; k++) {
        if (!Float.isFinite(copies[i][k])) {
          throw new IllegalArgumentException(
              "pixels must be finite, got "
                  + copies[i][k]
                  + " at position "
                  + k
                  + " of image "
                  + i);
        }
      }
    }
    return new ImageSet(
        name,
        channels,
        height,
        width,
        copies,
        labels.clone(),
        names,
        Preparation.frame(channels, height, width));
  }

  /** {@return what the set is called in charts and records} */
  public String name() {
    return name;
  }

  /** {@return the number of images} */
  public int size() {
    return pixels.length;
  }

  /** {@return how many channels an image has: 1 (gray) or 3 (RGB)} */
  public int channels() {
    return channels;
  }

  /** {@return the height in pixels} */
  public int height() {
    return height;
  }

  /** {@return the width in pixels} */
  public int width() {
    return width;
  }

  /** {@return the number of classes} */
  public int classes() {
    return classNames.size();
  }

  /** {@return the name of every class, by label} */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * What was done to the pictures that this set was made of, to be done to new ones too.
   *
   * @return the steps
   */
  public Preparation preparation() {
    return preparation;
  }

  /**
   * One image's class.
   *
   * @param i the image's position
   * @return its label
   * @throws IllegalArgumentException if there is no such image
   */
  public int label(int i) {
    return labels[checkIndex(i)];
  }

  /** {@return the label of every image} */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * One image's values.
   *
   * @param i the image's position
   * @return a copy of its values, channel by channel, row by row
   * @throws IllegalArgumentException if there is no such image
   */
  public float[] pixels(int i) {
    return pixels[checkIndex(i)].clone();
  }

  /**
   * Where a class's images are.
   *
   * @param c the class
   * @return the positions of its images, ascending; empty if {@link #select(int...)} left none
   * @throws IllegalArgumentException if there is no such class
   */
  public int[] indicesOfClass(int c) {
    checkClass(c);
    int[] found = new int[labels.length];
    int n = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == c) {
        found[n++] = i;
      }
    }
    return Arrays.copyOf(found, n);
  }

  /**
   * A fingerprint of the contents: SHA-256 over shape, pixels and labels. Names do not count.
   *
   * @return 64 hexadecimal digits
   */
  public String checksum() {
    MessageDigest digest = sha256();
    ByteBuffer head = ByteBuffer.allocate(16);
    head.putInt(size()).putInt(channels).putInt(height).putInt(width);
    digest.update(head.array());
    ByteBuffer buffer = ByteBuffer.allocate(4 * channels * height * width + 4);
    for (int i = 0; i < pixels.length; i++) {
      buffer.clear();
      for (float value : pixels[i]) {
        // -0 and 0 are one number, so they have one checksum.
        buffer.putFloat(value + 0f);
      }
      buffer.putInt(labels[i]);
      digest.update(buffer.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Some of the images, in the order given. Labels and class names stay, even of a class that has
   * no image left.
   *
   * @param indices positions of images
   * @return the images there
   * @throws IllegalArgumentException if none is given or there is no such image
   */
  public ImageSet select(int... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("select at least one image, got none");
    }
    float[][] chosen = new float[indices.length][];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = pixels[checkIndex(indices[i])];
      chosenLabels[i] = labels[indices[i]];
    }
    return new ImageSet(
        name, channels, height, width, chosen, chosenLabels, classNames, preparation);
  }

  /**
   * All images of some classes. The first class given becomes label 0, the second 1, and so on; the
   * images stay in order.
   *
   * @param classes labels, each once
   * @return the images of these classes
   * @throws IllegalArgumentException if none is given, one is given twice, there is no such class,
   *     or one has no image
   */
  public ImageSet selectClasses(int... classes) {
    if (classes.length == 0) {
      throw new IllegalArgumentException("select at least one class, got none");
    }
    int[] relabelled = new int[classes()];
    Arrays.fill(relabelled, -1);
    String[] names = new String[classes.length];
    for (int i = 0; i < classes.length; i++) {
      int c = checkClass(classes[i]);
      if (relabelled[c] >= 0) {
        throw new IllegalArgumentException("select each class once, got class " + c + " twice");
      }
      if (indicesOfClass(c).length == 0) {
        throw new IllegalArgumentException(
            "class " + c + " (\"" + classNames.get(c) + "\") has no image in this set");
      }
      relabelled[c] = i;
      names[i] = classNames.get(c);
    }
    float[][] chosen = new float[size()][];
    int[] chosenLabels = new int[size()];
    int n = 0;
    for (int i = 0; i < size(); i++) {
      if (relabelled[labels[i]] >= 0) {
        chosen[n] = pixels[i];
        chosenLabels[n++] = relabelled[labels[i]];
      }
    }
    return new ImageSet(
        name,
        channels,
        height,
        width,
        Arrays.copyOf(chosen, n),
        Arrays.copyOf(chosenLabels, n),
        List.of(names),
        preparation);
  }

  /**
   * The same images with their labels dealt anew: classes keep their sizes and mean nothing. A
   * control, since what is found here as well was not found in the classes.
   *
   * @param seed deals the labels
   * @return the same images in the same order, with a permutation of the labels
   */
  public ImageSet shuffleLabels(long seed) {
    int[] order = Rng.of(seed).permutation(size());
    return new ImageSet(
        name,
        channels,
        height,
        width,
        pixels,
        Arrays.stream(order).map(i -> labels[i]).toArray(),
        classNames,
        preparation);
  }

  /**
   * A smaller set: of each class at most so many images, chosen at random, in their order.
   *
   * @param perClass the most images to keep of a class, at least 1
   * @param seed chooses the images
   * @return the smaller set, with all labels and class names
   * @throws IllegalArgumentException if {@code perClass} is not positive
   */
  public ImageSet atMost(int perClass, long seed) {
    if (perClass < 1) {
      throw new IllegalArgumentException("keep at least 1 image of each class, got " + perClass);
    }
    boolean[] keep = new boolean[size()];
    for (int c = 0; c < classes(); c++) {
      int[] indices = indicesOfClass(c);
      int[] order = Rng.of(seed, c).permutation(indices.length);
      for (int k = 0; k < Math.min(perClass, indices.length); k++) {
        keep[indices[order[k]]] = true;
      }
    }
    int[] chosen = IntStream.range(0, size()).filter(i -> keep[i]).toArray();
    return chosen.length == size() ? this : select(chosen);
  }

  /**
   * A part of a large set: not more than so many classes, and not more than so many images of each,
   * chosen by seed. A set that is small enough stays as it is. For measures that look at all pairs:
   * 60,000 images have 1.8 billion.
   *
   * @param maxClasses the most classes, at least 1
   * @param maxPerClass the most images of each, at least 1
   * @param seed chooses classes and images
   * @return the part, in the set's own order, relabelled from 0 if classes were left out
   * @throws IllegalArgumentException if a number is not positive
   */
  public ImageSet atMost(int maxClasses, int maxPerClass, long seed) {
    if (maxClasses < 1 || maxPerClass < 1) {
      throw new IllegalArgumentException(
          "a part needs at least 1 class and 1 image of each, got "
              + maxClasses
              + " classes and "
              + maxPerClass
              + " images");
    }
    int[] present = Arrays.stream(labels).distinct().sorted().toArray();
    ImageSet part = this;
    if (present.length > maxClasses) {
      int[] order = Rng.of(seed).permutation(present.length);
      part =
          selectClasses(
              Arrays.stream(order).limit(maxClasses).map(i -> present[i]).sorted().toArray());
    }
    return part.atMost(maxPerClass, seed);
  }

  /**
   * An open-set split: no class is on both sides, so what is measured on the test side is how well
   * the embedding carries over to classes never trained on. Both sides are relabelled from 0;
   * classes without an image are left out.
   *
   * @param trainFraction the share of the classes that goes to the training side, in (0, 1);
   *     rounded to whole classes
   * @param seed chooses the classes
   * @return both sides
   * @throws IllegalArgumentException if a side would have fewer than two classes (nothing can be
   *     told apart there)
   */
  public Split splitByClass(double trainFraction, long seed) {
    checkFraction(trainFraction);
    int[] present = Arrays.stream(labels).distinct().sorted().toArray();
    int train = (int) Math.round(trainFraction * present.length);
    if (train < 2 || present.length - train < 2) {
      throw new IllegalArgumentException(
          "a split by class needs at least 2 classes on each side, a fraction of "
              + trainFraction
              + " of "
              + present.length
              + " classes gives "
              + train
              + " and "
              + (present.length - train)
              + ": use more classes or another fraction");
    }
    int[] order = Rng.of(seed).permutation(present.length);
    int[] classes = Arrays.stream(order).map(i -> present[i]).toArray();
    int[] left = Arrays.copyOf(classes, train);
    int[] right = Arrays.copyOfRange(classes, train, classes.length);
    Arrays.sort(left);
    Arrays.sort(right);
    return new Split(selectClasses(left), selectClasses(right));
  }

  /**
   * A closed-set split: every class is on both sides in about the same share, with its label.
   *
   * @param trainFraction the share of each class's images that goes to the training side, in (0,
   *     1); rounded to whole images, at least one on each side
   * @param seed chooses the images
   * @return both sides
   * @throws IllegalArgumentException if a class has fewer than two images
   */
  public Split splitBySample(double trainFraction, long seed) {
    checkFraction(trainFraction);
    boolean[] toTrain = new boolean[size()];
    for (int c = 0; c < classes(); c++) {
      int[] indices = indicesOfClass(c);
      if (indices.length < 2) {
        throw new IllegalArgumentException(
            "a split by sample needs at least 2 images of every class, class "
                + c
                + " (\""
                + classNames.get(c)
                + "\") has "
                + indices.length
                + ": select classes with more images");
      }
      int[] order = Rng.of(seed, c).permutation(indices.length);
      int train =
          Math.min(
              indices.length - 1, Math.max(1, (int) Math.round(trainFraction * indices.length)));
      for (int k = 0; k < train; k++) {
        toTrain[indices[order[k]]] = true;
      }
    }
    return new Split(
        select(IntStream.range(0, size()).filter(i -> toTrain[i]).toArray()),
        select(IntStream.range(0, size()).filter(i -> !toTrain[i]).toArray()));
  }

  /**
   * The same images in another size: means over areas when they get smaller, linear interpolation
   * when larger. The aspect is not kept.
   *
   * @param newHeight in pixels
   * @param newWidth in pixels
   * @return the resized set
   * @throws IllegalArgumentException if a size is not positive
   */
  public ImageSet resize(int newHeight, int newWidth) {
    checkShape(channels, newHeight, newWidth);
    if (newHeight == height && newWidth == width) {
      return this;
    }
    float[][] resized = new float[size()][];
    for (int i = 0; i < size(); i++) {
      resized[i] = Preparation.resized(pixels[i], channels, height, width, newHeight, newWidth);
    }
    return new ImageSet(
        name,
        channels,
        newHeight,
        newWidth,
        resized,
        labels,
        classNames,
        preparation.resize(newHeight, newWidth));
  }

  /**
   * Black for white: every value v becomes 1 - v. For dark ink on light ground.
   *
   * @return the inverted set
   */
  public ImageSet invert() {
    return affine(-1, 1);
  }

  /**
   * The mean of all pixel values.
   *
   * @return the mean
   */
  public float mean() {
    return (float) moment(0, false);
  }

  /**
   * The standard deviation of all pixel values.
   *
   * @return the standard deviation (of the population: divided by n)
   */
  public float std() {
    return (float) Math.sqrt(moment(moment(0, false), true));
  }

  /**
   * Shifts and scales the values: v becomes (v - mean) / std. A test set takes the statistics of
   * its training set:
   *
   * <pre>{@code
   * var split = Glyphs.generate(4, 8, 7).splitBySample(0.75, 7);
   * var train = split.train().normalize(split.train().mean(), split.train().std());
   * var test = split.test().normalize(split.train().mean(), split.train().std());
   * }</pre>
   *
   * @param mean what becomes 0
   * @param std what becomes 1, positive
   * @return the normalised set
   * @throws IllegalArgumentException if {@code mean} is not finite, or {@code std} is not finite
   *     and positive
   */
  public ImageSet normalize(float mean, float std) {
    if (!Float.isFinite(mean) || !Float.isFinite(std) || std <= 0) {
      throw new IllegalArgumentException(
          "normalisation needs a finite mean and a positive, finite standard deviation, got "
              + mean
              + " and "
              + std);
    }
    return affine(1 / std, -mean / std);
  }

  /**
   * All images and labels as arrays of an engine.
   *
   * @param manager owns the arrays
   * @return data, float32 of shape (N, C, H, W), and labels, int64 of shape (N)
   */
  public NDList batch(NDManager manager) {
    return batch(manager, IntStream.range(0, size()).toArray());
  }

  /**
   * Some images and labels as arrays of an engine.
   *
   * @param manager owns the arrays
   * @param indices positions of images
   * @return data, float32 of shape (B, C, H, W), and labels, int64 of shape (B)
   * @throws IllegalArgumentException if none is given or there is no such image
   */
  public NDList batch(NDManager manager, int... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a batch needs at least one image, got none");
    }
    long[] classes = new long[indices.length];
    // The engine's own memory, on a CPU: a buffer of the JVM's would wait for the garbage collector
    // long after its batch is done.
    NDArray data =
        manager.create(
            new Shape(indices.length, channels, height, width), DataType.FLOAT32, Device.cpu());
    FloatBuffer into = data.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int b = 0; b < indices.length; b++) {
      int i = checkIndex(indices[b]);
      into.put(pixels[i]);
      classes[b] = labels[i];
    }
    NDArray images = data.toDevice(manager.getDevice(), false);
    return new NDList(images, manager.create(classes, new Shape(indices.length)));
  }

  /**
   * One image to look at: 0 is black, 1 is white, what lies outside is cut off.
   *
   * @param i the image's position
   * @return an 8-bit RGB image. Gray is not of {@code TYPE_BYTE_GRAY}, which Java2D takes for
   *     linear light and brightens when it draws it.
   * @throws IllegalArgumentException if there is no such image
   */
  public BufferedImage image(int i) {
    float[] values = pixels[checkIndex(i)];
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int k = 0; k < plane; k++) {
      int red = byteOf(values[k]);
      int green = channels == 1 ? red : byteOf(values[plane + k]);
      int blue = channels == 1 ? red : byteOf(values[2 * plane + k]);
      image.setRGB(k % width, k / width, red << 16 | green << 8 | blue);
    }
    return image;
  }

  /**
   * The set in one line.
   *
   * @return for example {@code glyphs: 960 images (1, 28, 28), 40 classes}
   */
  @Override
  public String toString() {
    return name + ": " + size() + " images " + shape() + ", " + classes() + " classes";
  }

  /** The same set with other pixels, which nobody else holds. */
  ImageSet withPixels(float[][] changed) {
    return new ImageSet(name, channels, height, width, changed, labels, classNames, preparation);
  }

  /** The same set, of which more is known. */
  ImageSet preparedBy(Preparation known) {
    return new ImageSet(name, channels, height, width, pixels, labels, classNames, known);
  }

  String shape() {
    return "(" + channels + ", " + height + ", " + width + ")";
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  private ImageSet affine(float scale, float shift) {
    float[][] changed = new float[size()][];
    for (int i = 0; i < size(); i++) {
      changed[i] = Preparation.changed(pixels[i], scale, shift);
    }
    return preparedBy(preparation.affine(scale, shift)).withPixels(changed);
  }

  /**
   * The mean of the values, or of their squared distances from {@code centre}; image by image, to
   * stay exact.
   */
  private double moment(double centre, boolean squared) {
    double total = 0;
    for (float[] image : pixels) {
      double sum = 0;
      for (float value : image) {
        double d = value - centre;
        sum += squared ? d * d : d;
      }
      total += sum / image.length;
    }
    return total / size();
  }

  private static int byteOf(float value) {
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  }

  private int checkIndex(int i) {
    if (i < 0 || i >= pixels.length) {
      throw new IllegalArgumentException(
          "images are at positions [0, " + pixels.length + "), got " + i);
    }
    return i;
  }

  private int checkClass(int c) {
    if (c < 0 || c >= classNames.size()) {
      throw new IllegalArgumentException("classes are in [0, " + classNames.size() + "), got " + c);
    }
    return c;
  }

  static void checkShape(int channels, int height, int width) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "images have 1 channel (gray) or 3 (RGB), got " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be positive, got " + height + " x " + width);
    }
    if ((long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "an image must have at most "
              + MOST_PIXELS
              + " pixels, got "
              + height
              + " x "
              + width
              + ": resize it to what a network takes");
    }
  }

  private static void checkFraction(double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "the training side's fraction must be in (0, 1), got " + fraction);
    }
  }
}

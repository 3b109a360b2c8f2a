package nearfar.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Made-up handwriting: a data set of any size that needs no file and no network.
 *
 * <p>A class is a random set of one to three strokes, straight or curved. A sample is that class
 * written once more: its control points moved, the whole turned, slanted, stretched and shifted,
 * the pen thicker or thinner. Ink is 1, paper is 0.
 *
 * <p>The same settings give the same pixels to the last bit on every machine and JDK. Class i looks
 * the same however many classes are asked for, and sample j of it however many samples.
 *
 * <pre>{@code
 * ImageSet easy = Glyphs.of(40, 24, 7).difficulty(0.1).size(32).generate();
 * }</pre>
 */
public final class Glyphs {

  /** The first number of a stream's path: what the stream is for. */
  private static final int SHAPE = 0;

  private static final int WRITING = 1;

  /** A curve between two control points is drawn in this many segments. */
  private static final int SEGMENTS = 8;

  private final int classes;
  private final int perClass;
  private final long seed;
  private final int size;
  private final double difficulty;

  private Glyphs(int classes, int perClass, long seed, int size, double difficulty) {
    this.classes = classes;
    this.perClass = perClass;
    this.seed = seed;
    this.size = size;
    this.difficulty = difficulty;
  }

  /**
   * Glyphs of 28 x 28 pixels at the default difficulty of 0.5.
   *
   * @param classes the number of classes, at least 1
   * @param perClass the number of images of each, at least 1
   * @param seed chooses shapes and writing
   * @return a set named {@code glyphs} with classes * perClass images (1, 28, 28), class by class
   * @throws IllegalArgumentException if a number is not positive
   */
  public static ImageSet generate(int classes, int perClass, long seed) {
    return of(classes, perClass, seed).generate();
  }

  /**
   * The settings for {@link #generate()}, to be refined.
   *
   * @param classes the number of classes, at least 1
   * @param perClass the number of images of each, at least 1
   * @param seed chooses shapes and writing
   * @return settings with a size of 28 and a difficulty of 0.5
   * @throws IllegalArgumentException if a number is not positive
   */
  public static Glyphs of(int classes, int perClass, long seed) {
    if (classes < 1 || perClass < 1) {
      throw new IllegalArgumentException(
          "glyphs need at least 1 class and 1 image of each, got "
              + classes
              + " classes x "
              + perClass
              + " images");
    }
    return new Glyphs(classes, perClass, seed, 28, 0.5);
  }

  /**
   * Another image size.
   *
   * @param pixels height and width, at least 8 (below, strokes run together)
   * @return settings with that size
   * @throws IllegalArgumentException if it is below 8
   */
  public Glyphs size(int pixels) {
    if (pixels < 8) {
      throw new IllegalArgumentException(
          "glyphs need at least 8 x 8 pixels, got " + pixels + " x " + pixels);
    }
    return new Glyphs(classes, perClass, seed, pixels, difficulty);
  }

  /**
   * How carelessly the samples are written.
   *
   * @param level from 0, where all samples of a class are almost alike, to 1, where they are hard
   *     to tell from other classes
   * @return settings with that difficulty
   * @throws IllegalArgumentException if it is outside [0, 1]
   */
  public Glyphs difficulty(double level) {
    if (!(level >= 0 && level <= 1)) {
      throw new IllegalArgumentException("difficulty must be in [0, 1], got " + level);
    }
    return new Glyphs(classes, perClass, seed, size, level);
  }

  /**
   * Draws the glyphs.
   *
   * @return a set named {@code glyphs} with classes * perClass images (1, size, size), class by
   *     class
   */
  public ImageSet generate() {
    float[][] pixels = new float[Math.multiplyExact(classes, perClass)][];
    int[] labels = new int[pixels.length];
    List<String> names = new ArrayList<>(classes);
    for (int c = 0; c < classes; c++) {
      names.add("glyph" + c);
      Shape shape = shape(Rng.of(seed, SHAPE, c));
      for (int k = 0; k < perClass; k++) {
        int i = c * perClass + k;
        pixels[i] = write(shape, Rng.of(seed, WRITING, c, k));
        labels[i] = c;
      }
    }
    return ImageSet.of("glyphs", 1, size, size, pixels, labels, names);
  }

  private record Point(double x, double y) {}

  /**
   * What a class looks like.
   *
   * @param points control points, in a square from -1 to 1
   * @param strokes for each stroke the points it runs through; strokes that meet share a point, and
   *     still meet when the point is moved
   */
  private record Shape(List<Point> points, List<int[]> strokes) {}

  private static Shape shape(Rng rng) {
    List<Point> points = new ArrayList<>();
    List<int[]> strokes = new ArrayList<>();
    int count = 1 + rng.nextInt(3);
    for (int s = 0; s < count; s++) {
      // A glyph of one short stroke would look like any other when turned.
      int[] stroke = new int[(count == 1 ? 4 : 2) + rng.nextInt(3)];
      boolean joined = s > 0 && rng.nextDouble() < 0.6;
      for (int p = 0; p < stroke.length; p++) {
        if (p == 0 && joined) {
          stroke[p] = rng.nextInt(points.size());
        } else {
          stroke[p] = points.size();
          points.add(place(points, stroke, p, rng));
        }
      }
      strokes.add(stroke);
    }
    return new Shape(fit(points), strokes);
  }

  /**
   * A point far enough from the two before it in its stroke: the line shall be seen, and not run
   * back over itself.
   */
  private static Point place(List<Point> points, int[] stroke, int p, Rng rng) {
    Point best = new Point(0, 0);
    double bestDistance = -1;
    for (int attempt = 0; attempt < 4; attempt++) {
      Point point = new Point(rng.uniform(-1, 1), rng.uniform(-1, 1));
      double distance = 4;
      for (int before = Math.max(0, p - 2); before < p; before++) {
        Point other = points.get(stroke[before]);
        double dx = point.x - other.x;
        double dy = point.y - other.y;
        distance = Math.min(distance, Math.sqrt(dx * dx + dy * dy));
      }
      // Far enough is good enough: always taking the farthest would give nothing but diagonals.
      if (distance > 0.6) {
        return point;
      }
      if (distance > bestDistance) {
        best = point;
        bestDistance = distance;
      }
    }
    return best;
  }

  /**
   * Moves and scales the points so that they fill the square, else classes would differ by place
   * and size alone.
   */
  private static List<Point> fit(List<Point> points) {
    double left = 1;
    double right = -1;
    double top = 1;
    double bottom = -1;
    for (Point point : points) {
      left = Math.min(left, point.x);
      right = Math.max(right, point.x);
      top = Math.min(top, point.y);
      bottom = Math.max(bottom, point.y);
    }
    double half = Math.max(right - left, bottom - top) / 2;
    List<Point> fitted = new ArrayList<>();
    for (Point point : points) {
      fitted.add(
          new Point((point.x - (left + right) / 2) / half, (point.y - (top + bottom) / 2) / half));
    }
    return fitted;
  }

  /** One sample: the points jittered, the whole posed, the strokes drawn. */
  private float[] write(Shape shape, Rng rng) {
    double care = 0.1 + 1.8 * difficulty; // 0.1 at difficulty 0, 1 at the default, 1.9 at 1
    double turn = StrictMath.toRadians(9 * care * rng.nextGaussian());
    double slant = 0.12 * care * rng.nextGaussian();
    double zoom = 1 + 0.07 * care * rng.nextGaussian();
    double stretch = 1 + 0.07 * care * rng.nextGaussian();
    double shiftX = 0.08 * care * rng.nextGaussian();
    double shiftY = 0.08 * care * rng.nextGaussian();
    double pen = 0.075 * (1 + 0.15 * care * rng.nextGaussian());
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);

    double half = 0.34 * size;
    List<Point> written = new ArrayList<>();
    for (Point point : shape.points) {
      double x = point.x + 0.12 * care * rng.nextGaussian();
      double y = point.y + 0.12 * care * rng.nextGaussian();
      x = zoom * stretch * (x + slant * y);
      y = zoom / stretch * y;
      written.add(
          new Point(
              size / 2.0 + half * (cos * x - sin * y + shiftX),
              size / 2.0 + half * (sin * x + cos * y + shiftY)));
    }
    Ink ink = new Ink(size);
    for (int[] stroke : shape.strokes) {
      curve(written, stroke, Math.max(0.5, half * pen), ink);
    }
    return ink.pixels();
  }

  /**
   * A Catmull-Rom spline through the points of a stroke; through two of them it is a straight line.
   */
  private static void curve(List<Point> points, int[] stroke, double radius, Ink ink) {
    for (int p = 0; p + 1 < stroke.length; p++) {
      Point a = points.get(stroke[Math.max(0, p - 1)]);
      Point b = points.get(stroke[p]);
      Point c = points.get(stroke[p + 1]);
      Point d = points.get(stroke[Math.min(stroke.length - 1, p + 2)]);
      Point from = b;
      for (int k = 1; k <= SEGMENTS; k++) {
        double t = k / (double) SEGMENTS;
        Point to = new Point(spline(a.x, b.x, c.x, d.x, t), spline(a.y, b.y, c.y, d.y, t));
        ink.segment(from.x, from.y, to.x, to.y, radius);
        from = to;
      }
    }
  }

  private static double spline(double a, double b, double c, double d, double t) {
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }
}

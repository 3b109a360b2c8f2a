package nearfar.data;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was done to pictures on their way into an {@link ImageSet}, so that the same can be done to
 * a new one: fitted into a frame, made gray or not, resized, inverted, normalised. A set from a
 * folder or an archive knows all of it; one from arrays knows what was done to it since.
 *
 * <p>In words, which {@link #parse} reads: {@code 1 channel, frame 28 x 28, values * -1.0 + 1.0}.
 */
public final class Preparation {

  private static final Pattern START =
      Pattern.compile("([13]) channels?, frame (\\d{1,5}) x (\\d{1,5})");
  private static final Pattern RESIZE = Pattern.compile("resize (\\d{1,5}) x (\\d{1,5})");
  private static final Pattern AFFINE = Pattern.compile("values \\* (\\S+) \\+ (\\S+)");

  private final int channels;
  private final int frameHeight;
  private final int frameWidth;
  private final List<Step> steps;

  /** What is done to values (channels, height, width) after the frame. */
  private sealed interface Step {}

  private record Resize(int height, int width) implements Step {
    @Override
    public String toString() {
      return "resize " + height + " x " + width;
    }
  }

  private record Affine(float scale, float shift) implements Step {
    @Override
    public String toString() {
      return "values * " + scale + " + " + shift;
    }
  }

  private Preparation(int channels, int frameHeight, int frameWidth, List<Step> steps) {
    this.channels = channels;
    this.frameHeight = frameHeight;
    this.frameWidth = frameWidth;
    this.steps = List.copyOf(steps);
  }

  static Preparation frame(int channels, int height, int width) {
    return new Preparation(channels, height, width, List.of());
  }

  Preparation resize(int height, int width) {
    return and(new Resize(height, width));
  }

  Preparation affine(float scale, float shift) {
    return and(new Affine(scale, shift));
  }

  private Preparation and(Step step) {
    return new Preparation(
        channels, frameHeight, frameWidth, Stream.concat(steps.stream(), Stream.of(step)).toList());
  }

  /**
   * Reads what {@link #toString} says.
   *
   * @param words the steps in words
   * @return the same steps
   * @throws IllegalArgumentException if the words are no such steps
   */
  public static Preparation parse(String words) {
    String[] parts = words.split(", ", -1);
    Matcher start = START.matcher(parts.length < 2 ? words : parts[0] + ", " + parts[1]);
    if (!start.matches()) {
      throw unreadable(words);
    }
    int channels = Integer.parseInt(start.group(1));
    int height = Integer.parseInt(start.group(2));
    int width = Integer.parseInt(start.group(3));
    ImageSet.checkShape(channels, height, width);
    List<Step> steps = new ArrayList<>();
    for (String part : Arrays.asList(parts).subList(2, parts.length)) {
      Matcher resize = RESIZE.matcher(part);
      Matcher affine = AFFINE.matcher(part);
      if (resize.matches()) {
        Resize step =
            new Resize(Integer.parseInt(resize.group(1)), Integer.parseInt(resize.group(2)));
        ImageSet.checkShape(channels, step.height, step.width);
        steps.add(step);
      } else if (affine.matches()) {
        try {
          steps.add(
              new Affine(Float.parseFloat(affine.group(1)), Float.parseFloat(affine.group(2))));
        } catch (NumberFormatException e) {
          throw unreadable(words);
        }
      } else {
        throw unreadable(words);
      }
    }
    return new Preparation(channels, height, width, steps);
  }

  private static IllegalArgumentException unreadable(String words) {
    return new IllegalArgumentException(
        "expected a preparation like \"1 channel, frame 28 x 28, values * -1.0 + 1.0\", got \""
            + words
            + "\"");
  }

  /** {@return 1 (gray) or 3 (RGB)} */
  public int channels() {
    return channels;
  }

  /** {@return the height that comes out, in pixels} */
  public int height() {
    return last().height;
  }

  /** {@return the width that comes out, in pixels} */
  public int width() {
    return last().width;
  }

  private Resize last() {
    Resize last = new Resize(frameHeight, frameWidth);
    for (Step step : steps) {
      last = step instanceof Resize resize ? resize : last;
    }
    return last;
  }

  /**
   * Prepares a picture of any size. Where the set is gray, colours become 0.299 R + 0.587 G + 0.114
   * B; transparent parts lie on white.
   *
   * @param image the picture
   * @return its channels · height · width values, channel by channel, row by row
   */
  public float[] apply(BufferedImage image) {
    Picture picture = Picture.of(image);
    float[][] planes = (channels == 1 ? picture.toGray() : picture).fit(frameHeight, frameWidth);
    float[] values = new float[channels * frameHeight * frameWidth];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(planes[c], 0, values, c * planes[c].length, planes[c].length);
    }
    int height = frameHeight;
    int width = frameWidth;
    for (Step step : steps) {
      if (step instanceof Resize to) {
        values = resized(values, channels, height, width, to.height, to.width);
        height = to.height;
        width = to.width;
      } else if (step instanceof Affine to) {
        values = changed(values, to.scale, to.shift);
      }
    }
    return values;
  }

  static float[] resized(
      float[] values, int channels, int height, int width, int newHeight, int newWidth) {
    int plane = newHeight * newWidth;
    float[] resized = new float[channels * plane];
    for (int c = 0; c < channels; c++) {
      float[] one =
          Resampling.plane(values, c * height * width, height, width, newHeight, newWidth);
      System.arraycopy(one, 0, resized, c * plane, plane);
    }
    return resized;
  }

  static float[] changed(float[] values, float scale, float shift) {
    float[] changed = new float[values.length];
    for (int k = 0; k < changed.length; k++) {
      changed[k] = scale * values[k] + shift;
    }
    return changed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preparation that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** {@return the steps in words} */
  @Override
  public String toString() {
    return Stream.concat(
            Stream.of(
                channels + (channels == 1 ? " channel" : " channels"),
                "frame " + frameHeight + " x " + frameWidth),
            steps.stream().map(Step::toString))
        .collect(Collectors.joining(", "));
  }
}

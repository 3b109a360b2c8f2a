package nearfar.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder with a sub-folder per class, and PNG or JPEG images of any size in them.
 *
 * <pre>
 * animals/cat/001.jpg
 * animals/cat/002.png
 * animals/dog/a.jpeg
 * </pre>
 *
 * <p>An image is scaled as a whole and centred; what is left over at two sides is filled with the
 * mean of the image's border. If no image has a colour, the set is gray (1 channel), else RGB (3
 * channels). Values are as stored, from 0 (black) to 1 (white), transparent parts white: for dark
 * ink on light paper, {@link ImageSet#invert()} makes ink 1. Classes and images come in the order
 * of their names. Hidden files, and files that are not called PNG or JPEG, are left out.
 */
public final class ImageFolder {

  private ImageFolder() {}

  /**
   * Reads a folder.
   *
   * @param folder the folder with a sub-folder per class
   * @param height of the images in the set, in pixels
   * @param width of the images in the set, in pixels
   * @return a set named like the folder, its classes like the sub-folders
   * @throws DataException if it is not a folder, has no sub-folders, a sub-folder has no image or a
   *     folder in it, an image does not decode, or a link leads out of the folder
   * @throws IllegalArgumentException if a size is not positive
   */
  public static ImageSet load(Path folder, int height, int width) {
    ImageSet.checkShape(1, height, width);
    if (!Files.isDirectory(folder)) {
      throw new DataException(
          folder
              + " is not a folder: expected a folder with a sub-folder of images for every class");
    }
    try {
      return read(folder, folder.toRealPath(), height, width);
    } catch (IOException e) {
      throw new DataException("cannot read " + folder + " (" + e + ")", e);
    }
  }

  private static ImageSet read(Path folder, Path real, int height, int width) throws IOException {
    List<float[][]> planes = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    boolean colour = false;
    for (Path classFolder : children(folder)) {
      if (!Files.isDirectory(classFolder)) {
        continue;
      }
      checkInside(classFolder, real);
      int before = planes.size();
      for (Path file : children(classFolder)) {
        if (Files.isDirectory(file)) {
          throw new DataException(
              file
                  + " is a folder inside a class: expected images directly in "
                  + classFolder
                  + ": move them up, or name the folder above the classes");
        }
        if (isImage(file)) {
          checkInside(file, real);
          Picture picture = Picture.decode(Files.readAllBytes(file), file.toString());
          colour |= !picture.isGray();
          planes.add(picture.fit(height, width));
          labels.add(names.size());
        }
      }
      if (planes.size() == before) {
        throw new DataException(
            "class folder "
                + classFolder
                + " has no image: expected files that end in .png, .jpg or .jpeg, or remove it");
      }
      names.add(nameOf(classFolder));
    }
    if (names.isEmpty()) {
      throw new DataException(
          folder + " has no classes: expected a sub-folder of images for every class, got none");
    }
    int plane = height * width;
    int channels = colour ? 3 : 1;
    float[][] pixels = new float[planes.size()][channels * plane];
    for (int i = 0; i < pixels.length; i++) {
      for (int c = 0; c < channels; c++) {
        System.arraycopy(planes.get(i)[c], 0, pixels[i], c * plane, plane);
      }
    }
    int[] classes = labels.stream().mapToInt(Integer::intValue).toArray();
    return ImageSet.of(nameOf(real), channels, height, width, pixels, classes, names);
  }

  /**
   * What is in a folder and not hidden, by name, so that the order does not depend on the file
   * system.
   */
  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> stream = Files.list(folder)) {
      return stream
          .filter(path -> !nameOf(path).startsWith("."))
          .sorted((a, b) -> nameOf(a).compareTo(nameOf(b)))
          .toList();
    }
  }

  private static boolean isImage(Path file) {
    String name = nameOf(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  private static void checkInside(Path path, Path real) throws IOException {
    Path target = path.toRealPath();
    if (!target.startsWith(real)) {
      throw new DataException(
          path + " leads out of the folder, to " + target + ": put the file itself there");
    }
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }
}

package nearfar.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Omniglot: 1623 handwritten characters of 50 alphabets, each drawn by 20 people. B. M. Lake, R.
 * Salakhutdinov and J. B. Tenenbaum, <i>Human-level concept learning through probabilistic program
 * induction</i>, Science 350 (2015).
 *
 * <p>Reads the official archives as they are: {@code images_background.zip} (964 characters),
 * {@code images_evaluation.zip} (659) and the smaller {@code images_background_small1.zip} and
 * {@code images_background_small2.zip}. Nothing is unpacked to disk. Ink is 1, paper is 0. Every
 * character is a class, named by its alphabet and number, as {@code Greek/01}.
 */
public final class Omniglot {

  /** The official pictures are below 1 kB; this keeps a made-up archive from filling the memory. */
  private static final int MOST_BYTES = 1 << 20;

  private Omniglot() {}

  /**
   * Reads an archive, 28 x 28 pixels.
   *
   * @param zip the archive
   * @return a set named {@code omniglot}
   * @throws DataException as {@link #load(Path, int)} does
   */
  public static ImageSet load(Path zip) {
    return load(zip, 28);
  }

  /**
   * Reads an archive.
   *
   * @param zip the archive
   * @param size height and width of the images in the set, in pixels; the originals have 105
   * @return a set named {@code omniglot}; classes and images in the order of their names
   * @throws DataException if there is no such file, it is not a whole zip archive, an entry is not
   *     where an official archive has it or would leave its folder, or an image is damaged
   * @throws IllegalArgumentException if {@code size} is not positive
   */
  public static ImageSet load(Path zip, int size) {
    ImageSet.checkShape(1, size, size);
    if (!Files.isRegularFile(zip)) {
      throw new DataException(
          "there is no file "
              + zip
              + ": expected an Omniglot archive such as images_background.zip");
    }
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return read(file, zip, size);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          zip
              + " is not a whole zip archive ("
              + e.getMessage()
              + "; "
              + zip.toFile().length()
              + " bytes): get it again",
          e);
    }
  }

  private static ImageSet read(ZipFile file, Path zip, int size) throws IOException {
    Map<String, Map<String, ZipEntry>> characters = characters(file, zip);
    if (characters.isEmpty()) {
      throw new DataException(
          zip + " has no images: expected entries like images_background/Greek/character01/1.png");
    }
    List<float[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    int label = 0;
    for (Map<String, ZipEntry> drawings : characters.values()) {
      for (ZipEntry entry : drawings.values()) {
        String what = entry.getName() + " in " + zip;
        Picture picture = Picture.decode(bytes(file, entry, what), what);
        if (!picture.isGray()) {
          throw new DataException(what + " has colours: expected black strokes on white");
        }
        float[] image =
            Resampling.plane(picture.gray(), 0, picture.height, picture.width, size, size);
        for (int k = 0; k < image.length; k++) {
          image[k] = 1 - image[k];
        }
        pixels.add(image);
        labels.add(label);
      }
      label++;
    }
    return ImageSet.of(
            "omniglot",
            1,
            size,
            size,
            pixels.toArray(float[][]::new),
            labels.stream().mapToInt(Integer::intValue).toArray(),
            List.copyOf(characters.keySet()))
        .preparedBy(Preparation.frame(1, size, size).affine(-1, 1));
  }

  /** The drawings of every character; both sorted, since an archive may list them in any order. */
  private static Map<String, Map<String, ZipEntry>> characters(ZipFile file, Path zip) {
    Map<String, Map<String, ZipEntry>> characters = new TreeMap<>();
    Enumeration<? extends ZipEntry> entries = file.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      checkInside(name, zip);
      if (entry.isDirectory() || name.startsWith("__MACOSX/") || name.contains("/.")) {
        continue;
      }
      String[] parts = name.split("/", -1);
      if (parts.length != 4 || !parts[3].endsWith(".png")) {
        throw new DataException(
            zip
                + " is not an Omniglot archive: expected entries like"
                + " images_background/Greek/character01/0394_01.png, got "
                + name);
      }
      // "Greek/character07" on every ray of a chart would leave little room for the picture.
      String number = parts[2].startsWith("character") ? parts[2].substring(9) : parts[2];
      characters.computeIfAbsent(parts[1] + "/" + number, key -> new TreeMap<>()).put(name, entry);
    }
    return characters;
  }

  /** Nothing is written to disk here, but an archive with such a name is not one to be trusted. */
  private static void checkInside(String name, Path zip) {
    boolean outside = name.startsWith("/") || name.contains("\\") || name.matches("[A-Za-z]:.*");
    for (String part : name.split("/", -1)) {
      outside |= part.equals("..");
    }
    if (outside) {
      throw new DataException(
          zip
              + " has an entry that leaves its folder, "
              + name
              + ": this is not an official archive, do not use it");
    }
  }

  /** An entry's bytes, compared with its checksum, which {@code ZipFile} does not do. */
  private static byte[] bytes(ZipFile file, ZipEntry entry, String what) throws IOException {
    byte[] bytes;
    try (InputStream stream = file.getInputStream(entry)) {
      bytes = stream.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw new DataException(
          what + " is damaged (" + e.getMessage() + "): get the archive again", e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new DataException(
          what + " is too large: expected a drawing of at most " + MOST_BYTES + " bytes");
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entry.getCrc()) {
      throw new DataException(
          String.format(
              "%s is damaged: expected CRC-32 %08x, got %08x: get the archive again",
              what, entry.getCrc(), crc.getValue()));
    }
    return bytes;
  }
}

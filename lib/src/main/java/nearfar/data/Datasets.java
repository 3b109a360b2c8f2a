package nearfar.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data sets by name, so that a page runs on any of them.
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>name</th><th>set</th></tr>
 * <tr><td>{@code glyphs}</td><td>{@link Glyphs}: 60 classes × 40 images, seed 7; needs no file</td></tr>
 * <tr><td>{@code omniglot}</td><td>{@link Omniglot}: the background set (964 characters × 20), or the small2 or small1 set
 *     if only that is there</td></tr>
 * <tr><td>{@code mnist}</td><td>the 60,000 training images of the MNIST digits</td></tr>
 * <tr><td>{@code fashion-mnist}</td><td>the 60,000 training images of Fashion-MNIST</td></tr>
 * <tr><td>a path</td><td>{@link ImageFolder}, 28 × 28 pixels</td></tr>
 * </table>
 *
 * <p>Files are looked for in the data folder and in its sub-folder of the set's name, then in the
 * cache ({@code NEARFAR_CACHE}, or {@code ~/.cache/nearfar}); then they are downloaded from their
 * official address into the cache. Wherever a file is found, it must have the checksum that is
 * known for it.
 */
public final class Datasets {

  private static final String OMNIGLOT =
      "https://github.com/brendenlake/omniglot/raw/master/python";
  private static final String MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist";
  private static final String FASHION =
      "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion";

  private static final String IMAGES = "train-images-idx3-ubyte.gz";
  private static final String LABELS = "train-labels-idx1-ubyte.gz";

  /** What can be downloaded, and what is known of files that may lie in the data folder. */
  static final List<RemoteFile> OFFICIAL =
      List.of(
          RemoteFile.of(
              "omniglot",
              "images_background.zip",
              OMNIGLOT,
              "MD5",
              "68d2efa1b9178cc56df9314c21c6e718"),
          RemoteFile.of(
              "omniglot",
              "images_background_small2.zip",
              OMNIGLOT,
              "SHA-256",
              "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"),
          RemoteFile.of(
              "mnist",
              IMAGES,
              MNIST,
              "SHA-256",
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          RemoteFile.of(
              "mnist",
              LABELS,
              MNIST,
              "SHA-256",
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
          RemoteFile.of(
              "fashion-mnist",
              IMAGES,
              FASHION,
              "SHA-256",
              "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
          RemoteFile.of(
              "fashion-mnist",
              LABELS,
              FASHION,
              "SHA-256",
              "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"));

  private static final List<String> CLOTHES =
      List.of(
          "T-shirt/top",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle boot");

  private final @Nullable Path data;
  private final Download download;
  private final List<RemoteFile> files;

  /** For tests, which bring their own files and server. */
  Datasets(@Nullable Path data, Download download, List<RemoteFile> files) {
    this.data = data;
    this.download = download;
    this.files = files;
  }

  /**
   * The set that the environment names: {@code NEARFAR_DATASET} (default {@code glyphs}), with
   * {@code NEARFAR_DATA} as the data folder. The system properties {@code nearfar.dataset}, {@code
   * nearfar.data} and {@code nearfar.cache} go before.
   *
   * @return the set
   * @throws DataException as {@link #load(String, Path)} does
   * @throws IllegalArgumentException if there is no such set
   */
  public static ImageSet fromEnvironment() {
    String data = setting("nearfar.data", "NEARFAR_DATA");
    return load(named(), data == null ? null : Path.of(data));
  }

  /**
   * The name that {@link #fromEnvironment()} loads.
   *
   * @return a name of the table above, or a path
   */
  public static String named() {
    String name = setting("nearfar.dataset", "NEARFAR_DATASET");
    return name == null ? "glyphs" : name;
  }

  /**
   * A set by name.
   *
   * @param name a name of the table above, or the path of a folder of images
   * @param data the folder that is looked at before any download, or {@code null}
   * @return the set
   * @throws DataException if the data folder does not exist, a file is not what it should be, or a
   *     download fails
   * @throws IllegalArgumentException if there is no such set; the message lists those there are
   */
  public static ImageSet load(String name, @Nullable Path data) {
    String cache = setting("nearfar.cache", "NEARFAR_CACHE");
    Path folder =
        cache == null
            ? Path.of(System.getProperty("user.home"), ".cache", "nearfar")
            : Path.of(cache);
    Download download = new Download(folder, Duration.ofSeconds(30), System.out::println);
    return new Datasets(data, download, OFFICIAL).load(name);
  }

  ImageSet load(String name) {
    if (data != null && !Files.isDirectory(data)) {
      throw new DataException(
          "the data folder "
              + data.toAbsolutePath()
              + " does not exist: set NEARFAR_DATA to a folder, or leave it unset");
    }
    return switch (name) {
      case "glyphs" -> Glyphs.generate(60, 40, 7);
      case "omniglot" -> omniglot();
      case "mnist" -> Idx.load(name, file(name, IMAGES), file(name, LABELS));
      case "fashion-mnist" ->
          Idx.load(name, file(name, IMAGES), file(name, LABELS), Datasets::clothing);
      default -> folder(name);
    };
  }

  private ImageSet omniglot() {
    String whole = "images_background.zip";
    for (String name :
        List.of(whole, "images_background_small2.zip", "images_background_small1.zip")) {
      Path local = local("omniglot", name);
      if (local != null) {
        return Omniglot.load(local);
      }
    }
    return Omniglot.load(file("omniglot", whole));
  }

  private static String clothing(int number) {
    return number < CLOTHES.size() ? CLOTHES.get(number) : Integer.toString(number);
  }

  private ImageSet folder(String name) {
    Path path = Path.of(name);
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "unknown data set \""
              + name
              + "\": expected glyphs, omniglot, mnist, fashion-mnist or a folder of images, and"
              + " there is no folder "
              + path.toAbsolutePath());
    }
    return ImageFolder.load(path, 28, 28);
  }

  /** A file from the data folder, else from the cache, else from its official address. */
  private Path file(String dataset, String name) {
    Path local = local(dataset, name);
    if (local != null) {
      return local;
    }
    RemoteFile official = official(dataset, name);
    if (official == null) {
      throw new IllegalStateException("no address for " + dataset + "/" + name);
    }
    return download.get(official);
  }

  /** A file from the data folder, as it is or without its {@code .gz}. */
  private @Nullable Path local(String dataset, String name) {
    if (data == null) {
      return null;
    }
    for (Path folder : List.of(data.resolve(dataset), data)) {
      Path path = folder.resolve(name);
      if (Files.isRegularFile(path)) {
        RemoteFile official = official(dataset, name);
        if (official != null) {
          official.check(path);
        }
        return path;
      }
      if (name.endsWith(".gz")) {
        Path unzipped = folder.resolve(name.substring(0, name.length() - 3));
        if (Files.isRegularFile(unzipped)) {
          return unzipped;
        }
      }
    }
    return null;
  }

  private @Nullable RemoteFile official(String dataset, String name) {
    for (RemoteFile file : files) {
      if (file.dataset().equals(dataset) && file.name().equals(name)) {
        return file;
      }
    }
    return null;
  }

  private static @Nullable String setting(String property, String variable) {
    String value = System.getProperty(property);
    if (value == null || value.isBlank()) {
      value = System.getenv(variable);
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}

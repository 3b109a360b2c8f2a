package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {

  @TempDir Path temporary;

  /** Without a network: every address leads to a port that nobody listens on. */
  private ImageSet load(String name, @Nullable Path data, RemoteFile... files) {
    Download download = new Download(temporary.resolve("cache"), Duration.ofSeconds(5), line -> {});
    return new Datasets(data, download, List.of(files)).load(name);
  }

  private static RemoteFile file(String dataset, String name, URI address, byte[] bytes) {
    return new RemoteFile(dataset, name, address, "SHA-256", DownloadTest.sha256(bytes));
  }

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1/file");

  @Test
  void glyphsNeedNoFile() {
    assertEquals(Glyphs.generate(60, 40, 7).checksum(), load("glyphs", null).checksum());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "omniglot/"})
  void omniglotPrefersTheWholeArchive(String sub) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("data/" + sub));
    Path data = temporary.resolve("data");
    OmniglotTest.zip(
        folder.resolve("images_background_small1.zip"),
        Map.of("s/Small/character01/1.png", OmniglotTest.drawing(5, 4)));
    assertEquals(List.of("Small/01"), load("omniglot", data).classNames());
    OmniglotTest.zip(folder.resolve("images_background.zip"), OmniglotTest.small());
    assertEquals(3, load("omniglot", data).classes());
  }

  @Test
  void aFileInTheDataFolderMustHaveItsOfficialChecksum() throws IOException {
    Path data = Files.createDirectory(temporary.resolve("data"));
    Path zip = OmniglotTest.zip(data.resolve("images_background.zip"), OmniglotTest.small());
    RemoteFile right = file("omniglot", "images_background.zip", NOWHERE, Files.readAllBytes(zip));
    assertEquals(3, load("omniglot", data, right).classes());
    RemoteFile other = file("omniglot", "images_background.zip", NOWHERE, new byte[3]);
    assertEquals(
        zip
            + " is not the official file or not whole: expected SHA-256 "
            + other.digest()
            + ", got "
            + right.digest()
            + ": remove it, or get it again from http://127.0.0.1:1/file",
        assertThrows(DataException.class, () -> load("omniglot", data, other)).getMessage());
  }

  @Test
  void filesAreDownloadedOnceWhereThereAreNone() throws IOException {
    Path data = Files.createDirectory(temporary.resolve("empty"));
    Map<String, byte[]> served = new HashMap<>();
    served.put("/i", IdxTest.gzip(IdxTest.images(3)));
    served.put("/l", IdxTest.gzip(IdxTest.labels(9, 0, 9)));
    try (DownloadTest.Server server = new DownloadTest.Server()) {
      server.answer.set(
          exchange ->
              DownloadTest.sends(served.get(exchange.getRequestURI().getPath())).to(exchange));
      RemoteFile[] files = {
        file("fashion-mnist", "train-images-idx3-ubyte.gz", server.address("/i"), served.get("/i")),
        file("fashion-mnist", "train-labels-idx1-ubyte.gz", server.address("/l"), served.get("/l"))
      };
      ImageSet set = load("fashion-mnist", data, files);
      assertEquals("fashion-mnist: 3 images (1, 2, 3), 2 classes", set.toString());
      assertEquals(List.of("T-shirt/top", "ankle boot"), set.classNames());
      assertEquals(set.checksum(), load("fashion-mnist", null, files).checksum());
      assertEquals(2, server.requests.get());
    }
  }

  @Test
  void withoutANetworkItSaysSo() {
    RemoteFile file = file("omniglot", "images_background.zip", NOWHERE, new byte[3]);
    String message =
        assertThrows(DataException.class, () -> load("omniglot", null, file)).getMessage();
    assertTrue(message.contains("no network?"), message);
    assertTrue(message.contains("NEARFAR_DATA"), message);
  }

  @Test
  void mnistFilesMayBeUnzipped() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("data/mnist"));
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxTest.images(2));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxTest.labels(4, 7));
    ImageSet set = load("mnist", temporary.resolve("data"));
    assertEquals(List.of("4", "7"), set.classNames());
  }

  @Test
  void aPathIsAFolderOfImages() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("mine/stroke"));
    Files.write(folder.resolve("1.png"), OmniglotTest.drawing(5, 4));
    ImageSet set = load(temporary.resolve("mine").toString(), null);
    assertEquals("mine: 1 images (1, 28, 28), 1 classes", set.toString());
  }

  @Test
  void anUnknownNameListsThoseThatAreKnown() {
    assertEquals(
        "unknown data set \"imagenet\": expected glyphs, omniglot, mnist, fashion-mnist or a folder"
            + " of images, and there is no folder "
            + Path.of("imagenet").toAbsolutePath(),
        assertThrows(IllegalArgumentException.class, () -> load("imagenet", null)).getMessage());
  }

  @Test
  void aDataFolderThatIsNotThereIsNotPassedOver() {
    Path missing = temporary.resolve("missing");
    assertEquals(
        "the data folder "
            + missing
            + " does not exist: set NEARFAR_DATA to a folder, or leave it unset",
        assertThrows(DataException.class, () -> load("glyphs", missing)).getMessage());
  }

  @Test
  void theEnvironmentDecides() throws IOException {
    Path data = Files.createDirectories(temporary.resolve("data"));
    OmniglotTest.zip(data.resolve("images_background_small1.zip"), OmniglotTest.small());
    Map<String, String> before = new HashMap<>();
    for (String name : List.of("nearfar.dataset", "nearfar.data")) {
      before.put(name, System.getProperty(name));
    }
    try {
      System.setProperty("nearfar.dataset", "omniglot");
      System.setProperty("nearfar.data", data.toString());
      assertEquals(
          "omniglot: 6 images (1, 28, 28), 3 classes", Datasets.fromEnvironment().toString());
      System.setProperty("nearfar.dataset", "nonsense");
      assertThrows(IllegalArgumentException.class, Datasets::fromEnvironment);
      System.setProperty("nearfar.dataset", "glyphs");
      assertEquals("glyphs", Datasets.fromEnvironment().name());
    } finally {
      before.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }

  @Test
  void officialFilesAreNamedInFull() {
    for (RemoteFile file : Datasets.OFFICIAL) {
      assertEquals("https", file.address().getScheme());
      assertTrue(file.address().getPath().endsWith("/" + file.name()));
      assertTrue(file.digest().matches("[0-9a-f]+"), file.digest());
      assertEquals(file.newDigest().getDigestLength() * 2, file.digest().length(), file.name());
    }
  }
}

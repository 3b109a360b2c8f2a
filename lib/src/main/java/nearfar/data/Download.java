package nearfar.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Gets files into a cache. A file is written beside its place, compared with its digest and then
 * renamed in one step, so that the cache holds whole files only; and it is compared again whenever
 * it is used, so that one altered later is got anew.
 */
final class Download {

  private final Path cache;
  private final Duration timeout;
  private final Consumer<String> progress;

  /**
   * A cache.
   *
   * @param cache the folder
   * @param timeout for connecting and for every wait for more data
   * @param progress takes one plain line at a time
   */
  Download(Path cache, Duration timeout, Consumer<String> progress) {
    this.cache = cache;
    this.timeout = timeout;
    this.progress = progress;
  }

  /** The file's place in the cache, where it is whole when this returns. */
  Path get(RemoteFile file) {
    Path place = cache.resolve(file.dataset()).resolve(file.name());
    if (Files.isRegularFile(place)) {
      if (file.digestOf(place).equals(file.digest())) {
        return place;
      }
      progress.accept(place + " was altered since it was downloaded: getting it again");
    }
    Path part = newPart(place);
    // An interrupt of the whole process (ctrl-C) does not come by the finally below.
    part.toFile().deleteOnExit();
    try {
      fetch(file, part);
      try {
        Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, place, StandardCopyOption.REPLACE_EXISTING);
      }
      return place;
    } catch (UnknownHostException | SocketException | SocketTimeoutException e) {
      throw new DataException(
          "cannot reach "
              + file.address().getHost()
              + " to get "
              + file.name()
              + " ("
              + e
              + "): no network? Connect, or put the file into a folder and set NEARFAR_DATA to that"
              + " folder",
          e);
    } catch (IOException e) {
      throw new DataException("getting " + file.address() + " failed (" + e + "): try again", e);
    } finally {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        progress.accept("could not remove " + part + " (" + e + ")");
      }
    }
  }

  private static Path newPart(Path place) {
    try {
      Path folder = place.toAbsolutePath().getParent();
      if (folder == null) {
        throw new IOException("no folder above " + place);
      }
      Files.createDirectories(folder);
      return Files.createTempFile(folder, place.getFileName() + ".", ".part");
    } catch (IOException e) {
      throw new DataException(
          "cannot write to the cache for "
              + place
              + " ("
              + e
              + "): set NEARFAR_CACHE to a folder that can be written",
          e);
    }
  }

  private void fetch(RemoteFile file, Path part) throws IOException {
    URLConnection connection = file.address().toURL().openConnection();
    connection.setConnectTimeout((int) timeout.toMillis());
    connection.setReadTimeout((int) timeout.toMillis());
    if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
      throw new DataException(
          file.address()
              + " answered with status "
              + http.getResponseCode()
              + ", expected 200: has it moved? Put "
              + file.name()
              + " into a folder and set NEARFAR_DATA to that folder");
    }
    long expected = connection.getContentLengthLong();
    MessageDigest digest = file.newDigest();
    long received = 0;
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(part)) {
      Meter meter = new Meter(file, expected);
      byte[] buffer = new byte[1 << 16];
      for (int n = read(in, buffer, expected); n >= 0; n = read(in, buffer, expected)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new DataException(
              "interrupted while getting " + file.address() + ": nothing was kept, start again");
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
        received += n;
        meter.show(received);
      }
    }
    if (expected >= 0 && received != expected) {
      throw new DataException(
          file.address()
              + " broke off: expected "
              + expected
              + " bytes, got "
              + received
              + ": nothing was kept, try again");
    }
    String got = HexFormat.of().formatHex(digest.digest());
    if (!got.equals(file.digest())) {
      throw new DataException(
          file.address()
              + " is not the file expected: "
              + file.algorithm()
              + " must be "
              + file.digest()
              + ", got "
              + got
              + " ("
              + received
              + " bytes): nothing was kept; put the official "
              + file.name()
              + " into a folder and set NEARFAR_DATA to that folder");
    }
  }

  /** A body that breaks off is an end to JDK 17 and an exception to newer ones: an end for all. */
  private static int read(InputStream in, byte[] buffer, long expected) throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      if (expected < 0 || e instanceof SocketTimeoutException) {
        throw e; // nothing else would tell that bytes are missing, or that the wait was too long
      }
      return -1;
    }
  }

  /**
   * A line at the start and then at every tenth, or at every million bytes where the length is not
   * known.
   */
  private final class Meter {

    private final String name;
    private final long expected;
    private long shown = -1;

    Meter(RemoteFile file, long expected) {
      this.name = file.name();
      this.expected = expected;
      progress.accept(
          "getting "
              + file.address()
              + (expected < 0 ? "" : String.format(" (%.1f MB)", expected / 1e6)));
    }

    void show(long received) {
      long step = expected > 0 ? 10 * received / expected : received / 1_000_000;
      if (step > shown) {
        shown = step;
        progress.accept(
            expected > 0
                ? String.format("%s %3d %%", name, 10 * step)
                : String.format("%s %.1f MB", name, received / 1e6));
      }
    }
  }
}

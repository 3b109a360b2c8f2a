package nearfar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {

  /** A server on this machine whose one answer can be changed. */
  static final class Server implements AutoCloseable {

    /** Answers one request. */
    interface Answer {
      void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicReference<Answer> answer = new AtomicReference<>();

    Server() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            requests.incrementAndGet();
            try (exchange) {
              answer.get().to(exchange);
            }
          });
      server.start();
    }

    URI address(String path) {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  static Server.Answer sends(byte[] bytes) {
    return exchange -> {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  static String sha256(byte[] bytes) {
    MessageDigest digest = ImageSet.sha256();
    return HexFormat.of().formatHex(digest.digest(bytes));
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    Rng rng = Rng.of(1);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) rng.nextInt(256);
    }
    return bytes;
  }

  private static final byte[] CONTENT = noise(1_500_000);

  @TempDir Path cache;
  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private Server server;
  private Download download;
  private RemoteFile file;

  @BeforeEach
  void start() throws IOException {
    server = new Server();
    server.answer.set(sends(CONTENT));
    download = new Download(cache, Duration.ofSeconds(20), progress::add);
    file = new RemoteFile("set", "a.zip", server.address("/a.zip"), "SHA-256", sha256(CONTENT));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(Files::isRegularFile).map(p -> cache.relativize(p).toString()).toList();
    }
  }

  private String refusal() throws IOException {
    String message = assertThrows(DataException.class, () -> download.get(file)).getMessage();
    assertEquals(List.of(), cached(), "nothing may be kept");
    return message;
  }

  @Test
  void getsAFileOnceWithProgress() throws IOException {
    Path path = download.get(file);
    assertEquals(cache.resolve("set/a.zip"), path);
    assertArrayEquals(CONTENT, Files.readAllBytes(path));
    assertEquals(List.of("set/a.zip"), cached());
    assertEquals("getting " + file.address() + " (1.5 MB)", progress.get(0));
    assertEquals("a.zip 100 %", progress.get(progress.size() - 1));
    assertTrue(progress.size() >= 4 && progress.size() <= 12, progress.toString());

    progress.clear();
    assertEquals(path, download.get(file));
    assertEquals(1, server.requests.get(), "the second time it comes from the cache");
    assertEquals(List.of(), progress);
  }

  @Test
  void getsAFileOfUnknownLength() throws IOException {
    server.answer.set(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(CONTENT);
        });
    assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
    assertEquals("getting " + file.address(), progress.get(0));
    assertTrue(progress.get(progress.size() - 1).startsWith("a.zip 1."), progress.toString());
  }

  @Test
  void followsARedirection() throws IOException {
    server.answer.set(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/a.zip")) {
            exchange.getResponseHeaders().set("Location", "/elsewhere/a.zip");
            exchange.sendResponseHeaders(302, -1);
          } else {
            sends(CONTENT).to(exchange);
          }
        });
    assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
  }

  @Test
  void checksMd5WhereNothingBetterIsKnown() throws Exception {
    byte[] md5 = MessageDigest.getInstance("MD5").digest(CONTENT);
    file = new RemoteFile("set", "a.zip", file.address(), "MD5", HexFormat.of().formatHex(md5));
    assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
  }

  @Test
  void refusesAnotherChecksum() throws IOException {
    byte[] other = CONTENT.clone();
    other[700_000] ^= 1;
    server.answer.set(sends(other));
    assertEquals(
        file.address()
            + " is not the file expected: SHA-256 must be "
            + sha256(CONTENT)
            + ", got "
            + sha256(other)
            + " (1500000 bytes): nothing was kept; put the official a.zip into a folder and set"
            + " NEARFAR_DATA to that folder",
        refusal());
  }

  @Test
  void refusesABodyThatBreaksOff() throws IOException {
    server.answer.set(
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 1_000_000);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    String message = refusal();
    assertTrue(message.startsWith(file.address() + " broke off: expected 1500000 bytes"), message);
  }

  @Test
  void refusesAnotherStatus() throws IOException {
    server.answer.set(exchange -> exchange.sendResponseHeaders(404, -1));
    assertEquals(
        file.address()
            + " answered with status 404, expected 200: has it moved? Put a.zip into a folder and"
            + " set NEARFAR_DATA to that folder",
        refusal());
    server.answer.set(exchange -> exchange.sendResponseHeaders(503, -1));
    assertTrue(refusal().contains("status 503"));
  }

  @Test
  void saysThatThereIsNoNetwork() throws IOException {
    // A port that nobody listens on, and a host that cannot be (RFC 6761).
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    for (String address :
        List.of("http://127.0.0.1:" + port + "/a.zip", "http://host.invalid/a.zip")) {
      file = new RemoteFile("set", "a.zip", URI.create(address), "SHA-256", sha256(CONTENT));
      String message = refusal();
      assertTrue(
          message.startsWith("cannot reach " + URI.create(address).getHost() + " to get a.zip ("),
          message);
      assertTrue(
          message.endsWith(
              "): no network? Connect, or put the file into a folder and set NEARFAR_DATA to that"
                  + " folder"),
          message);
    }
  }

  @Test
  void doesNotWaitForEver() throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    server.answer.set(
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 1000);
          exchange.getResponseBody().flush();
          await(done);
        });
    download = new Download(cache, Duration.ofMillis(300), progress::add);
    assertTrue(refusal().startsWith("cannot reach 127.0.0.1 to get a.zip ("));
    done.countDown();
  }

  @Test
  void anInterruptLeavesNothing() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    server.answer.set(
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          OutputStream out = exchange.getResponseBody();
          out.write(CONTENT, 0, 500_000);
          out.flush();
          started.countDown();
          await(go);
          out.write(CONTENT, 500_000, 1_000_000);
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                download.get(file);
              } catch (DataException e) {
                thrown.set(e);
              }
            });
    thread.start();
    assertTrue(started.await(20, TimeUnit.SECONDS));
    assertTrue(cached().stream().anyMatch(name -> name.endsWith(".part")), "not under way");
    thread.interrupt();
    go.countDown();
    thread.join(20_000);
    assertEquals(
        "interrupted while getting " + file.address() + ": nothing was kept, start again",
        thrown.get().getMessage());
    assertEquals(List.of(), cached());
    // And the next time it works.
    server.answer.set(sends(CONTENT));
    assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void neverUsesACachedFileThatWasAltered() throws IOException {
    Path place = Files.createDirectories(cache.resolve("set")).resolve("a.zip");
    for (byte[] bad : List.of(new byte[0], noise(100), new byte[CONTENT.length])) {
      progress.clear();
      Files.write(place, bad);
      assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
      assertEquals(
          place + " was altered since it was downloaded: getting it again", progress.get(0));
    }
    // Nor when it cannot be had again.
    Files.write(place, noise(100));
    server.answer.set(exchange -> exchange.sendResponseHeaders(500, -1));
    assertThrows(DataException.class, () -> download.get(file));
  }

  @Test
  void neverUsesAPartialFileOfAnEarlierRun() throws IOException {
    Path part = Files.createDirectories(cache.resolve("set")).resolve("a.zip.123.part");
    Files.write(part, new byte[10]);
    assertArrayEquals(CONTENT, Files.readAllBytes(download.get(file)));
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path blocked = Files.writeString(cache.resolve("set"), "a file where the folder should be");
    String message = assertThrows(DataException.class, () -> download.get(file)).getMessage();
    assertTrue(
        message.startsWith("cannot write to the cache for " + blocked.resolve("a.zip")), message);
    assertTrue(message.endsWith("set NEARFAR_CACHE to a folder that can be written"), message);
  }
}

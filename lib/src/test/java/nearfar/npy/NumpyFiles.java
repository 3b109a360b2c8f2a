package nearfar.npy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small files that NumPy wrote, by their description. */
public final class NumpyFiles {

  private NumpyFiles() {}

  public static Map<String, byte[]> all() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(NumpyFiles.class.getResourceAsStream("/npy/numpy.txt")),
                StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        int at = line.lastIndexOf(" | ");
        if (!line.startsWith("#")) {
          files.put(line.substring(0, at), bytes(line.substring(at + 3)));
        }
      }
    }
    return files;
  }

  public static Path write(String description, Path folder) throws IOException {
    return Files.write(
        folder.resolve("numpy.npy"), Objects.requireNonNull(all().get(description), description));
  }

  private static byte[] bytes(String hex) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher parts = Pattern.compile("_(\\d+)_|([0-9a-f]{2})").matcher(hex);
    while (parts.find()) {
      if (parts.group(1) == null) {
        bytes.write(Integer.parseInt(parts.group(2), 16));
      } else {
        bytes.writeBytes(
            " ".repeat(Integer.parseInt(parts.group(1))).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return bytes.toByteArray();
  }
}

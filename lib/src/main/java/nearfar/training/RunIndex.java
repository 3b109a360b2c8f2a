package nearfar.training;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model.json of a run's folder: what it says, and that the other files are those that it was
 * written with. It is deleted first and written last: a folder with one is complete.
 */
final class RunIndex {

  private static final String INDEX = "model.json";

  private static final Gson JSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .registerTypeAdapter(double.class, new NanAsNull())
          .registerTypeAdapter(Double.class, new NanAsNull())
          .create();

  private RunIndex() {}

  /** JSON has no NaN, which an accuracy is where there are no class vectors. */
  private static final class NanAsNull extends TypeAdapter<Double> {
    @Override
    public void write(JsonWriter out, Double value) throws IOException {
      if (value.isNaN()) {
        out.nullValue();
      } else {
        out.value(value);
      }
    }

    @Override
    public Double read(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return Double.NaN;
      }
      return in.nextDouble();
    }
  }

  static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(INDEX));
  }

  /** Writes it, with the checksums of the other files. */
  static void write(Path folder, SavedRun saved, List<String> files) throws IOException {
    for (String name : files) {
      saved.files().put(name, sha256(folder.resolve(name)));
    }
    Path part = folder.resolve(INDEX + ".part");
    Files.writeString(part, JSON.toJson(saved) + "\n");
    Files.move(part, folder.resolve(INDEX));
  }

  static SavedRun read(Path folder) {
    Path index = folder.resolve(INDEX);
    String text = text(folder, index);
    Integer format = parse(index, text, Format.class).format;
    if (format == null) {
      throw damaged(index, "it has no format", null);
    }
    if (format != SavedRun.FORMAT) {
      throw new IllegalArgumentException(
          "%s was saved in format %d, this version of nearfar (%s) reads %d: load it with the version that saved it, or train it again"
              .formatted(folder, format, Versions.nearfar(), SavedRun.FORMAT));
    }
    SavedRun saved = parse(index, text, SavedRun.class);
    saved.files().forEach((name, digest) -> check(folder.resolve(name), digest));
    return saved;
  }

  /** The first thing to be known, whatever else a later version writes. */
  private record Format(@Nullable Integer format) {}

  private static String text(Path folder, Path index) {
    try {
      return Files.readString(index);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          folder
              + " holds no saved run, it has no "
              + INDEX
              + ": name the folder that Run.save was given (one without it was not written to the"
              + " end)",
          e);
    } catch (IOException e) {
      throw damaged(index, e.toString(), e);
    }
  }

  private static <T> T parse(Path index, String text, Class<T> type) {
    T read;
    try {
      read = JSON.fromJson(text, type);
    } catch (RuntimeException e) {
      throw damaged(index, e.getMessage(), e);
    }
    if (read == null) {
      throw damaged(index, "it is empty", null);
    }
    return read;
  }

  private static void check(Path file, String digest) {
    try {
      String found = sha256(file);
      if (!found.equals(digest)) {
        throw damaged(file, "SHA-256 is " + found + ", was " + digest + " when it was saved", null);
      }
    } catch (IOException e) {
      throw damaged(file, e instanceof NoSuchFileException ? "it is missing" : e.toString(), e);
    }
  }

  static IllegalArgumentException damaged(
      Path file, @Nullable String how, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        file + " is damaged (" + how + "): copy the whole folder again, or save the run again",
        cause);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}

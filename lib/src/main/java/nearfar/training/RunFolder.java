package nearfar.training;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import nearfar.loss.EmbeddingLoss;
import nearfar.nn.ArrayFile;
import nearfar.nn.ClassVectors;
import nearfar.nn.SampledVectors;
import nearfar.nn.SmallConv;
import org.jspecify.annotations.Nullable;

/**
 * A run on disk: model.json, the backbone's weights as DJL saves them, and each array with a row
 * per class as NumPy's .npy. model.json holds the others' checksums and is written last: a folder
 * with one is complete.
 */
final class RunFolder {

  private static final String INDEX = "model.json";
  private static final String BACKBONE = "backbone";
  private static final String WEIGHTS = "backbone-0000.params";

  private static final Gson JSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .registerTypeAdapter(double.class, new NanAsNull())
          .registerTypeAdapter(Double.class, new NanAsNull())
          .create();

  private RunFolder() {}

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

  static void save(Path folder, Run.Parts run, Map<String, NDArray> arrays) {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(INDEX));
      List<String> names = new ArrayList<>(List.of(WEIGHTS));
      try (Model model = Model.newInstance(BACKBONE)) {
        model.setBlock(run.backbone());
        model.setProperty("Epoch", "0"); // Part of the file's name.
        model.save(folder, BACKBONE);
      }
      Map<String, long[]> shapes = new LinkedHashMap<>();
      arrays.forEach(
          (name, array) -> {
            ArrayFile.write(folder.resolve(name + ".npy"), array);
            shapes.put(name, array.getShape().getShape());
            names.add(name + ".npy");
          });
      SampledVectors sampled = run.sampled();
      if (sampled != null) {
        sampled.save(folder.resolve(EmbeddingLoss.VECTORS + ".npy"));
        shapes.put(EmbeddingLoss.VECTORS, new long[] {sampled.classes(), sampled.dimension()});
        names.add(EmbeddingLoss.VECTORS + ".npy");
      }
      SavedRun saved = SavedRun.of(run, parameters(run.backbone()), shapes);
      for (String name : names) {
        saved.files().put(name, sha256(folder.resolve(name)));
      }
      Path part = folder.resolve(INDEX + ".part");
      Files.writeString(part, JSON.toJson(saved) + "\n");
      Files.move(part, folder.resolve(INDEX));
    } catch (IOException e) {
      throw new UncheckedIOException("the run cannot be saved in " + folder + ": " + e, e);
    }
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

  private static IllegalArgumentException damaged(
      Path file, @Nullable String how, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        file + " is damaged (" + how + "): copy the whole folder again, or save the run again",
        cause);
  }

  static Run load(Path folder, @Nullable Block given) {
    SavedRun saved = read(folder);
    Block trunk = given == null ? backbone(saved) : given;
    if (trunk.getParameters().values().stream().anyMatch(Parameter::isInitialized)) {
      throw new IllegalArgumentException(
          "weights are loaded into a new block, but the one given has weights already: make one"
              + " for it, such as SmallConv.of(64)");
    }
    Model model = Model.newInstance("nearfar", Knobs.device());
    SampledVectors sampled = null;
    try {
      // Loading draws no random number: a training beside it stays repeatable.
      trunk.setInitializer(Initializer.ZEROS, parameter -> true);
      SequentialBlock network = new SequentialBlock().add(trunk);
      if (!saved.sampled()) {
        classVectors(saved.arrays()).forEach(network::add);
      }
      model.setBlock(network);
      int dimension = Network.initialize(model, network, saved.trainedOn().preparation());
      checkSame(saved, trunk);
      weights(folder, model, trunk);
      model.setBlock(network);
      for (Map.Entry<String, NDArray> array : arrays(network).entrySet()) {
        ArrayFile.read(folder.resolve(array.getKey() + ".npy"), array.getValue());
      }
      if (saved.sampled()) {
        sampled =
            SampledVectors.in(
                folder.resolve(EmbeddingLoss.VECTORS + ".npy"),
                saved.classNames().size(),
                dimension,
                saved.share(),
                saved.seed());
      }
      return new Run(
          model,
          trunk,
          saved.trainedOn(),
          saved.loss(),
          saved.history(),
          saved.provenance(),
          sampled,
          false);
    } catch (RuntimeException | Error e) {
      model.close();
      if (sampled != null) {
        sampled.close();
      }
      throw e;
    }
  }

  private static Block backbone(SavedRun saved) {
    if (saved.rebuilt()) {
      return SmallConv.of(Math.toIntExact(saved.embeddingSize()));
    }
    throw new IllegalArgumentException(
        "only SmallConv is made anew by itself; the saved backbone is a %s with %d arrays: give a new one, Run.load(folder, block)"
            .formatted(saved.backbone(), saved.parameters().size()));
  }

  private static void checkSame(SavedRun saved, Block trunk) {
    List<String> expected = saved.parameters();
    List<String> found = parameters(trunk);
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      String wanted = i < expected.size() ? expected.get(i) : "none";
      String got = i < found.size() ? found.get(i) : "none";
      if (!wanted.equals(got)) {
        throw new IllegalArgumentException(
            "the block given is not the one that was saved, a %s with %d arrays: its array %d must be %s, got %s: make it as it was made for the training"
                .formatted(saved.backbone(), expected.size(), i, wanted, got));
      }
    }
  }

  private static void weights(Path folder, Model model, Block trunk) {
    List<NDArray> zeros = trunk.getParameters().values().stream().map(Parameter::getArray).toList();
    model.setBlock(trunk);
    try {
      model.load(folder, BACKBONE);
    } catch (IOException | MalformedModelException e) {
      throw damaged(folder.resolve(WEIGHTS), e.getMessage(), e);
    }
    List<Parameter> loaded = trunk.getParameters().values();
    for (int i = 0; i < zeros.size(); i++) {
      if (zeros.get(i) != loaded.get(i).getArray()) {
        zeros.get(i).close();
      }
    }
  }

  private static List<ClassVectors> classVectors(Map<String, long[]> shapes) {
    List<ClassVectors> blocks = new ArrayList<>();
    for (String name : List.of(EmbeddingLoss.VECTORS, EmbeddingLoss.CENTERS)) {
      long[] shape = shapes.get(name);
      if (shape != null) {
        ClassVectors block = ClassVectors.zeros(name, Math.toIntExact(shape[0]));
        boolean biased =
            name.equals(EmbeddingLoss.VECTORS) && shapes.containsKey(EmbeddingLoss.BIAS);
        blocks.add(biased ? block.optBias(EmbeddingLoss.BIAS) : block);
      }
    }
    return blocks;
  }

  /** The arrays with a row per class, by name: a backbone's layer may well have a bias too. */
  static Map<String, NDArray> arrays(Block network) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Block block : network.getChildren().values()) {
      if (block instanceof ClassVectors) {
        for (Parameter parameter : block.getDirectParameters().values()) {
          arrays.put(parameter.getName(), parameter.getArray());
        }
      }
    }
    return arrays;
  }

  private static List<String> parameters(Block block) {
    List<String> parameters = new ArrayList<>();
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      parameters.add(parameter.getKey() + " " + parameter.getValue().getShape());
    }
    return parameters;
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

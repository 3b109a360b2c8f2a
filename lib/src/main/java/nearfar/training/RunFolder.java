package nearfar.training;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * per class as NumPy's .npy.
 */
final class RunFolder {

  private static final String BACKBONE = "backbone";
  private static final String WEIGHTS = "backbone-0000.params";

  private RunFolder() {}

  static void save(Path folder, Run.Parts run, Map<String, NDArray> arrays) {
    try {
      Files.createDirectories(folder);
      RunIndex.delete(folder);
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
      for (String name :
          List.of(EmbeddingLoss.VECTORS, EmbeddingLoss.BIAS, EmbeddingLoss.CENTERS)) {
        if (!shapes.containsKey(name)) {
          Files.deleteIfExists(folder.resolve(name + ".npy")); // An earlier run's.
        }
      }
      RunIndex.write(folder, SavedRun.of(run, parameters(run.backbone()), shapes), names);
    } catch (IOException e) {
      throw new UncheckedIOException("the run cannot be saved in " + folder + ": " + e, e);
    }
  }

  static Run load(Path folder, @Nullable Block given) {
    SavedRun saved = RunIndex.read(folder);
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
      throw RunIndex.damaged(folder.resolve(WEIGHTS), e.getMessage(), e);
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
}

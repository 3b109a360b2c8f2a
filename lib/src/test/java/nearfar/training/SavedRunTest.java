package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nearfar.data.ClassBatches;
import nearfar.data.ImageSet;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.SoftmaxLoss;
import nearfar.loss.TripletLoss;
import nearfar.nn.SmallConv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedRunTest {

  private static final ImageSet BARS = TestImages.bars(4, 12, 12, 3).normalize(0.4f, 0.3f);
  private static final ImageSet OTHERS = TestImages.bars(4, 5, 12, 9).normalize(0.4f, 0.3f);

  @TempDir private Path folder;

  private static Block small(int hidden) {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(hidden).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  private static Fit fit(EmbeddingLoss loss) {
    return Fit.backbone(() -> SmallConv.of(5))
        .loss(loss)
        .batches(ClassBatches.of(4, 4, 5))
        .epochs(2)
        .progress(Progress.silent());
  }

  private static String refusal(Runnable action) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  static List<Fit> recipes() {
    return List.of(
        fit(SoftmaxLoss.of().plus(0.1, CenterLoss.mean())),
        fit(ArcFaceLoss.of(0.3, 10)),
        fit(CenterLoss.mean()),
        fit(TripletLoss.batchAll(0.2)),
        fit(ArcFaceLoss.of(0.3, 10)).sampleClasses(0.5));
  }

  private static void assertSame(Run expected, Run actual) {
    assertArrayEquals(expected.embed(OTHERS).vectors(), actual.embed(OTHERS).vectors());
    assertEquals(expected.provenance(), actual.provenance());
    assertEquals(expected.provenance().toString(), actual.provenance().toString());
    assertEquals(expected.history(), actual.history());
    assertEquals(expected.toString(), actual.toString());
  }

  /** What a run may not have, as text: the refusal is to be the same too. */
  private static String table(java.util.function.Supplier<?> of) {
    try {
      return java.util.Arrays.deepToString(new Object[] {of.get()});
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void whatIsLoadedIsWhatWasSavedBitForBit(Fit fit) {
    try (Run run = fit.run(BARS)) {
      run.save(folder);
      try (Run loaded = Run.load(folder)) {
        assertSame(run, loaded);
        assertEquals(table(() -> run.predict(OTHERS)), table(() -> loaded.predict(OTHERS)));
        assertEquals(table(() -> run.accuracy(OTHERS)), table(() -> loaded.accuracy(OTHERS)));
        assertEquals(table(run::classVectors), table(loaded::classVectors));
        assertEquals(table(run::bias), table(loaded::bias));
        assertEquals(table(run::centers), table(loaded::centers));
        // And a copy of the copy.
        loaded.save(folder.resolve("again"));
      }
      try (Run again = Run.load(folder.resolve("again"))) {
        assertSame(run, again);
        assertEquals(table(run::classVectors), table(again::classVectors));
      }
    }
  }

  @Test
  void itOutlivesTheRunAndTrainsFurther() {
    double[][] reached;
    try (Run run = fit(SoftmaxLoss.of()).run(BARS)) {
      run.save(folder);
      reached = run.embed(OTHERS).vectors();
    }
    List<double[][]> seen = new ArrayList<>();
    try (Run loaded = Run.load(folder)) {
      assertArrayEquals(reached, loaded.embed(OTHERS).vectors());
      try (Run further =
          Fit.backbone(loaded.backbone())
              .loss(SoftmaxLoss.of())
              .batches(ClassBatches.of(4, 4, 5))
              .epochs(10)
              .learningRate(5e-3)
              .visit((epoch, run) -> seen.add(run.embed(OTHERS).vectors()))
              .progress(Progress.silent())
              .run(BARS)) {
        assertArrayEquals(reached, seen.get(0));
        assertNotEquals(reached[0][0], seen.get(10)[0][0]);
        assertTrue(further.accuracy(OTHERS) > 0.9, further.history().toString());
      }
    }
  }

  @Test
  void anotherBackboneIsGivenByTheCaller() {
    try (Run run =
        Fit.backbone(() -> small(8))
            .loss(ArcFaceLoss.of(0.3, 10))
            .batches(ClassBatches.of(4, 4, 5))
            .epochs(1)
            .progress(Progress.silent())
            .run(BARS)) {
      run.save(folder);
      try (Run loaded = Run.load(folder, small(8))) {
        assertSame(run, loaded);
        assertEquals(table(run::classVectors), table(loaded::classVectors));
      }
    }
    assertTrue(refusal(() -> Run.load(folder)).contains("give a new one, Run.load(folder, block)"));
    String wider = refusal(() -> Run.load(folder, small(9)));
    assertTrue(wider.contains("its array 0 must be 02Linear_weight (8, 144), got "), wider);
    assertTrue(
        refusal(() -> Run.load(folder, SmallConv.of(3))).contains("SequentialBlock with 4 arrays"));
    try (NDManager manager = NDManager.newBaseManager()) {
      Block used = small(8);
      used.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 12, 12));
      assertTrue(refusal(() -> Run.load(folder, used)).contains("has weights already"));
    }
    assertTrue(
        refusal(() -> Run.load(folder, new SequentialBlock().add(Blocks.batchFlattenBlock())))
            .contains("its array 0 must be"));
  }

  @Test
  void aLaterRunTakesThePlaceOfAnEarlierOne() throws IOException {
    try (Run first = fit(SoftmaxLoss.of().plus(0.1, CenterLoss.mean())).run(BARS);
        Run second = fit(ArcFaceLoss.of(0.3, 10)).seed(8).run(BARS)) {
      first.save(folder);
      second.save(folder);
      try (Run loaded = Run.load(folder)) {
        assertSame(second, loaded);
        try (Stream<Path> files = Files.list(folder)) {
          assertEquals(
              List.of("backbone-0000.params", "model.json", "vectors.npy"),
              files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
        }
      }
    }
  }

  @Test
  void numPyCanReadTheArrays() throws IOException {
    try (Run run = fit(SoftmaxLoss.of()).run(BARS)) {
      run.save(folder);
      assertNpy("(4, 5)", flat(run.classVectors()), folder.resolve("vectors.npy"));
      assertNpy("(4,)", run.bias(), folder.resolve("bias.npy"));
    }
    try (Run run = fit(ArcFaceLoss.of(0.3, 10)).sampleClasses(0.5).run(BARS)) {
      run.save(folder);
      assertNpy("(4, 5)", flat(run.classVectors()), folder.resolve("vectors.npy"));
    }
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  /** NumPy Enhancement Proposal 1: magic, version 1.0, length, a dictionary, the numbers. */
  private static void assertNpy(String shape, double[] expected, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] head = new byte[10 + bytes.getShort(8)];
    assertEquals(0, head.length % 64);
    bytes.get(head);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    assertTrue(text.startsWith("\u0093NUMPY\u0001\u0000"), text);
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }",
        text.substring(10).strip());
    for (double value : expected) {
      assertEquals(value, bytes.getFloat());
    }
  }

  @Test
  void loadingDrawsNoRandomNumber() {
    try (Run run = fit(ArcFaceLoss.of(0.3, 10)).run(BARS);
        NDManager manager = NDManager.newBaseManager()) {
      run.save(folder);
      Engine.getInstance().setRandomSeed(5);
      float[] expected = manager.randomNormal(new Shape(9)).toFloatArray();
      Engine.getInstance().setRandomSeed(5);
      Run.load(folder).close();
      assertArrayEquals(expected, manager.randomNormal(new Shape(9)).toFloatArray());
    }
  }

  // Damage

  private void save() {
    try (Run run = fit(SoftmaxLoss.of()).epochs(1).run(BARS)) {
      run.save(folder);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"backbone-0000.params", "vectors.npy", "bias.npy"})
  void aDamagedOrMissingFileIsNamed(String name) throws IOException {
    save();
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 20] ^= 1;
    Files.write(file, bytes);
    String damaged = refusal(() -> Run.load(folder));
    assertTrue(damaged.contains(name + " is damaged (SHA-256 is "), damaged);
    assertTrue(damaged.endsWith("copy the whole folder again, or save the run again"), damaged);
    Files.delete(file);
    String missing = refusal(() -> Run.load(folder));
    assertTrue(missing.contains(name + " is damaged (it is missing)"), missing);
  }

  @Test
  void aFolderWithoutAWholeIndexIsNoRun() throws IOException {
    assertTrue(
        refusal(() -> Run.load(folder)).contains("holds no saved run, it has no model.json"));
    assertTrue(refusal(() -> Run.load(folder.resolve("nowhere"))).contains("holds no saved run"));
    save();
    Path index = folder.resolve("model.json");
    String text = Files.readString(index);
    for (String bad :
        new String[] {
          "",
          "null",
          "[]",
          "{}",
          text.substring(0, text.length() / 2),
          text.replace("\"loss\"", "\"lost\""),
          text.replace("1 channel, frame", "1 channel; frame")
        }) {
      Files.writeString(index, bad);
      String message = refusal(() -> Run.load(folder));
      assertTrue(message.contains("model.json is damaged ("), bad + ": " + message);
    }
    Files.writeString(index, text.replace("\"format\": 1", "\"format\": 2"));
    String other = refusal(() -> Run.load(folder));
    assertTrue(other.contains("was saved in format 2, this version of nearfar ("), other);
    assertTrue(other.contains("reads 1: load it with the version that saved it"), other);
    Files.writeString(index, text);
    Run.load(folder).close();
  }

  @Test
  void aClosedRunIsNotSavedAndAFailedLoadLeavesNothing() {
    Run run = fit(SoftmaxLoss.of()).epochs(1).run(BARS);
    run.close();
    assertTrue(
        String.valueOf(
                assertThrows(IllegalStateException.class, () -> run.save(folder)).getMessage())
            .contains("closed"));
    assertTrue(refusal(() -> Run.load(folder)).contains("no model.json"));
  }

  @Test
  void aFileInThePlaceOfTheFolderIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    try (Run run = fit(SoftmaxLoss.of()).epochs(1).run(BARS)) {
      assertTrue(
          String.valueOf(
                  assertThrows(java.io.UncheckedIOException.class, () -> run.save(file))
                      .getMessage())
              .contains("the run cannot be saved in " + file));
    }
  }

  @Test
  void theHistoryKeepsItsDiagnosesAndWhatIsNotANumber() {
    // A triplet loss has no accuracy, and at such a rate it collapses.
    List<Diagnosis> found = new ArrayList<>();
    try (Run run =
        fit(TripletLoss.batchHard(0.2))
            .learningRate(0.3)
            .epochs(8)
            .watch(Doctor.every(1))
            .run(BARS)) {
      found.addAll(run.history().diagnoses());
      run.save(folder);
      assertTrue(Double.isNaN(run.history().epochs().get(0).accuracy()));
      try (Run loaded = Run.load(folder)) {
        assertEquals(run.history(), loaded.history());
        assertEquals(found, loaded.history().diagnoses());
        assertTrue(!loaded.history().hasAccuracy());
      }
    }
    assertTrue(!found.isEmpty(), "nothing was diagnosed");
  }
}

package nearfar.nn;

import static nearfar.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import nearfar.Tolerances;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.EmbeddingLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampledVectorsTest {

  private static float[] all(SampledVectors vectors) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return vectors.rows(manager, 0, vectors.classes()).toFloatArray();
    }
  }

  private static float[] normals(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[][] table(float[] values) {
    return new double[][] {IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray()};
  }

  /** Backward through Σ w·g, whose gradient is g, then the optimiser's step. */
  private static void step(SampledVectors.Drawn drawn, float[] g, Runnable update) {
    NDArray w = drawn.vectors();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(w.mul(w.getManager().create(g, w.getShape())).sum());
    }
    update.run();
  }

  // The draw

  @Test
  void aDrawHasTheBatchsClassesAndOthersEachOnceAndAscending() {
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(1000, 3, 0.1, 5)) {
      int[] labels = {999, 4, 4, 17, 0, 999};
      for (int round = 0; round < 50; round++) {
        SampledVectors.Drawn drawn = vectors.draw(manager, labels);
        int[] classes = drawn.classes();
        assertEquals(100, classes.length);
        for (int i = 1; i < classes.length; i++) {
          assertTrue(classes[i - 1] < classes[i]);
        }
        long[] numbers = drawn.labels().toLongArray();
        for (int i = 0; i < labels.length; i++) {
          assertEquals(labels[i], classes[(int) numbers[i]]);
        }
        assertEquals(new Shape(100, 3), drawn.vectors().getShape());
        assertTrue(drawn.vectors().hasGradient());
        assertEquals(EmbeddingLoss.VECTORS, drawn.vectors().getName());
        float[] rows = drawn.vectors().toFloatArray();
        for (int i = 0; i < classes.length; i++) {
          assertArrayEquals(
              vectors.row(classes[i]), Arrays.copyOfRange(rows, 3 * i, 3 * i + 3), 0f);
        }
      }
    }
  }

  @Test
  void theOthersAreDrawnEquallyOftenAndIndependently() {
    int classes = 40;
    int rounds = 20_000;
    int[] seen = new int[classes];
    int[] withSeven = new int[classes];
    Draws draws = new Draws(classes, 11);
    Random random = new Random(3);
    for (int round = 0; round < rounds; round++) {
      // Sure classes change from round to round, and must leave no trace.
      int[] sure = {random.nextInt(2), 2 + random.nextInt(2)};
      int[] drawn = draws.draw(sure, 12);
      boolean seven = Arrays.binarySearch(drawn, 7) >= 0;
      for (int c : drawn) {
        seen[c]++;
        withSeven[c] += seven ? 1 : 0;
      }
    }
    // 10 others of 38: standard deviation of a count is √(n p (1 − p)) = 62; five of them.
    double p = 10 / 38.;
    for (int c = 4; c < classes; c++) {
      assertEquals(rounds * p, seen[c], 5 * Math.sqrt(rounds * p * (1 - p)), "class " + c);
      if (c != 7) {
        double both = p * 9 / 37;
        assertEquals(
            rounds * both, withSeven[c], 5 * Math.sqrt(rounds * both), "class " + c + " with 7");
      }
    }
  }

  @Test
  void theSeedDecidesTheDraws() {
    int[] sure = {3};
    int[][] first = new int[5][];
    int[][] second = new int[5][];
    Draws one = new Draws(10_000, 8);
    Draws same = new Draws(10_000, 8);
    for (int i = 0; i < 5; i++) {
      first[i] = one.draw(sure, 100);
      second[i] = same.draw(sure, 100);
    }
    assertTrue(Arrays.deepEquals(first, second));
    assertFalse(Arrays.equals(first[0], first[1]));
    assertFalse(Arrays.equals(first[0], new Draws(10_000, 9).draw(sure, 100)));
  }

  @Test
  void moreClassesInTheBatchThanTheShareAreAllDrawn() {
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(50, 2, 0.1, 5)) {
      int[] labels = IntStream.range(10, 30).toArray();
      assertArrayEquals(labels, vectors.draw(manager, labels).classes());
      assertEquals(5, vectors.draw(manager, new int[] {1}).classes().length);
    }
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(50, 2, 1, 5)) {
      assertArrayEquals(
          IntStream.range(0, 50).toArray(), vectors.draw(manager, new int[] {1}).classes());
    }
  }

  // The beginning

  /** 3 × 5 numbers are fewer than the engine's sixteen, 2²⁰ + 6 leave a rest of fewer. */
  @ParameterizedTest
  @ValueSource(ints = {3, 1003, 349527})
  void startsAsClassVectorsDo(int classes) {
    int dimension = classes == 349527 ? 3 : 5;
    try (NDManager manager = NDManager.newBaseManager()) {
      Engine.getInstance().setRandomSeed(11);
      ClassVectors block = ClassVectors.random("w", classes);
      block.initialize(manager, DataType.FLOAT32, new Shape(1, dimension));
      float[] expected =
          block
              .forward(
                  new ParameterStore(manager, false),
                  new NDList(manager.zeros(new Shape(1, dimension))),
                  false)
              .get(1)
              .toFloatArray();
      float next = manager.randomNormal(new Shape(16)).toFloatArray()[0];
      Engine.getInstance().setRandomSeed(11);
      try (SampledVectors vectors = SampledVectors.of(classes, dimension, 0.5, 1)) {
        assertArrayEquals(expected, all(vectors), 0f);
      }
      assertEquals(next, manager.randomNormal(new Shape(16)).toFloatArray()[0]);
    }
  }

  // Updates

  private interface Update {
    void of(SampledVectors vectors, SampledVectors.Drawn drawn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "sgd", "momentum"})
  void withAllRowsDrawnItIsDjlsOptimiser(String kind) {
    int classes = 1300; // three chunks
    int dimension = 7;
    Tracker rate = Tracker.fixed(0.02f);
    Optimizer djl =
        switch (kind) {
          case "adam" -> Optimizer.adam().optLearningRateTracker(rate).build();
          case "sgd" -> Optimizer.sgd().setLearningRateTracker(rate).build();
          default -> Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();
        };
    Update own =
        switch (kind) {
          case "adam" -> (v, d) -> v.adam(d, 0.02);
          case "sgd" -> (v, d) -> v.sgd(d, 0.02, 0);
          default -> (v, d) -> v.sgd(d, 0.02, 0.9);
        };
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(classes, dimension, 1, 5)) {
      NDArray expected = vectors.rows(manager, 0, classes);
      for (int step = 0; step < 20; step++) {
        float[] g = normals(classes * dimension, step);
        djl.update("w", expected, manager.create(g, expected.getShape()));
        SampledVectors.Drawn drawn = vectors.draw(manager, new int[] {0});
        step(drawn, g, () -> own.of(vectors, drawn));
        int at = step;
        assertNear(
            table(expected.toFloatArray()),
            table(all(vectors)),
            Tolerances.FLOAT32,
            () -> kind + " after step " + at);
      }
    }
  }

  /** Written from the formulas in float64, with a state per row that only its own draws touch. */
  @Test
  void onlyDrawnRowsAndTheirStateChange() {
    int classes = 60;
    int dimension = 4;
    double rate = 0.05;
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors byAdam = SampledVectors.of(classes, dimension, 0.3, 5);
        SampledVectors byMomentum = SampledVectors.of(classes, dimension, 0.3, 6)) {
      double[] w = table(all(byAdam))[0];
      double[] m = new double[w.length];
      double[] v = new double[w.length];
      double[] u = table(all(byMomentum))[0];
      double[] velocity = new double[u.length];
      for (int t = 1; t <= 30; t++) {
        float[] g = normals(18 * dimension, t);
        SampledVectors.Drawn a = byAdam.draw(manager, new int[] {t, 2 * t - 1});
        step(a, g, () -> byAdam.adam(a, rate));
        for (int i = 0; i < g.length; i++) {
          int k = a.classes()[i / dimension] * dimension + i % dimension;
          m[k] = 0.9 * m[k] + 0.1 * g[i];
          v[k] = 0.999 * v[k] + 0.001 * g[i] * g[i];
          w[k] -=
              rate
                  * Math.sqrt(1 - Math.pow(0.999, t))
                  / (1 - Math.pow(0.9, t))
                  * m[k]
                  / (Math.sqrt(v[k]) + 1e-8);
        }
        SampledVectors.Drawn b = byMomentum.draw(manager, new int[] {t});
        step(b, g, () -> byMomentum.sgd(b, rate, 0.8));
        for (int i = 0; i < g.length; i++) {
          int k = b.classes()[i / dimension] * dimension + i % dimension;
          velocity[k] = 0.8 * velocity[k] + rate * g[i];
          u[k] -= velocity[k];
        }
      }
      // β₂ in float32 is off by 1e-8 of 1e-3: Adam's first steps see 1e-5 of it.
      assertNear(new double[][] {w}, table(all(byAdam)), 5e-5, () -> "Adam");
      assertNear(new double[][] {u}, table(all(byMomentum)), Tolerances.FLOAT32, () -> "momentum");
    }
  }

  @Test
  void aLossOverTheDrawnClassesMovesThemAndNoOther() {
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(200, 8, 0.1, 5)) {
      float[] before = all(vectors);
      int[] labels = {7, 7, 150};
      SampledVectors.Drawn drawn = vectors.draw(manager, labels);
      NDArray x = manager.create(normals(24, 1), new Shape(3, 8));
      x.setName(EmbeddingLoss.EMBEDDINGS);
      double[] losses = new double[2];
      for (int i = 0; i < 2; i++) {
        // The same draw twice: the rows as they are after the first step.
        NDArray w = i == 0 ? drawn.vectors() : rows(manager, vectors, drawn.classes());
        w.setName(EmbeddingLoss.VECTORS);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
          NDArray loss =
              ArcFaceLoss.of(0.3, 8).evaluate(new NDList(drawn.labels()), new NDList(x, w));
          losses[i] = loss.getFloat();
          if (i == 0) {
            collector.backward(loss);
          }
        }
        if (i == 0) {
          vectors.adam(drawn, 0.01);
        }
      }
      assertTrue(losses[1] < losses[0], Arrays.toString(losses));
      float[] after = all(vectors);
      for (int c = 0; c < 200; c++) {
        boolean moved =
            !Arrays.equals(
                Arrays.copyOfRange(before, 8 * c, 8 * c + 8),
                Arrays.copyOfRange(after, 8 * c, 8 * c + 8));
        assertEquals(Arrays.binarySearch(drawn.classes(), c) >= 0, moved, "class " + c);
      }
    }
  }

  private static NDArray rows(NDManager manager, SampledVectors vectors, int[] classes) {
    float[][] rows = new float[classes.length][];
    Arrays.setAll(rows, i -> vectors.row(classes[i]));
    return manager.create(rows);
  }

  // Files

  private static void train(SampledVectors vectors, NDManager manager, int from, int to) {
    for (int step = from; step < to; step++) {
      SampledVectors.Drawn drawn = vectors.draw(manager, new int[] {step});
      float[] g = normals(drawn.classes().length * vectors.dimension(), step);
      step(drawn, g, () -> vectors.adam(drawn, 0.01));
      SampledVectors.Drawn next = vectors.draw(manager, new int[] {step});
      step(next, g, () -> vectors.sgd(next, 0.01, 0.9));
    }
  }

  @Test
  void aFileIsAsMemoryAndIsGoneOnFrom(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("vectors.npy");
    try (NDManager manager = NDManager.newBaseManager()) {
      Engine.getInstance().setRandomSeed(3);
      float[] expected;
      try (SampledVectors memory = SampledVectors.of(50, 3, 1, 5)) {
        train(memory, manager, 0, 12);
        expected = all(memory);
      }
      Engine.getInstance().setRandomSeed(3);
      try (SampledVectors file = SampledVectors.in(path, 50, 3, 1, 5)) {
        train(file, manager, 0, 7);
      }
      try (SampledVectors file = SampledVectors.in(path, 50, 3, 1, 5)) {
        train(file, manager, 7, 12);
        assertArrayEquals(expected, all(file), 0f);
      }
      // As NumPy reads it: magic, version, header, then the numbers.
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(0, (10 + bytes.getShort(8)) % 64);
      String header =
          new String(bytes.array(), 0, 10 + bytes.getShort(8), StandardCharsets.ISO_8859_1);
      assertTrue(header.startsWith("\u0093NUMPY\u0001\u0000"), header);
      assertTrue(
          header.contains("{'descr': '<f4', 'fortran_order': False, 'shape': (50, 3), }"), header);
      assertTrue(header.endsWith(" \n"), header);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], bytes.getFloat(header.length() + 4 * i));
      }
      try (var files = Files.list(folder)) {
        assertArrayEquals(
            new String[] {"vectors.npy", "vectors.npy.adam", "vectors.npy.momentum"},
            files.map(f -> f.getFileName().toString()).sorted().toArray());
      }
    }
  }

  @Test
  void rowsInManySegmentsAreAsInOne(@TempDir Path folder) throws Exception {
    Engine.getInstance().setRandomSeed(3);
    float[] expected;
    try (SampledVectors whole = SampledVectors.of(1000, 5, 1, 1)) {
      expected = all(whole);
    }
    int segment = 4 * 5 * 7 + 3; // seven rows a segment, and a little that none uses
    Engine.getInstance().setRandomSeed(3);
    Rows memory = Rows.inMemory(1000, 5, segment);
    try (Normals normals = new Normals(5)) {
      memory.fill(normals);
      Engine.getInstance().setRandomSeed(3);
      RowFile file = RowFile.open(folder.resolve("a.npy"), 1, 1000, 5, normals, segment);
      RowFile again = RowFile.open(folder.resolve("a.npy"), 1, 1000, 5, normals);
      RowFile.make(
          folder.resolve("b.npy"), RowFile.header(1000, 5), 4L * 1000 * 5, memory.numbers());
      RowFile copy = RowFile.open(folder.resolve("b.npy"), 1, 1000, 5, normals);
      float[] row = new float[5];
      for (int c = 0; c < 1000; c++) {
        float[] wanted = Arrays.copyOfRange(expected, 5 * c, 5 * c + 5);
        for (Rows rows : new Rows[] {memory, file.matrix(0), again.matrix(0), copy.matrix(0)}) {
          rows.get(c, row);
          assertArrayEquals(wanted, row, 0f);
        }
      }
      file.matrix(0).set(699, new float[] {1, 2, 3, 4, 5});
      again.matrix(0).get(699, row);
      assertArrayEquals(new float[] {1, 2, 3, 4, 5}, row, 0f);
    }
  }

  @Test
  void aCopyIsGoneOnFromAndLeavesTheVectorsAlone(@TempDir Path folder) {
    Path file = folder.resolve("copy.npy");
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(60, 4, 0.5, 1)) {
      float[] before = all(vectors);
      vectors.save(file);
      try (SampledVectors copy = SampledVectors.in(file, 60, 4, 1, 1)) {
        assertArrayEquals(before, all(copy), 0f);
        SampledVectors.Drawn drawn = copy.draw(manager, new int[] {3});
        step(drawn, manager.ones(new Shape(60, 4)).toFloatArray(), () -> copy.sgd(drawn, 0.5, 0));
        assertEquals(before[12] - 0.5f, copy.row(3)[0]);
      }
      assertArrayEquals(before, all(vectors), 0f);
      vectors.save(file); // In the place of the old one.
      try (SampledVectors copy = SampledVectors.in(file, 60, 4, 1, 1)) {
        assertArrayEquals(before, all(copy), 0f);
      }
      assertTrue(
          refusal(
                  java.io.UncheckedIOException.class,
                  () -> vectors.save(folder.resolve("no/copy.npy")))
              .contains("class vectors cannot be written to"));
    }
  }

  private static String refusal(Class<? extends Throwable> type, Runnable action) {
    return String.valueOf(assertThrows(type, action::run).getMessage());
  }

  @Test
  void aFileOfSomethingElseIsRefused(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("vectors.npy");
    SampledVectors.in(path, 50, 3, 1, 5).close();
    String shape =
        refusal(IllegalArgumentException.class, () -> SampledVectors.in(path, 3, 50, 1, 5));
    assertTrue(
        shape.contains("shape (3, 50), row after row, got numbers of type <f4, shape (50, 3)"),
        shape);
    byte[] good = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(good, good.length - 100));
    String cut =
        refusal(IllegalArgumentException.class, () -> SampledVectors.in(path, 50, 3, 1, 5));
    assertTrue(cut.contains("cut off"), cut);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    for (String[] change :
        new String[][] {
          {"<f4", "<f8"}, {"False", "True "}, {"NUMPY", "NUMPI"}, {"descr", "dcser"}
        }) {
      Files.write(path, text.replace(change[0], change[1]).getBytes(StandardCharsets.ISO_8859_1));
      assertTrue(
          refusal(IllegalArgumentException.class, () -> SampledVectors.in(path, 50, 3, 1, 5))
              .contains("must be NumPy's .npy of float32"));
    }
    Files.write(path, new byte[3]);
    assertTrue(
        refusal(IllegalArgumentException.class, () -> SampledVectors.in(path, 50, 3, 1, 5))
            .contains("not NumPy's .npy"));
    assertTrue(
        refusal(
                UncheckedIOException.class,
                () -> SampledVectors.in(folder.resolve("none/a.npy"), 50, 3, 1, 5))
            .contains("none"));
  }

  // Doors

  @Test
  void badUseIsMetAtTheDoor() {
    assertTrue(
        refusal(IllegalArgumentException.class, () -> SampledVectors.of(0, 3, 0.1, 1))
            .contains("at least 1 class"));
    for (double share : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> SampledVectors.of(3, 3, share, 1))
              .contains("got " + share));
    }
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(50, 2, 0.1, 5);
        SampledVectors other = SampledVectors.of(50, 2, 0.1, 5)) {
      assertTrue(
          refusal(IllegalArgumentException.class, () -> vectors.draw(manager, new int[] {1, 50}))
              .contains("labels must be in [0, 50), got 50 at position 1"));
      assertThrows(IllegalArgumentException.class, () -> vectors.draw(manager, new int[] {-1}));
      assertThrows(IllegalArgumentException.class, () -> vectors.draw(manager, new int[0]));
      SampledVectors.Drawn drawn = vectors.draw(manager, new int[] {1});
      assertTrue(
          refusal(IllegalArgumentException.class, () -> other.adam(drawn, 0.1))
              .contains("comes from other sampled vectors"));
      assertThrows(IllegalArgumentException.class, () -> vectors.adam(drawn, -0.1));
      assertThrows(IllegalArgumentException.class, () -> vectors.sgd(drawn, Double.NaN, 0));
      assertThrows(IllegalArgumentException.class, () -> vectors.sgd(drawn, 0.1, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> vectors.row(50));
      assertThrows(IndexOutOfBoundsException.class, () -> vectors.rows(manager, 3, 3));
      closeTwice(vectors);
      for (Runnable use :
          new Runnable[] {
            () -> vectors.draw(manager, new int[] {1}),
            () -> vectors.adam(drawn, 0.1),
            () -> vectors.sgd(drawn, 0.1, 0),
            () -> vectors.row(0)
          }) {
        assertTrue(refusal(IllegalStateException.class, use).contains("closed"));
      }
    }
  }

  private static void closeTwice(SampledVectors vectors) {
    vectors.close();
    vectors.close();
  }

  @Test
  void aDrawBelongsToItsManager() {
    try (NDManager manager = NDManager.newBaseManager();
        SampledVectors vectors = SampledVectors.of(50, 2, 0.1, 5)) {
      int before = manager.getParentManager().getManagedArrays().size();
      for (int i = 0; i < 20; i++) {
        try (NDManager step = manager.newSubManager()) {
          SampledVectors.Drawn drawn = vectors.draw(step, new int[] {1, 2});
          step(drawn, normals(2 * drawn.classes().length, i), () -> vectors.adam(drawn, 1));
        }
      }
      assertEquals(before, manager.getParentManager().getManagedArrays().size());
      assertNotEquals(0, vectors.row(1)[0]);
    }
  }
}

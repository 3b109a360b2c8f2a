package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import nearfar.Near;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CenterLossTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void wensUpdateAgreesWithPlainLoops(long seed) {
    Batch b = Batch.random(seed, 9, 3, 7);
    for (double alpha : new double[] {0, 0.1, 0.5, 1}) {
      CenterLoss loss = CenterLoss.mean().alpha(alpha);
      Near.assertNear(
          Oracle.wen(b, alpha),
          Step.updated(b, loss, EmbeddingLoss.CENTERS, DataType.FLOAT64),
          Tolerances.FLOAT64,
          () -> "alpha " + alpha);
      Near.assertNear(
          Oracle.wen(b, alpha),
          Step.updated(b, loss, EmbeddingLoss.CENTERS, DataType.FLOAT32),
          Tolerances.FLOAT32,
          () -> "alpha " + alpha + " float32");
    }
  }

  @Test
  void touchesTheRowsOfTheBatchAlone() {
    Batch b = Batch.random(1, 6, 4, 50).withLabels(3, 3, 17, 40, 3, 17);
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      double[][] before = Step.updated(b, CenterLoss.sum().alpha(0), EmbeddingLoss.CENTERS, type);
      double[][] after = Step.updated(b, CenterLoss.sum(), EmbeddingLoss.CENTERS, type);
      for (int j = 0; j < 50; j++) {
        boolean moved = !Arrays.equals(before[j], after[j]);
        assertEquals(Set.of(3, 17, 40).contains(j), moved, "center " + j + " " + type);
      }
    }
  }

  /** Centers belong to a parameter: the very array that was given changes, gradient or not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void updatesInPlace(boolean requiresGradient) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch b = Batch.random(1, 6, 4, 5);
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      NDArray centers = predictions.get(EmbeddingLoss.CENTERS);
      centers.setRequiresGradient(requiresGradient);
      CenterLoss.sum().afterStep(b.labels(manager).head(), predictions);
      Near.assertNear(
          Oracle.wen(b, 0.5), Batch.rows(centers), Tolerances.FLOAT64, () -> "in place");
      assertEquals(requiresGradient, centers.hasGradient());
    }
  }

  /** Embeddings as training gives them: results of a block, connected to its graph. */
  @Test
  void updatesFromEmbeddingsThatBelongToAGraph() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch b = Batch.random(1, 6, 4, 5);
      NDList predictions = b.predictions(manager, DataType.FLOAT64);
      NDArray w = manager.ones(new Shape(4), DataType.FLOAT64);
      w.setRequiresGradient(true);
      NDArray x;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        x = predictions.get(EmbeddingLoss.EMBEDDINGS).mul(w);
        x.setName(EmbeddingLoss.EMBEDDINGS);
        predictions.set(0, x);
        collector.backward(CenterLoss.sum().evaluate(b.labels(manager), predictions));
      }
      CenterLoss.sum().afterStep(b.labels(manager).head(), predictions);
      Near.assertNear(
          Oracle.wen(b, 0.5),
          Batch.rows(predictions.get(EmbeddingLoss.CENTERS)),
          Tolerances.FLOAT64,
          () -> "from a graph");
    }
  }

  /**
   * A batch of 512 among 4,000,000 classes: a B×C matrix would take 8 GB in float32, where the
   * centers take 32 MB. The process's own high-water mark says what was taken.
   */
  @Test
  void costsNoMatrixOfBatchTimesClasses() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.exists(status), "memory is measured on Linux only, by /proc/self/status");
    long before = highWaterMark(status);
    int n = 512;
    int c = 4_000_000;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray centers = manager.ones(new Shape(c, 2));
      centers.setName(EmbeddingLoss.CENTERS);
      NDArray x = manager.zeros(new Shape(n, 2));
      x.setName(EmbeddingLoss.EMBEDDINGS);
      x.setRequiresGradient(true);
      long[] y = new long[n];
      Arrays.setAll(y, i -> 7000L * i);
      NDArray labels = manager.create(y);
      NDList predictions = new NDList(x, centers);
      CenterLoss loss = CenterLoss.sum();
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray value = loss.evaluate(new NDList(labels), predictions);
        collector.backward(value);
        assertEquals(2f * n, value.getFloat());
      }
      assertEquals(-2f, x.getGradient().getFloat(0, 0));
      for (int step = 0; step < 20; step++) {
        loss.afterStep(labels, predictions);
      }
      // c ← c − (c − 0) / 4 twenty times over
      assertEquals(Math.pow(0.75, 20), centers.getFloat(y[7], 1), 1e-6);
      assertEquals(1f, centers.getFloat(y[7] + 1, 1));
    }
    long taken = highWaterMark(status) - before;
    assertTrue(taken < 1_000_000, () -> taken + " kB more than before");
  }

  private static long highWaterMark(Path status) throws IOException {
    String line =
        Files.readAllLines(status).stream()
            .filter(l -> l.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  @Test
  void saysWhatItUpdates() {
    assertEquals(Set.of(EmbeddingLoss.CENTERS), CenterLoss.mean().selfUpdated());
    EmbeddingLoss both = SoftmaxLoss.of().plus(0.003, CenterLoss.mean());
    assertEquals(Set.of(EmbeddingLoss.CENTERS), both.selfUpdated());
    assertEquals(
        Set.of(EmbeddingLoss.VECTORS, EmbeddingLoss.BIAS, EmbeddingLoss.CENTERS), both.needs());
    assertEquals("softmax + 0.003 * center(mean, alpha=0.5)", both.toString());
    assertEquals("softmax+center", both.getName());
  }

  @Test
  void aSumUpdatesTheCentersToo() {
    Batch b = Batch.random(3, 9, 3, 7);
    EmbeddingLoss both = SoftmaxLoss.of().plus(0, CenterLoss.mean());
    Near.assertNear(
        Oracle.wen(b, 0.5),
        Step.updated(b, both, EmbeddingLoss.CENTERS, DataType.FLOAT64),
        Tolerances.FLOAT64,
        () -> "sum");
    double[] vectors = b.vectors()[0];
    assertArrayEquals(vectors, Step.updated(b, both, EmbeddingLoss.VECTORS, DataType.FLOAT64)[0]);
  }
}

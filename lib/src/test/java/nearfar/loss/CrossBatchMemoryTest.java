package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nearfar.Near;
import nearfar.Tolerances;
import nearfar.distance.Euclidean;
import nearfar.mining.BatchAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrossBatchMemoryTest {

  private static final int SIZE = 15;

  private record Inner(PairwiseLoss loss, ToDoubleFunction<PairOracles> oracle) {
    @Override
    public String toString() {
      return loss.describe();
    }
  }

  static Stream<Inner> inner() {
    return Stream.of(
        new Inner(ContrastiveLoss.of(1), pairs -> pairs.contrastive(0, 1, 1, false)),
        new Inner(NPairsLoss.of(), pairs -> pairs.nPairs(false)),
        new Inner(LiftedStructureLoss.of(1), pairs -> pairs.lifted(1)),
        new Inner(MultiSimilarityLoss.of(2, 50, 0.5), pairs -> pairs.multiSimilarity(2, 50, 0.5)),
        new Inner(CircleLoss.of(0.25, 4), pairs -> pairs.circle(0.25, 4)),
        new Inner(SupervisedContrastiveLoss.of(0.1), pairs -> pairs.supervisedContrastive(0.1)),
        new Inner(NtXentLoss.of(0.2), pairs -> pairs.ntXent(0.2)),
        new Inner(AngularLoss.of(0.7), pairs -> pairs.angular(0.7)),
        new Inner(
            TripletLoss.of(new BatchAll(), new Euclidean(), Reducer.MEAN, 0.5),
            pairs -> pairs.triplet(0.5)));
  }

  /** Two batches of 10 rows have gone before: of the first the last five are left. */
  private static CrossBatchMemory filled(PairwiseLoss loss) {
    CrossBatchMemory memory = CrossBatchMemory.of(loss, SIZE);
    step(memory, earlier(1));
    step(memory, earlier(2));
    return memory;
  }

  private static Batch earlier(long seed) {
    return Batch.random(10 + seed, 10, 3, 5);
  }

  private static void step(EmbeddingLoss loss, Batch b) {
    try (NDManager manager = NDManager.newBaseManager()) {
      loss.afterStep(b.labels(manager).head(), b.predictions(manager, DataType.FLOAT64));
    }
  }

  /** The batch and what should be remembered behind it. */
  private static PairOracles rows(Batch b, int size) {
    Stream<double[]> before =
        Stream.of(earlier(1), earlier(2)).flatMap(e -> Stream.of(e.embeddings())).skip(20 - size);
    IntStream labels =
        Stream.of(earlier(1), earlier(2)).flatMapToInt(e -> IntStream.of(e.labels()));
    return new PairOracles(
        Stream.concat(Stream.of(b.embeddings()), before).toArray(double[][]::new),
        IntStream.concat(IntStream.of(b.labels()), labels.skip(20 - size)).toArray(),
        b.size());
  }

  @ParameterizedTest
  @MethodSource("inner")
  void anchorsAreComparedWithTheBatchAndTheMemory(Inner inner) {
    CrossBatchMemory loss = filled(inner.loss());
    for (long seed = 1; seed <= 3; seed++) {
      Batch b = Batch.random(seed, 9, 3, 5);
      double expected = inner.oracle().applyAsDouble(rows(b, SIZE));
      Near.assertNear(expected, b.value(loss), Tolerances.FLOAT64, () -> "value");
      assertNotEquals(b.value(inner.loss()), b.value(loss));
      Batch.Result wide = b.result(loss, DataType.FLOAT64);
      Batch.Result narrow = b.result(loss, DataType.FLOAT32);
      Near.assertNear(wide.value(), narrow.value(), Tolerances.FLOAT32, () -> "float32");
      Near.assertNear(
          wide.gradient(EmbeddingLoss.EMBEDDINGS),
          narrow.gradient(EmbeddingLoss.EMBEDDINGS),
          Tolerances.FLOAT32,
          () -> "float32 gradient");
    }
  }

  /** Gradients, garbage collection, kinks and what it claims, with rows behind the batch. */
  @ParameterizedTest
  @MethodSource("inner")
  void hasACertificateWithAFullMemoryToo(Inner inner) {
    CrossBatchMemory loss = filled(inner.loss());
    Certificate.of(loss).requirePassed();
    assertEquals(SIZE, loss.remembered(), "evaluating leaves the memory alone");
  }

  @Test
  void remembersTheLastRowsOnly() {
    Batch b = Batch.random(1, 9, 3, 5);
    for (int size : new int[] {1, 4, 10, 19, 20}) {
      CrossBatchMemory loss = CrossBatchMemory.of(NtXentLoss.of(0.2), size);
      step(loss, earlier(1));
      assertEquals(Math.min(size, 10), loss.remembered());
      step(loss, earlier(2));
      assertEquals(size, loss.remembered());
      Near.assertNear(rows(b, size).ntXent(0.2), b.value(loss), Tolerances.FLOAT64, () -> "value");
    }
  }

  @Test
  void anEmptyMemoryIsTheInnerLoss() {
    Batch b = Batch.random(1, 9, 3, 5);
    NtXentLoss inner = NtXentLoss.of(0.2);
    CrossBatchMemory loss = filled(inner);
    loss.clear();
    assertEquals(0, loss.remembered());
    assertEquals(b.value(inner), b.value(loss));
    step(loss, earlier(1));
    loss.plus(1, CenterLoss.mean()).definition().beforeTraining();
    assertEquals(0, loss.remembered(), "a training begins with an empty memory");
  }

  @Test
  void remembersNothingOfTheWarmUp() {
    CrossBatchMemory loss = CrossBatchMemory.of(NtXentLoss.of(0.2), 100).warmUp(2);
    for (int round = 0; round < 2; round++) {
      step(loss, earlier(1));
      step(loss, earlier(1));
      assertEquals(0, loss.remembered());
      step(loss, earlier(2));
      assertEquals(10, loss.remembered());
      loss.clear();
    }
  }

  /** Embeddings of another network: they are not compared with, and soon forgotten. */
  @Test
  void anotherNumberOfColumnsIsAnotherTraining() {
    CrossBatchMemory loss = filled(NtXentLoss.of(0.2));
    Batch wider = Batch.random(3, 8, 4, 5);
    assertEquals(wider.value(NtXentLoss.of(0.2)), wider.value(loss));
    step(loss, wider);
    assertEquals(8, loss.remembered());
  }

  @Test
  void whatIsBadIsNotRemembered() {
    CrossBatchMemory loss = filled(NtXentLoss.of(0.2));
    double[][] bad = new double[9][3];
    bad[2][1] = Double.NaN;
    Batch b = Batch.random(1, 9, 3, 5).withEmbeddings(bad);
    String message = assertThrows(IllegalArgumentException.class, () -> step(loss, b)).getMessage();
    assertTrue(message.contains("must be finite, got NaN at row 2, column 1"), message);
    assertEquals(SIZE, loss.remembered());
  }

  /** A row of the memory that is a class's only positive is one all the same. */
  @Test
  void byHand() {
    Batch before = new Batch(new double[][] {{3}, {7}}, new int[] {0, 1}, Map.of());
    Batch b = new Batch(new double[][] {{1}}, new int[] {0}, Map.of());
    CrossBatchMemory loss = CrossBatchMemory.of(ContrastiveLoss.of(10), 2);
    assertEquals(0, b.value(loss));
    step(loss, before);
    assertEquals(2 + (10 - 6), b.value(loss), 1e-12);
    Batch.Result result = b.result(loss, DataType.FLOAT64);
    assertEquals(-1 + 1, result.gradient(EmbeddingLoss.EMBEDDINGS)[0][0], 1e-12);
  }

  @Test
  void saysWhatItIs() {
    CrossBatchMemory loss = CrossBatchMemory.of(NtXentLoss.of(0.2), 64);
    assertEquals("cross-batch-memory(nt-xent(temperature=0.2), 64 rows)", loss.describe());
    assertEquals(
        "cross-batch-memory(nt-xent(temperature=0.2), 64 rows, after 9 steps)",
        loss.warmUp(9).describe());
    assertTrue(loss.plus(1, CenterLoss.mean()).definition().remembers());
    assertTrue(CenterLoss.mean().plus(1, loss).remembers());
    assertFalse(NtXentLoss.of(0.2).remembers());
    Batch b = Batch.random(1, 9, 3, 5);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertTrue(
          CrossBatchMemory.of(TripletLoss.batchAll(1), 8)
              .activity(b.labels(manager).head(), b.predictions(manager, DataType.FLOAT32))
              .isEmpty());
    }
  }
}

package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nearfar.data.Batches;
import nearfar.data.ClassBatches;
import nearfar.data.ImageSet;
import nearfar.distance.SquaredEuclidean;
import nearfar.evaluation.Retrieval;
import nearfar.loss.AngularLoss;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.Certificate;
import nearfar.loss.CircleLoss;
import nearfar.loss.ContrastiveLoss;
import nearfar.loss.CrossBatchMemory;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.LiftedStructureLoss;
import nearfar.loss.MultiSimilarityLoss;
import nearfar.loss.NPairsLoss;
import nearfar.loss.NtXentLoss;
import nearfar.loss.PairwiseLoss;
import nearfar.loss.Schedule;
import nearfar.loss.SupervisedContrastiveLoss;
import nearfar.loss.TripletLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Fit makes of losses over pairs, and of a memory across batches. */
class PairTrainingTest {

  private static final ImageSet BARS = TestImages.bars(4, 12, 12, 3);

  private static Block small() {
    return new SequentialBlock()
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(8).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(3).build());
  }

  private static Fit fit(EmbeddingLoss loss) {
    return Fit.backbone(PairTrainingTest::small)
        .loss(loss)
        .batches(ClassBatches.of(4, 4, 5))
        .learningRate(3e-3)
        .progress(Progress.silent());
  }

  static Stream<EmbeddingLoss> losses() {
    return Stream.of(
        ContrastiveLoss.of(1),
        ContrastiveLoss.of(1).squared(),
        NPairsLoss.of(),
        NPairsLoss.of().normalized(),
        LiftedStructureLoss.of(1),
        MultiSimilarityLoss.of(2, 50, 0.5),
        CircleLoss.of(0.4, 80),
        SupervisedContrastiveLoss.of(0.1),
        NtXentLoss.of(0.1),
        AngularLoss.of(Math.toRadians(45)),
        CrossBatchMemory.of(ContrastiveLoss.of(1), 64).warmUp(3),
        CrossBatchMemory.of(TripletLoss.batchHard(0.2), 64));
  }

  /** The same instance twice, bit for bit: of the first training it remembers nothing. */
  @ParameterizedTest
  @MethodSource("losses")
  void everyLossTrainsAndPutsNearestWhatBelongsTogether(EmbeddingLoss loss) {
    Fit fit = fit(loss).epochs(15);
    ImageSet test = TestImages.bars(4, 12, 12, 8);
    try (Run run = fit.run(BARS);
        Run again = fit.run(BARS)) {
      assertArrayEquals(run.embed(test).vectors()[0], again.embed(test).vectors()[0]);
      assertEquals(run.history().finalLoss(), again.history().finalLoss());
      assertEquals(loss.describe(), run.provenance().settings().get("loss"));
      assertTrue(
          run.history().finalLoss() < run.history().epochs().get(0).loss(),
          run.history().toString());
      assertTrue(
          Retrieval.of(run.embed(test)).recallAt(1) > 0.9,
          () -> Retrieval.of(run.embed(test)) + " " + run.history());
    }
  }

  /** 48 images in batches of 16: three steps an epoch. */
  @Test
  void theMemoryIsFilledByTraining() {
    CrossBatchMemory loss = CrossBatchMemory.of(NtXentLoss.of(0.1), 100).warmUp(2);
    fit(loss).epochs(1).run(BARS).close();
    assertEquals(16, loss.remembered());
    fit(loss).epochs(2).run(BARS).close();
    assertEquals(64, loss.remembered());
    // Beside a loss with class vectors, too.
    fit(ArcFaceLoss.of(0.3, 10).plus(0.5, loss)).epochs(1).run(BARS).close();
    assertEquals(16, loss.remembered());
  }

  /** One image a class and batch: no batch has a positive pair, and only the memory gives some. */
  @Test
  void aMemoryGivesPositivesWhereBatchesHaveNone() {
    Batches singles =
        new Batches() {
          @Override
          public List<int[]> epoch(int[] labels, int epoch) {
            return IntStream.range(0, 12)
                .mapToObj(
                    k ->
                        IntStream.range(0, 4)
                            .map(label -> nth(labels, label, (k + epoch) % 12))
                            .toArray())
                .toList();
          }

          @Override
          public String describe() {
            return "one image a class";
          }
        };
    NtXentLoss loss = NtXentLoss.of(0.1);
    assertThrows(TrainingException.class, () -> fit(loss).batches(singles).epochs(1).run(BARS));
    ImageSet test = TestImages.bars(4, 12, 12, 8);
    try (Run run = fit(CrossBatchMemory.of(loss, 48)).batches(singles).epochs(15).run(BARS)) {
      assertTrue(Retrieval.of(run.embed(test)).recallAt(1) > 0.9, run.history().toString());
    }
    // With a weight that changes, too, whose loss has a value only at a time.
    CrossBatchMemory memory = CrossBatchMemory.of(loss, 48);
    fit(loss.plus(Schedule.linear(0.5, 1, 1), memory)).batches(singles).epochs(1).run(BARS).close();
    assertEquals(48, memory.remembered());
  }

  private static int nth(int[] labels, int label, int n) {
    return IntStream.range(0, labels.length)
        .filter(i -> labels[i] == label)
        .skip(n)
        .findFirst()
        .orElseThrow();
  }

  /** Of one's own, outside the package: pulls every row to the others of its class, no more. */
  private static final class Pull extends PairwiseLoss {
    Pull() {
      super("pull");
    }

    @Override
    public String describe() {
      return "pull()";
    }

    @Override
    protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
      NDArray y = anchors.getManager().create(labels).reshape(1, labels.length);
      NDArray same = y.get(":, 0:" + anchors.getShape().get(0)).transpose().eq(y);
      NDArray distances = new SquaredEuclidean().pairwise(anchors, rows);
      return distances.mul(same.toType(distances.getDataType(), false)).mean();
    }
  }

  @Test
  void aLossOfOnesOwnHasAMemoryToo() {
    Certificate.of(new Pull()).requirePassed();
    CrossBatchMemory loss = CrossBatchMemory.of(new Pull(), 20);
    try (Run run = fit(loss).epochs(3).run(BARS)) {
      assertTrue(run.history().finalLoss() < run.history().epochs().get(0).loss());
      assertEquals(20, loss.remembered());
    }
  }

  /** A class that is drawn has another number in every step. */
  @Test
  void aMemoryIsRefusedWhereClassesAreSampled() {
    EmbeddingLoss loss =
        ArcFaceLoss.of(0.3, 10).plus(0.5, CrossBatchMemory.of(NtXentLoss.of(0.1), 8));
    Fit fit = fit(loss).sampleClasses(0.5);
    String message = assertThrows(IllegalArgumentException.class, () -> fit.run(BARS)).getMessage();
    assertTrue(message.contains("remembers rows of earlier steps"), message);
  }
}

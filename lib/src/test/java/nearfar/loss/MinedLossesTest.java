package nearfar.loss;

import java.util.stream.Stream;
import nearfar.distance.Cosine;
import nearfar.distance.Euclidean;
import nearfar.distance.Lp;
import nearfar.distance.SignalToNoise;
import nearfar.mining.BatchHard;
import nearfar.mining.DistanceWeighted;
import nearfar.mining.FaceNetSemiHard;
import nearfar.mining.MultiSimilarityMiner;
import nearfar.mining.PairMargin;
import nearfar.mining.RandomTriplets;
import nearfar.mining.TensorFlowSemiHard;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses over pairs, and with a memory, with miners and distances that are not their default. */
class MinedLossesTest {

  static Stream<EmbeddingLoss> losses() {
    return Stream.of(
        ContrastiveLoss.of(1).mined(new BatchHard().pairs()),
        ContrastiveLoss.of(1).mined(new RandomTriplets(1).pairs()),
        ContrastiveLoss.of(new Euclidean(), 0.5, 2).mined(new PairMargin(0.2, 1.5)),
        ContrastiveLoss.of(new Lp(1), 0.5, 2).mined(new FaceNetSemiHard().pairs()),
        ContrastiveLoss.of(new SignalToNoise(), 0.5, 2),
        MultiSimilarityLoss.of(2, 50, 0.5).mined(new MultiSimilarityMiner(0.1)),
        MultiSimilarityLoss.of(2, 50, 0.5).mined(new RandomTriplets(1).pairs()),
        CrossBatchMemory.of(
            TripletLoss.of(new TensorFlowSemiHard(), new Cosine(), Reducer.MEAN, 0.2), 16),
        CrossBatchMemory.of(
            TripletLoss.of(
                DistanceWeighted.of(3, 7), new Euclidean().normalized(), Reducer.MEAN, 0.2),
            16),
        CrossBatchMemory.of(ContrastiveLoss.of(1).mined(new MultiSimilarityMiner(0.1)), 16));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void haveACertificate(EmbeddingLoss loss) {
    Certificate.of(loss).requirePassed();
  }
}

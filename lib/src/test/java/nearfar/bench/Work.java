package nearfar.bench;

import java.io.IOException;
import java.util.Map;
import nearfar.distance.SquaredEuclidean;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.CosFaceLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.NormalizedSoftmaxLoss;
import nearfar.loss.Reducer;
import nearfar.loss.SoftmaxLoss;
import nearfar.loss.TripletLoss;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchHard;
import nearfar.mining.Miner;

/** Something that is measured, its inputs in memory. */
interface Work {

  /** Before anything is opened. */
  Work NONE =
      new Work() {
        @Override
        public void step() {
          throw new IllegalStateException("no work is open: send open first");
        }

        @Override
        public Answer answer() {
          throw new IllegalStateException("no work is open: send open first");
        }
      };

  /** What is timed. */
  void step() throws InterruptedException;

  /** A step whose result is kept. */
  Answer answer() throws InterruptedException;

  /** The work of that name, with the settings that the peers' side has too. */
  static Work open(Request r) throws IOException, InterruptedException {
    return switch (r.text("work")) {
      case "arcface" -> LossStep.of(r, ArcFaceLoss.of(0.5, 64));
      case "sampled-arcface" -> SampledStep.of(r, ArcFaceLoss.of(0.5, 64));
      case "cosface" -> LossStep.of(r, CosFaceLoss.of(0.35, 64));
      case "normalized-softmax" -> LossStep.of(r, NormalizedSoftmaxLoss.of(20));
      case "triplet-hard" -> LossStep.of(r, triplet(new BatchHard(), Reducer.MEAN));
      case "triplet-all" -> LossStep.of(r, triplet(new BatchAll(), Reducer.MEAN_OF_POSITIVE));
      case "center" -> LossStep.of(r, CenterLoss.mean());
      case "training" -> TrainingStep.of(r, SoftmaxLoss.of());
      case "soak" -> TrainingStep.of(r, ArcFaceLoss.of(0.5, 30).plus(0.01, CenterLoss.mean()));
      case "retrieval" -> RetrievalStep.of(r);
      default -> throw new IllegalArgumentException("unknown work " + r.text("work"));
    };
  }

  private static EmbeddingLoss triplet(Miner miner, Reducer reducer) {
    return TripletLoss.of(miner, new SquaredEuclidean(), reducer, 0.2);
  }

  /** Which array with a row per class a loss reads; empty if none. */
  static String perClass(EmbeddingLoss loss) {
    return loss.needs().isEmpty() ? "" : loss.needs().iterator().next();
  }

  /** Values alone. */
  static Answer values(Map<String, Double> values) {
    return new Answer(values, Map.of());
  }
}

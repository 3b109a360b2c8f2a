package nearfar.loss;

import java.util.Arrays;
import java.util.function.ToDoubleBiFunction;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.Miner;

/** Triplet losses with each distance and with each miner, and the same in plain loops. */
final class MinedOracle {

  private MinedOracle() {}

  /** Over all triplets, with distances from a loop. */
  static LossContractTest.Pair distance(
      Distance distance, ToDoubleBiFunction<double[], double[]> loop) {
    return new LossContractTest.Pair(
        TripletLoss.of(new BatchAll(), distance, Reducer.MEAN, 0.3),
        b -> Oracle.mean(Oracle.all(b, distances(b, loop)), Oracle.hinge(0.3)));
  }

  /** On unit vectors, where every miner makes sense. */
  static LossContractTest.Pair miner(Miner miner) {
    return new LossContractTest.Pair(
        TripletLoss.of(miner, new Euclidean().normalized(), Reducer.MEAN, 0.3),
        b ->
            Oracle.mean(
                Oracle.chosen(miner, b, distances(b, MinedOracle::chord)), Oracle.hinge(0.3)));
  }

  private static double[][] distances(Batch b, ToDoubleBiFunction<double[], double[]> loop) {
    return Arrays.stream(b.embeddings())
        .map(
            x -> Arrays.stream(b.embeddings()).mapToDouble(y -> loop.applyAsDouble(x, y)).toArray())
        .toArray(double[][]::new);
  }

  /** Between unit vectors: 2 sin(θ / 2). */
  private static double chord(double[] x, double[] y) {
    return 2 * Math.sin(Oracle.angle(x, y) / 2);
  }

  static double lp(double[] x, double[] y, double p) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += Math.pow(Math.abs(x[k] - y[k]), p);
    }
    return Math.pow(sum, 1 / p);
  }

  /** var(x − y) / var(x), each as half the mean squared difference of two entries. */
  static double noise(double[] x, double[] y) {
    double noise = 0;
    double signal = 0;
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < x.length; k++) {
        noise += Math.pow(x[i] - y[i] - (x[k] - y[k]), 2);
        signal += Math.pow(x[i] - x[k], 2);
      }
    }
    return noise / signal;
  }
}

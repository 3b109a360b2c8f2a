package nearfar.mining;

import java.util.Random;

/**
 * One triplet for every anchor that has both: a positive and a negative drawn at random, each with
 * the same probability. What one has without mining, and what a miner must be better than.
 *
 * <p>There is no state that advances from step to step: the draw depends on the seed and on the
 * batch's labels in their order, and on nothing else. So the same batch yields the same triplets
 * however often one asks (a look at them changes no training), a small change of an embedding does
 * not change them (the loss keeps its gradient), and a training can be repeated. Another batch of
 * classes, or the same in another order, is another draw; where labels repeat in the same order
 * batch after batch, the same rows are drawn, and it is the batches that must be random.
 *
 * @param seed chooses the draws, any number
 */
public record RandomTriplets(long seed) implements Miner {

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Random random = new Random(LabelSeed.of(seed, labels));
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      int same = 0;
      for (int label : labels) {
        same += label == labels[a] ? 1 : 0;
      }
      if (same > 1 && same < labels.length) {
        int positive = random.nextInt(same - 1);
        int negative = random.nextInt(labels.length - same);
        triplets.add(a, positive(labels, a, positive), negative(labels, a, negative));
      }
    }
    return triplets.build();
  }

  /** The k-th row, from 0, of the anchor's class without the anchor itself. */
  private static int positive(int[] labels, int a, int k) {
    int left = k;
    for (int j = 0; ; j++) {
      if (j != a && labels[j] == labels[a] && left-- == 0) {
        return j;
      }
    }
  }

  /** The k-th row, from 0, of another class. */
  private static int negative(int[] labels, int a, int k) {
    int left = k;
    for (int j = 0; ; j++) {
      if (labels[j] != labels[a] && left-- == 0) {
        return j;
      }
    }
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public String toString() {
    return "random(seed " + seed + ")";
  }
}

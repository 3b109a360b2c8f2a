package nearfar.mining;

/**
 * Every triplet whose negative is farther than its positive, but within the margin: d(a, p) &lt;
 * d(a, n) ≤ d(a, p) + margin. Neither the easy ones, which teach nothing, nor the hard ones, which
 * can collapse a network early in training.
 *
 * <p>FaceNet (Schroff, Kalenichenko and Philbin 2015, arXiv:1503.03832, section 3.2) calls a
 * negative semi-hard if it is farther than the positive and lies inside the margin: this band.
 * Which of them are taken differs. (1) Every one: this class, and pytorch-metric-learning's {@code
 * TripletMarginMiner(type_of_triplets="semihard")}. (2) For every positive pair the hardest
 * negative that is farther than the positive: {@link FaceNetSemiHard}; where it lies beyond the
 * margin its hinge is 0. (3) The same, and if no negative is farther than the positive then the
 * farthest negative, which is no semi-hard one: {@link TensorFlowSemiHard}.
 *
 * @param margin width of the band in the unit of the distance, greater than 0
 */
public record SemiHard(double margin) implements Miner {

  /**
   * Makes a miner.
   *
   * @param margin width of the band in the unit of the distance, greater than 0; infinite takes
   *     every triplet whose negative is farther than its positive
   * @throws IllegalArgumentException if the margin is not greater than 0
   */
  public SemiHard {
    if (!(margin > 0)) {
      throw new IllegalArgumentException(
          "the margin of semi-hard mining must be greater than 0, got " + margin);
    }
  }

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    Matrix.check(distances, labels);
    Triplets.Builder triplets = new Triplets.Builder();
    for (int a = 0; a < distances.length; a++) {
      double[] d = distances[a];
      for (int p = 0; p < labels.length; p++) {
        if (p == a || labels[p] != labels[a]) {
          continue;
        }
        for (int n = 0; n < labels.length; n++) {
          if (labels[n] != labels[a] && d[p] < d[n] && d[n] <= d[p] + margin) {
            triplets.add(a, p, n);
          }
        }
      }
    }
    return triplets.build();
  }

  @Override
  public String toString() {
    return "semi-hard(" + margin + ")";
  }
}

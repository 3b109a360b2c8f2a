package nearfar.mining;

/**
 * For every positive pair the hardest negative that is farther than the positive: argmin d(a, n)
 * over d(a, n) &gt; d(a, p). The paper says that these lie inside the margin; one that lies beyond
 * is taken too, and with the same margin in the loss its term is 0. Among equals the first row is
 * taken; a pair without such a negative yields no triplet. For the other definitions of semi-hard
 * see {@link SemiHard}.
 *
 * <p>Source: Schroff, Kalenichenko and Philbin, FaceNet (2015), arXiv:1503.03832, equation 4.
 */
public record FaceNetSemiHard() implements Miner {

  private static final Miner RULE = new BatchEasyHard(Hardness.ALL, Hardness.SEMI_HARD);

  @Override
  public Triplets mine(double[][] distances, int[] labels) {
    return RULE.mine(distances, labels);
  }

  @Override
  public String toString() {
    return "FaceNet semi-hard";
  }
}

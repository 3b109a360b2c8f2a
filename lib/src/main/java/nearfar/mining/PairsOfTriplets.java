package nearfar.mining;

import java.util.BitSet;

/** The distinct pairs in a miner's triplets. */
record PairsOfTriplets(Miner miner) implements PairMiner {

  @Override
  public Pairs mine(double[][] distances, int[] labels) {
    Triplets triplets = miner.mine(distances, labels);
    BitSet[] positives = none(distances.length);
    BitSet[] negatives = none(distances.length);
    for (int t = 0; t < triplets.size(); t++) {
      int anchor = checked("an anchor", triplets.anchor(t), distances.length);
      positives[anchor].set(checked("a row", triplets.positive(t), labels.length));
      negatives[anchor].set(checked("a row", triplets.negative(t), labels.length));
    }
    Pairs.Builder pairs = new Pairs.Builder();
    for (int a = 0; a < distances.length; a++) {
      int anchor = a;
      positives[a].stream().forEach(j -> pairs.positive(anchor, j));
      negatives[a].stream().forEach(j -> pairs.negative(anchor, j));
    }
    return pairs.build();
  }

  private static BitSet[] none(int anchors) {
    BitSet[] sets = new BitSet[anchors];
    for (int a = 0; a < anchors; a++) {
      sets[a] = new BitSet();
    }
    return sets;
  }

  /** A miner of somebody's own may be wrong. */
  private static int checked(String what, int row, int end) {
    if (row < 0 || row >= end) {
      throw new IllegalArgumentException(
          "a miner's triplets must name %s in [0, %d), got %d".formatted(what, end, row));
    }
    return row;
  }

  @Override
  public boolean draws() {
    return miner.draws();
  }

  @Override
  public String toString() {
    return "pairs of " + miner;
  }
}

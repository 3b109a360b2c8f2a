package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import nearfar.distance.Constant;
import nearfar.mining.AllPairs;
import nearfar.mining.PairMiner;
import nearfar.mining.Pairs;

/**
 * Which pairs of an anchor and a row are taken in: two arrays (A, N), 1 where a pair is, else 0.
 *
 * @param positive pairs of one class, of which no row is one with itself
 * @param negative pairs of two classes
 */
record PairMasks(NDArray positive, NDArray negative) {

  private static final int[] ROW = {1};

  /** All pairs, for an array (A, N) of their distances or cosines. */
  static PairMasks all(NDArray like, int[] labels) {
    int anchors = (int) like.getShape().get(0);
    NDArray same = same(like, Arrays.copyOf(labels, anchors), labels);
    NDArray self = like.getManager().eye(anchors, labels.length, 0, like.getDataType());
    return new PairMasks(same.sub(self), same.neg().add(1));
  }

  /** The pairs that a miner chooses by their distances (A, N). */
  static PairMasks mined(PairMiner miner, NDArray distances, int[] labels) {
    if (miner instanceof AllPairs) {
      return all(distances, labels); // which needs no distance, so no copy from the device
    }
    Pairs pairs = miner.mine(Numbers.matrix(distances), labels);
    return new PairMasks(
        mask(distances, pairs.positives(), pairs::positiveAnchor, pairs::positive),
        mask(distances, pairs.negatives(), pairs::negativeAnchor, pairs::negative));
  }

  /** 1 where the class of a row (P) is that of a column (N), else 0: (P, N). */
  static NDArray same(NDArray like, int[] rows, int[] columns) {
    NDManager manager = like.getManager();
    NDArray down = manager.create(rows, new Shape(rows.length, 1));
    NDArray across = manager.create(columns, new Shape(1, columns.length));
    return down.eq(across).toType(like.getDataType(), false);
  }

  /** Which anchors have a positive pair and a negative one, (A, 1). */
  NDArray both() {
    return positive.max(ROW, true).mul(negative.max(ROW, true));
  }

  /** A miner of one's own may be wrong, and the pair of another row would be taken. */
  private static NDArray mask(
      NDArray like, int size, IntUnaryOperator anchor, IntUnaryOperator other) {
    Shape shape = like.getShape();
    int anchors = (int) shape.get(0);
    int rows = (int) shape.get(1);
    float[] mask = new float[anchors * rows];
    for (int k = 0; k < size; k++) {
      int a = anchor.applyAsInt(k);
      int j = other.applyAsInt(k);
      if (a < 0 || a >= anchors || j < 0 || j >= rows) {
        throw new IllegalArgumentException(
            "a miner's pairs must name anchors in [0, %d) and rows in [0, %d), got (%d, %d)"
                .formatted(anchors, rows, a, j));
      }
      mask[a * rows + j] = 1;
    }
    return Constant.owned(like.getManager().create(mask, shape).toType(like.getDataType(), false));
  }
}

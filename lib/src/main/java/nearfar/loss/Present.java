package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/**
 * The k classes of a batch, each once, and which rows are of them.
 *
 * @param classes their numbers (k), int64
 * @param membership (k, N), 1 where the row is of the class, else 0
 */
record Present(NDArray classes, NDArray membership) {

  /** Of a batch's labels; arrays of another array's data type, in its manager. */
  static Present of(int[] labels, NDArray like) {
    int[] present = Arrays.stream(labels).sorted().distinct().toArray();
    float[][] belongs = new float[present.length][labels.length];
    for (int i = 0; i < labels.length; i++) {
      belongs[Arrays.binarySearch(present, labels[i])][i] = 1;
    }
    NDManager manager = like.getManager();
    return new Present(
        manager.create(present).toType(DataType.INT64, false),
        manager.create(belongs).toType(like.getDataType(), false));
  }

  /** The sums over each class's rows, (N, D) to (k, D). */
  NDArray sums(NDArray rows) {
    return membership.matMul(rows);
  }

  /** How many rows each class has, (k, 1). */
  NDArray counts() {
    return membership.sum(new int[] {1}, true);
  }
}

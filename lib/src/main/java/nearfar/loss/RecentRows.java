package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.IntStream;
import nearfar.distance.Constant;

/**
 * The last embeddings of earlier batches and their classes, oldest first, as plain Java numbers.
 */
final class RecentRows {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(double[] values, int label) {}

  private final int most;
  private final Deque<Row> rows = new ArrayDeque<>();

  RecentRows(int most) {
    this.most = most;
  }

  int size() {
    return rows.size();
  }

  void clear() {
    rows.clear();
  }

  /** A batch at the end, for as many of the oldest rows; rows of another length are forgotten. */
  void add(double[][] values, int[] labels) {
    if (!fit(values[0].length)) {
      rows.clear();
    }
    for (int i = 0; i < labels.length; i++) {
      rows.add(new Row(values[i], labels[i]));
    }
    while (rows.size() > most) {
      rows.remove();
    }
  }

  /** Whether there is any row, and rows have so many columns. */
  boolean fit(long columns) {
    return !rows.isEmpty() && rows.element().values.length == columns;
  }

  /** x (A, D), and behind it these rows as constants: (N, D). */
  NDArray behind(NDArray x) {
    int columns = (int) x.getShape().get(1);
    double[] flat = new double[rows.size() * columns];
    int at = 0;
    for (Row row : rows) {
      System.arraycopy(row.values, 0, flat, at, columns);
      at += columns;
    }
    NDArray constants =
        x.getManager().create(flat, new Shape(rows.size(), columns)).toType(x.getDataType(), false);
    return x.concat(Constant.owned(constants));
  }

  /** The same for their classes. */
  int[] behind(int[] labels) {
    IntStream ofRows = rows.stream().mapToInt(Row::label);
    return IntStream.concat(Arrays.stream(labels), ofRows).toArray();
  }
}

package nearfar.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;

/** An array's shape, type and first values: never all of them, and never a closed one's. */
final class ArrayText {

  private static final int ROWS = 6;
  private static final int COLUMNS = 8;

  private ArrayText() {}

  static String of(NDList list) {
    StringBuilder text = new StringBuilder("NDList of " + list.size());
    for (NDArray array : list) {
      text.append('\n').append(of(array));
    }
    return text.toString();
  }

  static String of(NDArray array) {
    if (array.isReleased()) {
      return "array (closed)";
    }
    Shape shape = array.getShape();
    String name = array.getName() == null ? "" : array.getName() + ": ";
    String head = name + shape + " " + array.getDataType() + " on " + array.getDevice();
    if (array.getDataType() == DataType.STRING || shape.size() == 0) {
      return head;
    }
    boolean matrix = shape.dimension() == 2;
    long rows = matrix ? shape.get(0) : 1;
    long columns = matrix ? shape.get(1) : shape.size();
    StringBuilder text = new StringBuilder(head);
    try (NDArray table = array.reshape(rows, columns);
        NDArray corner =
            table.get(
                Math.min(rows, ROWS) == rows && Math.min(columns, COLUMNS) == columns
                    ? ":, :"
                    : "0:" + Math.min(rows, ROWS) + ", 0:" + Math.min(columns, COLUMNS));
        NDArray values = corner.toType(DataType.FLOAT64, true)) {
      double[] flat = values.toDoubleArray();
      int width = (int) Math.min(columns, COLUMNS);
      for (int row = 0; row * width < flat.length; row++) {
        text.append('\n');
        for (int column = 0; column < width; column++) {
          text.append(column == 0 ? "" : " ").append(value(array, flat[row * width + column]));
        }
        text.append(columns > COLUMNS ? " …" : "");
      }
      text.append(rows > ROWS ? "\n…" : "");
    }
    return text.toString();
  }

  private static String value(NDArray array, double value) {
    if (array.getDataType().isBoolean()) {
      return value != 0 ? "true" : "false";
    }
    return array.getDataType().isInteger()
        ? String.format(Locale.ROOT, "%6.0f", value)
        : String.format(Locale.ROOT, "%11.5g", value);
  }
}

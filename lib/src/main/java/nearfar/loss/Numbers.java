package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Small arrays to Java and back. */
final class Numbers {

  private Numbers() {}

  /** The numbers of an array of any shape, without a graph. */
  static double[] of(NDArray array) {
    NDArray values = array.stopGradient();
    if (values.getDataType() == DataType.FLOAT64) {
      return values.toDoubleArray();
    }
    float[] floats = values.toFloatArray();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** The rows of a matrix, without a graph. */
  static double[][] matrix(NDArray array) {
    NDArray values = array.stopGradient();
    int columns = Math.toIntExact(array.getShape().get(1));
    double[][] rows = new double[Math.toIntExact(array.getShape().get(0))][];
    if (values.getDataType() == DataType.FLOAT64) {
      double[] flat = values.toDoubleArray();
      Arrays.parallelSetAll(rows, i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
    } else {
      float[] flat = values.toFloatArray();
      Arrays.parallelSetAll(
          rows,
          i -> {
            double[] row = new double[columns];
            for (int k = 0; k < columns; k++) {
              row[k] = flat[i * columns + k];
            }
            return row;
          });
    }
    return rows;
  }

  /** A column (n, 1) of another array's data type, in its manager; for no graph to remember. */
  static NDArray column(NDArray like, int n, IntToDoubleFunction value) {
    return array(like, new Shape(n, 1), value);
  }

  /** A vector (n) of another array's data type, in its manager; for no graph to remember. */
  static NDArray vector(NDArray like, int n, IntToDoubleFunction value) {
    return array(like, new Shape(n), value);
  }

  private static NDArray array(NDArray like, Shape shape, IntToDoubleFunction value) {
    int n = Math.toIntExact(shape.get(0));
    if (like.getDataType() == DataType.FLOAT64) {
      double[] values = new double[n];
      Arrays.setAll(values, value);
      return like.getManager().create(values, shape);
    }
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return like.getManager().create(values, shape);
  }
}

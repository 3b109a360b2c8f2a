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

  /** The rows of an array (A, N), without a graph. */
  static double[][] matrix(NDArray array) {
    double[] flat = of(array);
    int columns = (int) array.getShape().get(1);
    double[][] rows = new double[(int) array.getShape().get(0)][];
    Arrays.parallelSetAll(rows, i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
    return rows;
  }

  /** A column (n, 1) of another array's data type, in its manager. */
  static NDArray column(NDArray like, int n, IntToDoubleFunction value) {
    double[] values = new double[n];
    Arrays.setAll(values, value);
    return like.getManager().create(values, new Shape(n, 1)).toType(like.getDataType(), false);
  }
}

package nearfar.distance;

import ai.djl.ndarray.NDArray;

/**
 * A number in a formula that is differentiated.
 *
 * <p>Do not write {@code x.mul(2)} there, nor {@code div}, {@code maximum} or {@code minimum} with
 * a Java number: on a CPU, DJL 0.36 wraps the number in a buffer of the JVM's, which the engine's
 * graph remembers and the garbage collector frees. A gradient that is computed after a collection
 * is then multiplied by whatever lies there, seldom and silently. ({@code add} and {@code sub}
 * remember nothing.) The same holds for an array made of Java numbers that is closed before the
 * backward pass.
 */
public final class Constant {

  private Constant() {}

  /**
   * The number as a scalar in the engine's own memory: {@code x.mul(Constant.of(x, 2))}.
   *
   * @param like an array whose data type and manager the scalar gets
   * @param value the number
   * @return a scalar; unlike with a Java number, a result's data type is that of {@code like}
   */
  public static NDArray of(NDArray like, double value) {
    try (NDArray borrowed = like.getManager().create(value)) {
      return owned(borrowed.toType(like.getDataType(), false));
    }
  }

  /**
   * A copy in the engine's own memory of an array made of Java numbers.
   *
   * @param borrowed any array that a graph shall remember
   * @return the copy
   */
  public static NDArray owned(NDArray borrowed) {
    return borrowed.duplicate();
  }
}

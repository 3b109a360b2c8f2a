package nearfar.loss;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** Two ways to the gradient of a function, so that a derivation can be checked against both. */
public final class Gradients {

  /** Balances the two errors of a central difference, h² f''' / 6 and 1e-16 f / h. */
  private static final double STEP = 1e-6;

  private Gradients() {}

  /**
   * By central differences: change one coordinate a little, both ways, and look at the value;
   * ∂f/∂x_k ≈ (f(x + h e_k) − f(x − h e_k)) / 2h, with h = 10⁻⁶ · max(1, |x_k|). It knows nothing
   * of any derivation; where f has a kink it gives the mean of both slopes.
   *
   * @param f the function
   * @param at (D): where; not changed
   * @return (D): its gradient, to about 9 digits
   */
  public static double[] numerical(ToDoubleFunction<double[]> f, double... at) {
    double[] slope = new double[at.length];
    for (int k = 0; k < at.length; k++) {
      double h = STEP * Math.max(1, Math.abs(at[k]));
      double[] up = at.clone();
      double[] down = at.clone();
      up[k] += h;
      down[k] -= h;
      slope[k] = (f.applyAsDouble(up) - f.applyAsDouble(down)) / (up[k] - down[k]);
    }
    return slope;
  }

  /**
   * By the engine's automatic differentiation, in float64: the gradient of Σ f(x).
   *
   * @param f from an array (D) to an array of any shape, of operations that the engine can
   *     differentiate; numbers in it are {@link nearfar.distance.Constant}s
   * @param at (D): where
   * @return (D): the gradient
   */
  public static double[] automatic(UnaryOperator<NDArray> f, double... at) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(at);
      x.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        collector.backward(f.apply(x).sum());
      }
      return x.getGradient().toDoubleArray();
    }
  }
}

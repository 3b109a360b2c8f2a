package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import nearfar.distance.Constant;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.distance.SquaredEuclidean;
import nearfar.distance.UnitVectors;
import nearfar.mining.Triplets;
import org.jspecify.annotations.Nullable;

/**
 * The triplet loss over a list of triplets, value and gradient in closed form, for distances that
 * are ‖x − y‖² or its root. With e the derivative of a term with respect to its gap d(a, p) − d(a,
 * n), 1 or 0 for a hinge, 1 / (1 + exp(−gap)) with a soft margin,
 *
 * <p>∂L/∂p = −e d′(p, a) (a − p), ∂L/∂n = e d′(a, n) (a − n), ∂L/∂a = −(∂L/∂p + ∂L/∂n),
 *
 * <p>d′ being 2 for the square, 1 / d for the root, and 0 at distance 0. A triplet touches three
 * rows, so plain loops over the list take less than the engine's small operations, and no graph.
 *
 * @param root whether d is ‖x − y‖
 * @param unit whether rows are scaled to length 1 first
 * @param margin of the hinge; NaN for a soft one
 */
record ListedTriplets(boolean root, boolean unit, double margin) {

  /** For this distance, or null where the engine has to differentiate it. */
  static @Nullable ListedTriplets of(Distance distance, double margin) {
    for (Distance plain : List.of(new SquaredEuclidean(), new Euclidean())) {
      if (distance.equals(plain) || distance.equals(plain.normalized())) {
        return new ListedTriplets(plain instanceof Euclidean, !distance.equals(plain), margin);
      }
    }
    return null;
  }

  /** The loss over triplets of rows of x (N, D), connected to x. */
  NDArray loss(NDArray x, Triplets triplets, Reducer reducer) {
    NDArray lengths = unit ? UnitVectors.lengths(x) : null;
    NDArray rows = lengths == null ? x : x.stopGradient().div(lengths);
    double[][] values = Numbers.matrix(rows);
    double[] flat = new double[values.length * values[0].length];
    double sum = 0;
    long positive = 0;
    for (int t = 0; t < triplets.size(); t++) {
      double term =
          add(triplets.anchor(t), triplets.positive(t), triplets.negative(t), values, flat);
      sum += term;
      positive += term > 0 ? 1 : 0;
    }
    double weight = reducer.weight(triplets.size(), positive);
    // Another type is a copy in the engine's own memory; the same type is the JVM's buffer.
    NDArray made = x.getManager().create(flat, x.getShape());
    NDArray gradient =
        x.getDataType() == DataType.FLOAT64
            ? Constant.owned(made)
            : made.toType(x.getDataType(), false);
    gradient.muli(weight);
    if (lengths != null) {
      UnitVectors.across(rows, gradient, lengths);
    }
    return ClosedForm.join(Constant.of(x, weight * sum), x, gradient);
  }

  /** Adds a triplet's gradient; its term. */
  private double add(int a, int p, int n, double[][] rows, double[] gradient) {
    double near = distance(rows[a], rows[p]);
    double far = distance(rows[a], rows[n]);
    double gap = near - far;
    boolean soft = Double.isNaN(margin);
    double term =
        soft ? Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap))) : Math.max(gap + margin, 0);
    double slope = soft ? 1 / (1 + Math.exp(-gap)) : term > 0 ? 1 : 0;
    if (slope > 0) {
      apart(a, p, slope * perDifference(near), rows, gradient);
      apart(a, n, -slope * perDifference(far), rows, gradient);
    }
    return term;
  }

  private double distance(double[] u, double[] v) {
    double sum = 0;
    for (int k = 0; k < u.length; k++) {
      sum += (u[k] - v[k]) * (u[k] - v[k]);
    }
    return root ? Math.sqrt(sum) : sum;
  }

  /** d′: the distance's gradient with respect to u is this times u − v. */
  private double perDifference(double distance) {
    return !root ? 2 : distance == 0 ? 0 : 1 / distance;
  }

  private static void apart(int a, int b, double weight, double[][] rows, double[] gradient) {
    double[] u = rows[a];
    double[] v = rows[b];
    for (int k = 0; k < u.length; k++) {
      double part = weight * (u[k] - v[k]);
      gradient[a * u.length + k] += part;
      gradient[b * u.length + k] -= part;
    }
  }
}

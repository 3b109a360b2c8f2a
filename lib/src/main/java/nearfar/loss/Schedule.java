package nearfar.loss;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A number that depends on how far a training has come: a weight that is warmed up, a margin that
 * grows, a learning rate that falls. A pure function of the epochs passed t ≥ 0, fractions
 * included: the third of ten steps of the first epoch is made at t = 0.2.
 *
 * <pre>{@code
 * var weight = Schedule.linear(0, 0.01, 5);                                // λ: 0 at first, 0.01 from epoch 5 on
 * var loss = SoftmaxLoss.of().plus(weight, CenterLoss.mean());
 * var rate = Schedule.linear(0, 1e-3, 2).then(2, Schedule.cosine(1e-3, 0, 8)); // warm-up, then down
 * }</pre>
 */
public final class Schedule {

  private final String words;
  private final DoubleUnaryOperator value;

  private Schedule(String words, DoubleUnaryOperator value) {
    this.words = words;
    this.value = value;
  }

  /**
   * The same throughout.
   *
   * @param value the value, finite
   * @return the schedule
   * @throws IllegalArgumentException if the value is NaN or infinite
   */
  public static Schedule constant(double value) {
    finite("the value", value);
    return new Schedule(Double.toString(value), t -> value);
  }

  /**
   * On a straight line: from + (to − from) · t / e, then {@code to}.
   *
   * @param from the value at first, finite
   * @param to the value from epoch e on, finite
   * @param epochs e, greater than 0
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static Schedule linear(double from, double to, double epochs) {
    return between("linear", from, to, epochs, passed -> passed);
  }

  /**
   * On half a wave, slow at both ends: from + (to − from) · (1 − cos(π · t / e)) / 2, then {@code
   * to}.
   *
   * <p>Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017),
   * arXiv:1608.03983, equation 5, without restarts.
   *
   * @param from the value at first, finite
   * @param to the value from epoch e on, finite
   * @param epochs e, greater than 0
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static Schedule cosine(double from, double to, double epochs) {
    return between("cosine", from, to, epochs, passed -> (1 - Math.cos(Math.PI * passed)) / 2);
  }

  /**
   * In steps: the first value, multiplied by a factor at each of some epochs.
   *
   * @param first the value at first, finite
   * @param factor what it is multiplied with, finite
   * @param at the epochs, ascending and greater than 0
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of its range, or there is no epoch
   */
  public static Schedule steps(double first, double factor, double... at) {
    finite("the first value", first);
    finite("the factor", factor);
    double[] epochs = at.clone();
    for (int i = 0; i < epochs.length; i++) {
      if (!(epochs[i] > (i == 0 ? 0 : epochs[i - 1]))) {
        throw new IllegalArgumentException(
            "steps come at ascending epochs greater than 0, got " + Arrays.toString(epochs));
      }
    }
    if (epochs.length == 0) {
      throw new IllegalArgumentException(
          "steps need at least one epoch: give one, or take constant(" + first + ")");
    }
    return new Schedule(
        "steps(%s, times %s at %s)".formatted(first, factor, Arrays.toString(epochs)),
        t -> {
          double value = first;
          for (int i = 0; i < epochs.length && t >= epochs[i]; i++) {
            value *= factor;
          }
          return value;
        });
  }

  /**
   * Any function of the epochs passed.
   *
   * @param words what provenance calls it
   * @param value gives the value for t ≥ 0, the same each time it is asked
   * @return the schedule
   */
  public static Schedule of(String words, DoubleUnaryOperator value) {
    return new Schedule(words, value);
  }

  /**
   * Another schedule after this one.
   *
   * @param epochs when the other one begins, greater than 0
   * @param next the other one, whose own t is 0 then
   * @return this before, the other one from then on
   * @throws IllegalArgumentException if {@code epochs} is not greater than 0, or is infinite
   */
  public Schedule then(double epochs, Schedule next) {
    Settings.positive("the epochs before the next schedule", epochs);
    return new Schedule(
        "%s, from epoch %s %s".formatted(words, epochs, next.words),
        t -> t < epochs ? value.applyAsDouble(t) : next.value.applyAsDouble(t - epochs));
  }

  /**
   * The value at a time.
   *
   * @param epochs t, the epochs passed, finite and not negative
   * @return the value, finite
   * @throws IllegalArgumentException if t is negative, NaN or infinite, or a function of {@link
   *     #of} gives what is not finite
   */
  public double at(double epochs) {
    double t = Settings.notNegative("the epochs passed", epochs);
    return finite(words + " after " + t + " epochs", value.applyAsDouble(t));
  }

  /** {@return the schedule in words, for example {@code linear(0.0 to 0.01 in 5.0 epochs)}} */
  @Override
  public String toString() {
    return words;
  }

  private static Schedule between(
      String name, double from, double to, double epochs, DoubleUnaryOperator shape) {
    finite("the value at first", from);
    finite("the value at last", to);
    Settings.positive("the epochs of a schedule", epochs);
    return new Schedule(
        "%s(%s to %s in %s epochs)".formatted(name, from, to, epochs),
        // Not from + (to − from), which may miss the last value by rounding.
        t -> t >= epochs ? to : from + (to - from) * shape.applyAsDouble(t / epochs));
  }

  private static double finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + " must be finite, got " + value);
    }
    return value;
  }
}

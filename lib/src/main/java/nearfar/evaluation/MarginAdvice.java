package nearfar.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What margins, what scale and what threshold the angles of a run suggest, each with its reason in
 * figures. It is a first guess for the next run, and to be tried against others on validation
 * classes; for nothing here is it shown to be the best.
 *
 * <p><b>Margins.</b> Let θ be an embedding's angle to its own class direction, φ that to the
 * nearest other one, and ψ the angle between a class direction and its nearest neighbour. A loss
 * with the angular margin m is at rest about an embedding once θ + m ≤ φ: its <i>room</i> φ − θ is
 * m or more. A margin below nearly all rooms asks for nothing. One above nearly all of them pushes
 * every embedding on, the hopeless ones most. In between, the median room is taken: half of the
 * embeddings are pushed, half are at rest. Since φ ≥ ψ − θ, all embeddings with θ ≤ (ψ − m)/2 are
 * at rest wherever they lie, so that a quantile q of θ is safe up to m = ψ − 2q. Past that, q + m/2
 * exceeds ψ/2, and whether an embedding at q is at rest depends on the side of its class on which
 * it lies. Past m = ψ none is, not even on its class direction (φ − θ ≤ ψ): there the margin ends.
 * A margin of the cosine is the same with rooms cos θ − cos φ, and ends at 1 − cos ψ, past which an
 * embedding on its class direction is pushed away from it. A triplet's is, in squared Euclidean
 * distances of unit vectors, twice the room of cosines between rows: the mean cosine to the others
 * of the class, less that to the nearest row of another class.
 *
 * <p><b>Scale.</b> AdaCos (X. Zhang et al., arXiv:1905.00292, 2019) lets the probability of the
 * true class fall most steeply at the median angle, s = ln B / cos(min(π/4, θ)) with B = C − 1
 * where other class vectors are at right angles; the margin is added to θ, as the logit has it. Its
 * fixed form √2 ln(C − 1) is the one at π/4. The scale must also let the true class reach
 * probability P at all: at θ = 0, others as far as C directions can be, s ≥ ln((C − 1) P / (1 − P))
 * / (cos m + 1/(C − 1)) (H. Wang et al., CosFace, arXiv:1801.09414, section 3.3, with the margin),
 * here with P = {@value #PROBABILITY}. The larger of the two is taken.
 *
 * <p><b>Threshold.</b> That of {@link Verification#thresholdAtFar} at FAR {@value #FAR}, or at the
 * least power of ten that has {@value #FEWEST} pairs.
 *
 * <p>Rooms of classes trained on are wider than those of others: give validation classes where
 * there are some.
 *
 * @param rows angular margin, cosine margin, triplet margin, scale and threshold, in this order
 */
public record MarginAdvice(List<Row> rows) {

  /** The probability that the true class must be able to reach: {@value}. */
  public static final double PROBABILITY = 0.99;

  /** The false accept rate of the threshold: {@value}. */
  public static final double FAR = 0.001;

  /** So many pairs between classes must be accepted falsely for a rate to be believed: {@value}. */
  public static final int FEWEST = 10;

  /**
   * One piece of advice.
   *
   * @param name of what is advised
   * @param value in the unit; NaN where none can be given
   * @param unit of the value; empty if it has none
   * @param reason a sentence with the figures that it comes from
   */
  public record Row(String name, double value, String unit, String reason) {}

  /**
   * Copies the rows.
   *
   * @param rows in the order above
   */
  public MarginAdvice {
    rows = List.copyOf(rows);
  }

  /**
   * Advises by class means.
   *
   * @param embeddings of a run, of validation classes or else of its training classes, with two
   *     embeddings or more of most classes
   * @param classes how many classes C the next run trains on, 2 or more
   * @return the advice
   * @throws IllegalArgumentException as {@link #of(Embeddings, double[][], int)}
   * @throws CancellationException if the thread is interrupted
   */
  public static MarginAdvice of(Embeddings embeddings, int classes) {
    return of(embeddings, null, classes);
  }

  /**
   * Advises by class vectors, or class means where there are none. An embedding's own class mean is
   * that of the others of its class.
   *
   * @param embeddings of a run
   * @param classVectors (C, D), the vector of each label; null takes class means
   * @param classes how many classes C the next run trains on, 2 or more
   * @return the advice
   * @throws IllegalArgumentException if there are fewer than 2 classes, no class has two
   *     embeddings, an embedding, class vector or class mean is zero, or class vectors do not fit
   * @throws CancellationException if the thread is interrupted
   */
  public static MarginAdvice of(
      Embeddings embeddings, double @Nullable [][] classVectors, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "margins are between 2 classes or more, got " + classes + " to train on");
    }
    Embeddings units = embeddings.normalized();
    Pairs.countWithin(units);
    Rooms rooms = Rooms.of(units, classVectors);
    Row angular = Advisor.angular(rooms);
    return new MarginAdvice(
        List.of(
            angular,
            Advisor.cosine(rooms),
            Advisor.triplet(units),
            Advisor.scale(rooms, angular.value(), classes),
            Advisor.threshold(Verification.of(units))));
  }

  /**
   * A margin for {@code ArcFaceLoss}.
   *
   * @return in radians; 0 where there is no room
   */
  public double angularMargin() {
    return rows.get(0).value();
  }

  /**
   * A margin for {@code CosFaceLoss}.
   *
   * @return of the cosine; 0 where there is no room
   */
  public double cosineMargin() {
    return rows.get(1).value();
  }

  /**
   * A margin for {@code TripletLoss} on normalised embeddings.
   *
   * @return in squared Euclidean distances of unit vectors; NaN where there is no room
   */
  public double tripletMargin() {
    return rows.get(2).value();
  }

  /**
   * A scale of cosines.
   *
   * @return the factor s
   */
  public double scale() {
    return rows.get(3).value();
  }

  /**
   * What to accept as one class.
   *
   * @return the least cosine; NaN where there are too few pairs
   */
  public double threshold() {
    return rows.get(4).value();
  }

  /** The names and values, a line for each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      text.append(String.format(Locale.ROOT, "%s %.3f %s%n", row.name(), row.value(), row.unit()));
    }
    return text.toString().strip();
  }
}

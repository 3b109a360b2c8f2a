package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
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
    Row angular = angular(rooms);
    List<Row> rows = new ArrayList<>();
    rows.add(angular);
    rows.add(cosine(rooms));
    rows.add(triplet(units));
    rows.add(scale(rooms, angular.value(), classes));
    rows.add(threshold(Verification.of(units)));
    return new MarginAdvice(rows);
  }

  private static Row angular(Rooms rooms) {
    Sample room = rooms.angles();
    double apart = rooms.neighbours().quantile(0.5);
    double spread = rooms.own().quantile(0.95);
    double value = Math.max(0, Math.min(apart, room.quantile(0.5)));
    String reason =
        text(
            "%,d embeddings have in the median %.1f° more to the nearest other %s than to their"
                + " own: half are pushed on, half at rest (at 0.5 rad, %.0f %% would be pushed)."
                + " Neighbouring %ss are %.1f° apart, 95 %% of own angles below %.1f°: nearly all"
                + " would be at rest up to %.1f°, none past %.1f°",
            room.size(),
            room.quantile(0.5),
            rooms.direction(),
            100 * below(room, Math.toDegrees(0.5)),
            rooms.direction(),
            apart,
            spread,
            Math.max(0, apart - 2 * spread),
            apart);
    return new Row("angular margin (ArcFace)", Math.toRadians(value), "rad", reason + idle(value));
  }

  private static Row cosine(Rooms rooms) {
    Sample room = rooms.cosines();
    double most = 1 - Math.cos(Math.toRadians(rooms.neighbours().quantile(0.5)));
    double value = Math.max(0, Math.min(most, room.quantile(0.5)));
    return new Row(
        "cosine margin (CosFace)",
        value,
        "cosine",
        text(
                "the cosine to the own %s is %.3f higher than to the nearest other, in the median"
                    + " (at 0.35, %.0f %% would be pushed); past %.3f, one less the cosine of"
                    + " neighbouring %ss, even one on its own would be",
                rooms.direction(),
                room.quantile(0.5),
                100 * below(room, 0.35),
                most,
                rooms.direction())
            + idle(value));
  }

  private static String idle(double value) {
    return value > 0
        ? ""
        : ". There is no room: half of the embeddings are nearer to another class; train without a"
            + " margin first";
  }

  private static Row triplet(Embeddings units) {
    double[][] rows = units.rows();
    ClassSums sums = new ClassSums(rows, units.labels());
    List<Double> gaps = new ArrayList<>();
    NearestRows.each(
        Similarity.COSINE,
        rows,
        rows.length,
        1,
        (query, row) -> units.label(query) != units.label(row),
        (query, best) -> {
          if (sums.count(sums.placeOf(query)) > 1) {
            gaps.add(2 * (dot(rows[query], sums.meanOfRest(query)) - best.similarity(0)));
          }
        });
    Sample gap = Sample.of(gaps.stream().mapToDouble(Double::doubleValue).toArray());
    double value = gap.quantile(0.5);
    String reason =
        text(
            "squared distance of unit vectors to the nearest embedding of another class, less the"
                + " mean one to the own class: %.3f in the median, %.3f to %.3f in the middle half"
                + " (at FaceNet's 0.2, %.0f %% would be active)",
            value, gap.quantile(0.25), gap.quantile(0.75), 100 * below(gap, 0.2));
    return new Row(
        "triplet margin",
        value > 0 ? value : Double.NaN,
        "squared distance of unit vectors",
        value > 0
            ? reason
            : reason
                + ". The hardest negatives are nearer than positives: mine semi-hard ones first");
  }

  private static Row scale(Rooms rooms, double margin, int classes) {
    double others = classes - 1.0;
    double median = rooms.own().quantile(0.5);
    double angle = Math.min(45, median + Math.toDegrees(margin));
    double steepest = Math.log(others) / Math.cos(Math.toRadians(angle));
    double least =
        Math.log(others * PROBABILITY / (1 - PROBABILITY))
            / Math.max(1e-3, Math.cos(margin) + 1 / others);
    return new Row(
        "scale",
        Math.max(steepest, least),
        "",
        text(
            "AdaCos: ln %.0f / cos(min(45°, %.1f° + %.1f°)) = %.2f, steepest at the median own"
                + " angle with the margin; probability %.2f at best needs ln(%.0f · %.0f) / (%.3f +"
                + " %.3f) = %.2f: the larger",
            others,
            median,
            Math.toDegrees(margin),
            steepest,
            PROBABILITY,
            others,
            PROBABILITY / (1 - PROBABILITY),
            Math.cos(margin),
            1 / others,
            least));
  }

  private static Row threshold(Verification verification) {
    double far = FAR;
    while (far < 0.1 && far * verification.interPairs() < FEWEST) {
      far *= 10;
    }
    String name = "verification threshold";
    if (far * verification.interPairs() < FEWEST) {
      return new Row(
          name,
          Double.NaN,
          "cosine",
          text("there are but %,d pairs between classes", verification.interPairs()));
    }
    Verification.Point point = verification.thresholdAtFar(far);
    return new Row(
        name,
        point.threshold(),
        "cosine",
        text(
            "accept angles up to %.1f°: FAR %.2g of %,d pairs between classes, TAR %.3f of %,d"
                + " within (equal error rate %.3f)",
            Similarity.COSINE.degrees(point.threshold()),
            point.far(),
            verification.interPairs(),
            point.tar(),
            verification.intraPairs(),
            verification.eer()));
  }

  private static double below(Sample sample, double bound) {
    return Arrays.stream(sample.values()).filter(x -> x < bound).count() / (double) sample.size();
  }

  private static double dot(double[] u, double[] v) {
    double sum = 0;
    for (int k = 0; k < u.length; k++) {
      sum += u[k] * v[k];
    }
    return sum;
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
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
      text.append(text("%s %.3f %s%n", row.name(), row.value(), row.unit()));
    }
    return text.toString().strip();
  }
}

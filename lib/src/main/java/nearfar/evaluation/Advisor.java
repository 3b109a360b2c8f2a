package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The rules of {@link MarginAdvice}, which says where they come from. */
final class Advisor {

  private Advisor() {}

  static MarginAdvice.Row angular(Rooms rooms) {
    Sample room = rooms.angles();
    double apart = rooms.neighbours().quantile(0.5);
    double spread = rooms.own().quantile(0.95);
    double value = Math.max(0, Math.min(apart, room.quantile(0.5)));
    double safe = apart - 2 * spread;
    String reason =
        text(
            "%,d embeddings have in the median %.1f° more to the nearest other %s than to their"
                + " own: at %.3f rad %.0f %% would be pushed on (at 0.5 rad %.0f %%), the others at"
                + " rest. Neighbouring %ss are %.1f° apart, and 95 %% of own angles below %.1f°: %s"
                + " would leave nearly all at rest wherever they lie; past %.1f° none is",
            room.size(),
            room.quantile(0.5),
            rooms.direction(),
            Math.toRadians(value),
            100 * below(room, value),
            100 * below(room, Math.toDegrees(0.5)),
            rooms.direction(),
            apart,
            spread,
            safe > 0 ? text("up to %.1f° a margin", safe) : "no margin",
            apart);
    return new MarginAdvice.Row(
        "angular margin (ArcFace)", Math.toRadians(value), "rad", reason + idle(value));
  }

  static MarginAdvice.Row cosine(Rooms rooms) {
    Sample room = rooms.cosines();
    double most = 1 - Math.cos(Math.toRadians(rooms.neighbours().quantile(0.5)));
    double value = Math.max(0, Math.min(most, room.quantile(0.5)));
    return new MarginAdvice.Row(
        "cosine margin (CosFace)",
        value,
        "cosine",
        text(
                "the cosine to the own %s is %.3f higher than to the nearest other, in the median:"
                    + " at %.3f %.0f %% would be pushed on (at 0.35 %.0f %%); past %.3f, one less"
                    + " the cosine of neighbouring %ss, even one on its own would be",
                rooms.direction(),
                room.quantile(0.5),
                value,
                100 * below(room, value),
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

  static MarginAdvice.Row triplet(Embeddings units) {
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
    return new MarginAdvice.Row(
        "triplet margin",
        value > 0 ? value : Double.NaN,
        "squared distance of unit vectors",
        value > 0
            ? reason
            : reason
                + ". The hardest negatives are nearer than positives: mine semi-hard ones first");
  }

  static MarginAdvice.Row scale(Rooms rooms, double margin, int classes) {
    double others = classes - 1.0;
    double median = rooms.own().quantile(0.5);
    double angle = Math.min(45, median + Math.toDegrees(margin));
    double steepest = Math.log(others) / Math.cos(Math.toRadians(angle));
    double least =
        Math.log(others * MarginAdvice.PROBABILITY / (1 - MarginAdvice.PROBABILITY))
            / Math.max(1e-3, Math.cos(margin) + 1 / others);
    return new MarginAdvice.Row(
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
            MarginAdvice.PROBABILITY,
            others,
            MarginAdvice.PROBABILITY / (1 - MarginAdvice.PROBABILITY),
            Math.cos(margin),
            1 / others,
            least));
  }

  static MarginAdvice.Row threshold(Verification verification) {
    double far = MarginAdvice.FAR;
    while (far < 0.1 && far * verification.interPairs() < MarginAdvice.FEWEST) {
      far *= 10;
    }
    String name = "verification threshold";
    if (far * verification.interPairs() < MarginAdvice.FEWEST) {
      return new MarginAdvice.Row(
          name,
          Double.NaN,
          "cosine",
          text("there are but %,d pairs between classes", verification.interPairs()));
    }
    Verification.Point point = verification.thresholdAtFar(far);
    return new MarginAdvice.Row(
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
}

package nearfar.training;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import nearfar.loss.ScaledCosines;
import nearfar.loss.TripletActivity;
import nearfar.training.Diagnosis.Kind;

/** A doctor's looks at one training, and what they come to: each kind of diagnosis at most once. */
final class Rounds {

  /** A symptom must show in this many looks in a row: a single odd batch is no illness. */
  static final int LOOKS = 3;

  /** Triplets take longer: most of them are active, or none, for a while in a healthy training. */
  static final int LONG = 10;

  /**
   * Embeddings this near to each other, relative to their length, are one point: rounding of the
   * distances in float32 sets in at 1e-3, and the least in a healthy training was 0.24.
   */
  static final double POINT = 0.01;

  /**
   * Embeddings that have moved together to this share of their first distances, by a loss that
   * counts lengths and has no margin as their measure: center loss alone draws everything together.
   * The least in a healthy training, softmax with a tenth of center loss, was 0.5.
   */
  static final double SHRUNK = 0.1;

  /**
   * Where distances are below this share of the margin, every term is within as much of the level
   * of a collapsed network, whichever triplets are taken. With a soft margin the unit is 1: the
   * term log(1 + e^g) of a gap g is within 4 % of ln 2 for g below 0.05.
   */
  static final double SMALL_BESIDE_MARGIN = 0.05;

  /** From here all valid triplets count as active: one that is done by chance changes nothing. */
  static final double ALL = 0.99;

  /** A class vector shorter than this has all but vanished: they start with a length of about 1. */
  static final double VANISHED = 1e-3;

  /**
   * So many images of a class, in {@link #LONG} looks or more, without one that was given to it: if
   * it were right for one image in four, this would happen once in 300.
   */
  static final int MISSES = 20;

  /** Misses count only while the others are learnt, that is at this accuracy or above. */
  static final double LEARNT = 0.5;

  /**
   * Lengths of this many times what they were at first (or of 1, where they were less). Softmax in
   * two dimensions grows to tens, which is healthy; at 1000 a squared distance in float32 is only
   * good to 0.1, half of the usual margin.
   */
  static final double EXPLODED = 1000;

  /**
   * A perfect network that cannot give the right class a probability of this much is pushed with
   * half of the full force for ever.
   */
  static final double HALF = 0.5;

  /** A probability from which the softmax is saturated: its gradient is below 1 % of the full. */
  static final double SURE = 0.99;

  /** Fewer mistakes in a batch than this say nothing about mistakes. */
  static final int SOME_MISTAKES = 4;

  private static final int NAMED_CLASSES = 5;

  private final Map<Kind, Integer> inARow = new EnumMap<>(Kind.class);
  private final Set<Kind> known = EnumSet.noneOf(Kind.class);
  private double firstNorm = Double.NaN;
  private double firstApart = Double.NaN;
  private double firstRow = Double.NaN;
  private int[] misses = {};
  private int[] missedLooks = {};
  private boolean everTaught;

  /** Adds a look; what it makes certain is returned. */
  List<Diagnosis> look(Examination e, int epoch, int step) {
    if (Double.isNaN(firstNorm)) {
      firstNorm = e.meanNorm();
      firstApart = e.apart();
      firstRow = longest(e.rows());
    }
    Findings found = new Findings(epoch, step);
    boolean point = collapse(e, found);
    // A collapsed network has all its triplets active or none: that is no second illness.
    e.triplets().ifPresent(t -> triplets(t, point, found));
    norms(e, found);
    if (e.rows().length > 0) {
      deadRows(e, found);
      e.cosines().ifPresent(c -> scale(e, c, found));
    }
    return found.certain;
  }

  /** What one look makes certain. */
  private final class Findings {
    final int epoch;
    final int step;
    final List<Diagnosis> certain = new ArrayList<>();

    Findings(int epoch, int step) {
      this.epoch = epoch;
      this.step = step;
    }

    void note(Kind kind, boolean shows, int looks, Supplier<String> seen, String helps) {
      int row = shows ? inARow.merge(kind, 1, Integer::sum) : 0;
      inARow.put(kind, row);
      if (row >= looks && known.add(kind)) {
        certain.add(new Diagnosis(kind, seen.get(), helps, epoch, step));
      }
    }
  }

  private boolean collapse(Examination e, Findings found) {
    double apart = e.apart();
    boolean lengthsCount = e.triplets().isEmpty() && e.cosines().isEmpty();
    boolean relative =
        e.labels().length > 1
            && (e.spread() < POINT || (lengthsCount && apart < SHRUNK * firstApart));
    boolean besideMargin =
        e.triplets()
            .map(t -> t.meanDistance() < SMALL_BESIDE_MARGIN * (t.soft() ? 1 : t.margin()))
            .orElse(false);
    Supplier<String> points =
        () ->
            text(
                "the embeddings of a batch are %.2g apart from their mean, at a length of %.2g (at"
                    + " first %.2g at %.2g)",
                apart, e.meanNorm(), firstApart, firstNorm);
    found.note(
        Kind.COLLAPSE,
        relative || besideMargin,
        LOOKS,
        () ->
            points.get()
                + e.triplets().map(t -> level(t, e.loss())).orElse(text("; loss %.4g", e.loss())),
        e.triplets().isPresent()
            ? "a learning rate ten times smaller, semi-hard or all triplets before the hardest, and"
                + " embeddings of length 1 (normalized())"
            : "a loss that pushes classes apart too (center loss alone only pulls together), a"
                + " smaller weight of what pulls, and a learning rate ten times smaller");
    return relative || besideMargin;
  }

  private static String level(TripletActivity t, double loss) {
    return text(
        "; their mean distance is %.2g, loss %.4g, where a term of a collapsed network sits at %s",
        t.meanDistance(),
        loss,
        t.soft() ? "ln 2 = 0.6931" : text("the margin, %.4g", t.collapsedTerm()));
  }

  private void triplets(TripletActivity t, boolean point, Findings found) {
    boolean idle = t.teaching() == 0 && !point;
    boolean before = everTaught;
    everTaught |= t.teaching() > 0;
    found.note(
        Kind.NO_ACTIVE_TRIPLETS,
        idle,
        LONG,
        () ->
            text(
                "%d looks in a row found no triplet with a gradient (the last: %d valid, %d active,"
                    + " %d chosen, none of them active)",
                LONG, t.valid(), t.active(), t.chosen()),
        t.valid() == 0
            ? "batches with at least two classes and at least two images of each, such as"
                + " ClassBatches.of(8, 4, seed)"
            : before
                ? "what these triplets teach is learnt: stop, or go on with harder ones: a larger"
                    + " margin, the hardest triplets, more classes in a batch"
                : "a larger margin in the unit of the distance, embeddings of length 1"
                    + " (normalized()), or a miner that takes more");
    found.note(
        Kind.ALL_TRIPLETS_ACTIVE,
        !t.soft() && t.valid() > 0 && t.activeShare() >= ALL && !point,
        LONG,
        () ->
            text(
                "%d looks in a row found nearly every triplet active (the last: %d of %d) with"
                    + " margin %.4g at a mean distance of %.2g",
                LONG, t.active(), t.valid(), t.margin(), t.meanDistance()),
        "a margin that the distances can reach: squared distances of unit vectors are at most 4,"
            + " and 0.2 is usual; else a larger learning rate");
  }

  private void norms(Examination e, Findings found) {
    double row = longest(e.rows());
    boolean embeddings = e.meanNorm() > EXPLODED * Math.max(1, firstNorm);
    boolean vectors = row > EXPLODED * Math.max(1, firstRow);
    found.note(
        Kind.EXPLODING_NORMS,
        embeddings || vectors,
        LOOKS,
        () ->
            embeddings
                ? text(
                    "the embeddings' mean length is %.3g, it was %.3g at first",
                    e.meanNorm(), firstNorm)
                : text("the longest class vector is %.3g, it was %.3g at first", row, firstRow),
        "a learning rate ten times smaller, images normalised to mean 0 and deviation 1, and a loss"
            + " on directions (normalized(), ArcFace)");
  }

  private void deadRows(Examination e, Findings found) {
    float[] rows = e.rows();
    if (misses.length == 0) {
      misses = new int[e.classes()];
      missedLooks = new int[e.classes()];
    }
    boolean learnt = e.accuracy() >= LEARNT;
    int[] images = new int[rows.length];
    boolean[] hit = new boolean[rows.length];
    for (int i = 0; i < e.labels().length; i++) {
      int own = (int) e.labels()[i];
      images[own]++;
      hit[own] |= e.chosen()[i] == own;
    }
    List<String> vanished = new ArrayList<>();
    List<String> never = new ArrayList<>();
    for (int j = 0; j < rows.length; j++) {
      int c = e.classOf(j);
      if (hit[j]) {
        misses[c] = 0;
        missedLooks[c] = 0;
      } else if (learnt && images[j] > 0) {
        misses[c] += images[j];
        missedLooks[c]++;
      }
      if (rows[j] < VANISHED) {
        vanished.add(text("%d (length %.2g)", c, rows[j]));
      } else if (misses[c] >= MISSES && missedLooks[c] >= LONG) {
        never.add(text("%d (%d images)", c, misses[c]));
      }
    }
    found.note(
        Kind.DEAD_CLASS_VECTORS,
        !vanished.isEmpty() || !never.isEmpty(),
        LOOKS,
        () ->
            (vanished.isEmpty()
                    ? ""
                    : "no length is left of the vectors of class " + some(vanished))
                + (vanished.isEmpty() || never.isEmpty() ? "" : "; ")
                + (never.isEmpty()
                    ? ""
                    : "its own vector was not chosen for any of the last images of class "
                        + some(never)
                        + text(", at an accuracy of %.0f %%", 100 * e.accuracy())),
        "the same number of images of every class in a batch (ClassBatches), a look at these"
            + " classes' images for wrong labels or copies of another class, and a smaller learning"
            + " rate");
  }

  private static String some(List<String> classes) {
    int more = classes.size() - NAMED_CLASSES;
    return String.join(", ", classes.subList(0, Math.min(NAMED_CLASSES, classes.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static void scale(Examination e, ScaledCosines cosines, Findings found) {
    int classes = e.rows().length;
    double least = cosines.leastLoss(classes);
    double usual = Math.sqrt(2) * Math.log(Math.max(2, classes - 1));
    String advice =
        text(
            "a scale between √2·ln(C − 1) (AdaCos), here %.2g, and about ten times that, and with a"
                + " small scale no large margin",
            usual);
    found.note(
        Kind.SCALE_TOO_SMALL,
        Math.exp(-least) < HALF,
        1, // Known beforehand: the bound does not depend on the network.
        () ->
            text(
                "with s = %.4g and %d classes even a perfect network has a loss of %.3g (its right"
                    + " class a probability of %.2g); now it is %.3g, and guessing gives ln %2$d ="
                    + " %.3g",
                cosines.scale(), classes, least, Math.exp(-least), e.loss(), Math.log(classes)),
        advice);
    int mistakes = 0;
    int sure = 0;
    for (int i = 0; i < e.labels().length; i++) {
      boolean mistake = e.chosen()[i] != e.labels()[i];
      mistakes += mistake ? 1 : 0;
      sure += mistake && e.sureness()[i] > SURE ? 1 : 0;
    }
    int wrong = mistakes;
    int saturated = sure;
    found.note(
        Kind.SCALE_TOO_LARGE,
        wrong >= SOME_MISTAKES && saturated > HALF * wrong,
        LOOKS,
        () ->
            text(
                "with s = %.4g the softmax is saturated: it is sure (above %.2g) of %d of the"
                    + " batch's %d mistakes; loss %.3g, where guessing gives ln %d = %.3g and a"
                    + " perfect network %.2g",
                cosines.scale(),
                SURE,
                saturated,
                wrong,
                e.loss(),
                classes,
                Math.log(classes),
                least),
        advice);
  }

  private static double longest(float[] rows) {
    float longest = 0;
    for (float row : rows) {
      longest = Math.max(longest, row);
    }
    return longest;
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}

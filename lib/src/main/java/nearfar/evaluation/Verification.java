package nearfar.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/**
 * How well a threshold on similarity tells pairs of one class from pairs of two: of all N(N − 1)/2
 * pairs, those at least as similar as the threshold are accepted. TAR (true accept rate) is the
 * accepted fraction of the pairs within a class, FAR (false accept rate) that of the pairs between
 * classes. Pairs of equal similarity are accepted together: one threshold, one point of the curve.
 *
 * <p>Definitions are those of scikit-learn's {@code roc_curve(drop_intermediate=False)} and {@code
 * average_precision_score}. Embeddings alone in their class give pairs between classes only.
 *
 * <p>Of 50 million pairs or fewer every similarity is kept: time O(N²·(D + log N)) and memory of 8
 * bytes a pair, 16 MB for 2,000 embeddings and 400 MB for 10,000. More are counted in cells, in
 * time O(N²·D), 4 bytes for each entry of the embeddings and a few MB for each core; what that
 * costs in exactness is {@link #resolution()}.
 */
public final class Verification {

  private final Similarity similarity;
  private final Pairs pairs;
  private final double auc;
  private final double eer;
  private final double averagePrecision;

  /**
   * A point of the ROC curve.
   *
   * @param far false accept rate, in [0, 1]
   * @param tar true accept rate, in [0, 1]
   * @param threshold the least similarity that is accepted, in units of the similarity; infinite
   *     where none is
   */
  public record Point(double far, double tar, double threshold) {}

  /** Told of every threshold, falling from infinity, with the number of pairs accepted there. */
  private interface Step {
    void at(double threshold, long trueAccepts, long falseAccepts);
  }

  private Verification(Similarity similarity, Pairs pairs) {
    this.similarity = similarity;
    this.pairs = pairs;
    long within = intraPairs();
    long between = interPairs();
    var sums =
        new Step() {
          // Twice the area in units of one pair of pairs: whole numbers, so that no digit is lost.
          private double area = 0;
          private double precision = 0;
          private double nearest = Double.POSITIVE_INFINITY;
          private double equalError = 0;
          private long trueBefore = 0;
          private long falseBefore = 0;

          @Override
          public void at(double threshold, long trueAccepts, long falseAccepts) {
            area += (double) (falseAccepts - falseBefore) * ((double) trueAccepts + trueBefore);
            if (trueAccepts > trueBefore) {
              double accepted = (double) trueAccepts + falseAccepts;
              precision += (trueAccepts - trueBefore) * (trueAccepts / accepted);
            }
            double far = (double) falseAccepts / between;
            double missed = 1 - (double) trueAccepts / within;
            if (Math.abs(far - missed) < nearest) {
              nearest = Math.abs(far - missed);
              equalError = (far + missed) / 2;
            }
            trueBefore = trueAccepts;
            falseBefore = falseAccepts;
          }
        };
    walk(sums);
    this.auc = sums.area / 2 / within / between;
    this.averagePrecision = sums.precision / within;
    this.eer = sums.equalError;
  }

  /**
   * Compares all pairs by cosine similarity.
   *
   * @param embeddings what is compared
   * @return the measures
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, or one
   *     is the zero vector
   * @throws CancellationException if the thread is interrupted
   */
  public static Verification of(Embeddings embeddings) {
    return of(embeddings, Similarity.COSINE);
  }

  /**
   * Compares all pairs by a similarity.
   *
   * @param embeddings what is compared
   * @param similarity what to compare by
   * @return the measures
   * @throws IllegalArgumentException if no class has two embeddings, or there is but one class; if
   *     one is the zero vector and the similarity is the cosine
   * @throws CancellationException if the thread is interrupted
   */
  public static Verification of(Embeddings embeddings, Similarity similarity) {
    return of(embeddings, similarity, Pairs.MOST_KEPT);
  }

  static Verification of(Embeddings embeddings, Similarity similarity, long mostKept) {
    var figure =
        new Pairs.Figure("similarities", similarity::of, similarity::at, similarity.granule());
    return new Verification(
        similarity, Pairs.of(embeddings, similarity.prepare(embeddings), figure, mostKept));
  }

  private void walk(Step step) {
    Sample intra = pairs.intra();
    Sample inter = pairs.inter();
    int p = intra.places();
    int q = inter.places();
    step.at(Double.POSITIVE_INFINITY, 0, 0);
    while (p > 0 || q > 0) {
      double threshold =
          Math.max(
              p > 0 ? intra.at(p - 1) : Double.NEGATIVE_INFINITY,
              q > 0 ? inter.at(q - 1) : Double.NEGATIVE_INFINITY);
      while (p > 0 && intra.at(p - 1) == threshold) {
        p--;
      }
      while (q > 0 && inter.at(q - 1) == threshold) {
        q--;
      }
      step.at(threshold, intraPairs() - intra.before(p), interPairs() - inter.before(q));
    }
  }

  /**
   * Area under the ROC curve by the trapezoidal rule: the probability that a pair within a class is
   * more similar than a pair between classes, equal ones counting one half.
   *
   * @return an area in [0, 1]; 0.5 is chance
   */
  public double auc() {
    return auc;
  }

  /**
   * Equal error rate: at the threshold where FAR and 1 − TAR differ least (the highest such), the
   * mean of the two.
   *
   * @return a rate in [0, 1]
   */
  public double eer() {
    return eer;
  }

  /**
   * Average precision: Σ over falling thresholds of the rise in TAR times the precision there, the
   * fraction of accepted pairs that are within a class.
   *
   * @return a fraction in [0, 1]
   */
  public double averagePrecision() {
    return averagePrecision;
  }

  /**
   * TAR@FAR: the largest true accept rate of all thresholds whose false accept rate is at most the
   * given one. Nothing is interpolated: below one pair in {@link #interPairs()} a rate means "no
   * false accept at all".
   *
   * @param far the false accept rate allowed, in [0, 1]
   * @return the true accept rate, in [0, 1]
   * @throws IllegalArgumentException if the rate is not in [0, 1]
   */
  public double tarAtFar(double far) {
    return lowest(far).tar();
  }

  /**
   * What to accept so that at most the given share of pairs between classes is accepted: the lowest
   * such threshold, with the rates that it has here. Its TAR is {@link #tarAtFar}.
   *
   * <pre>{@code
   * var embeddings = Embeddings.of(
   *     new double[][] {{1, 0}, {0.9, 0.1}, {0, 1}, {0.1, 0.9}}, new int[] {0, 0, 1, 1});
   * var at = Verification.of(embeddings).thresholdAtFar(0.25);
   * double cosine = 0.95;
   * boolean same = cosine >= at.threshold(); // or: angle <= Similarity.COSINE.degrees(at.threshold())
   * }</pre>
   *
   * <p>The threshold is in units of the similarity: a cosine in [-1, 1], or minus a Euclidean
   * distance. It is infinite (accept nothing) where more pairs than allowed are as similar as the
   * most similar one. Where pairs were counted in cells it may be off by {@link #resolution()}.
   *
   * @param far the false accept rate allowed, in (0, 1]
   * @return the threshold, and FAR and TAR of what is at least as similar
   * @throws IllegalArgumentException if the rate is not in that range, or finer than one of these
   *     pairs: a threshold for it cannot be told from so few
   */
  public Point thresholdAtFar(double far) {
    if (far >= 0 && far < 1.0 / interPairs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a threshold at FAR %s needs %s pairs between classes or more, got %,d: ask for %.1e"
                  + " or more, or embed more images",
              far,
              far == 0 ? "endless" : String.format(Locale.ROOT, "%,.0f", Math.ceil(1 / far)),
              interPairs(),
              1.0 / interPairs()));
    }
    return lowest(far);
  }

  /**
   * What a given threshold does: the rates of accepting whatever is at least as similar. For a
   * threshold that was chosen on other embeddings.
   *
   * @param threshold in units of the similarity
   * @return the threshold with its FAR and TAR on these embeddings
   * @throws IllegalArgumentException if the threshold is NaN
   */
  public Point at(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("a threshold must be a number, got NaN");
    }
    Point[] last = {new Point(0, 0, threshold)};
    walk(
        (value, trueAccepts, falseAccepts) -> {
          if (value >= threshold) {
            last[0] =
                new Point(
                    (double) falseAccepts / interPairs(),
                    (double) trueAccepts / intraPairs(),
                    threshold);
          }
        });
    return last[0];
  }

  private Point lowest(double far) {
    if (!(far >= 0 && far <= 1)) {
      throw new IllegalArgumentException("a false accept rate must be in [0, 1], got " + far);
    }
    Point[] best = new Point[1];
    walk(
        (threshold, trueAccepts, falseAccepts) -> {
          double rate = (double) falseAccepts / interPairs();
          if (rate <= far) {
            best[0] = new Point(rate, (double) trueAccepts / intraPairs(), threshold);
          }
        });
    return best[0];
  }

  /**
   * What pairs were compared by: the unit of every threshold here.
   *
   * @return cosine, or minus the Euclidean distance
   */
  public Similarity similarity() {
    return similarity;
  }

  /**
   * The ROC curve from (0, 0) to (1, 1), FAR and TAR rising. Points in the middle of a horizontal
   * or vertical run are left out; the curve is the same without them.
   *
   * @return the corners of the curve
   */
  public List<Point> roc() {
    List<Point> points = new ArrayList<>();
    long[][] counts = new long[2][2]; // (true, false accepts) of the last two points kept
    walk(
        (threshold, trueAccepts, falseAccepts) -> {
          int last = points.size() - 1;
          boolean upright =
              last > 0 && counts[0][1] == counts[1][1] && counts[1][1] == falseAccepts;
          boolean level = last > 0 && counts[0][0] == counts[1][0] && counts[1][0] == trueAccepts;
          if (upright || level) {
            points.remove(last);
          } else {
            counts[0] = counts[1];
          }
          counts[1] = new long[] {trueAccepts, falseAccepts};
          points.add(
              new Point(
                  (double) falseAccepts / interPairs(),
                  (double) trueAccepts / intraPairs(),
                  threshold));
        });
    return List.copyOf(points);
  }

  /**
   * How many pairs are of one class.
   *
   * @return the number of pairs within a class
   */
  public long intraPairs() {
    return pairs.intra().size();
  }

  /**
   * How many pairs are of two classes.
   *
   * @return the number of pairs between classes
   */
  public long interPairs() {
    return pairs.inter().size();
  }

  /**
   * How far a pair's similarity may be from the one that it is counted with. Of 50 million pairs or
   * fewer, those of 10,000 embeddings, every similarity is kept and this is 0. More are counted in
   * cells: every rate at a threshold t lies between the exact ones at t − resolution and t +
   * resolution, and the AUC is off by at most half the probability that a pair within a class and
   * one between classes differ by no more than twice the resolution.
   *
   * @return 0 or more, in units of the similarity
   */
  public double resolution() {
    return pairs.resolution();
  }

  /** Such as "verification of 28,680 pairs: AUC 0.981, EER 0.067, TAR@FAR 0.01 0.712". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "verification of %,d pairs: AUC %.3f, EER %.3f, TAR@FAR 0.01 %.3f%s",
        intraPairs() + interPairs(),
        auc,
        eer,
        tarAtFar(0.01),
        resolution() == 0
            ? ""
            : String.format(Locale.ROOT, ", similarities counted to ± %.1g", resolution()));
  }
}

package nearfar.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The measures of an open set as functions of how often each class is drawn, which is what a
 * bootstrap over classes needs: a class that is drawn twice counts as two classes with equal
 * embeddings would, one that is not drawn does not count.
 *
 * <pre>{@code
 * var random = new Random(7);
 * double[][] vectors = Stream.generate(() -> random.doubles(3, -1, 1).toArray())
 *     .limit(36).toArray(double[][]::new);
 * int[] labels = IntStream.range(0, 36).map(i -> i / 3).toArray();
 * var set = OpenSet.of(Embeddings.of(vectors, labels));
 * double[] replicates = Arrays.stream(Bootstrap.of(2000, 7).draws(set.classes()))
 *     .mapToDouble(set::eer).toArray();
 * var interval = Interval.of(set.eer(set.once()), replicates);
 * }</pre>
 *
 * <p>With each class drawn once the measures equal those of {@link Retrieval} and {@link
 * Verification} by cosine similarity. In retrieval, drawing chooses the queries; what is searched
 * stays the whole set. In verification a pair within class a counts w_a times, one between a and b
 * w_a · w_b times; pairs of a class with its own copy are left out.
 *
 * <p>Classes are in the order of their labels. Making it takes the time of a {@link Retrieval} and
 * a {@link Verification} and 8 bytes a pair; a measure is one walk along the most similar pairs.
 */
public final class OpenSet {

  /** Below them in a key is the number of the pair of classes; above, how far apart the pair is. */
  private static final int PAIR_BITS = 21;

  private static final int MOST_CLASSES = 2047;
  private static final double GRID = 0x1p40;

  private final int classes;

  /** For each class its queries, how many found their class first, and the sum of their AP@R. */
  private final int[] queries;

  private final int[] found;
  private final double[] precisions;

  /** For each pair of classes (a ≥ b, at a(a + 1)/2 + b) how many pairs of embeddings it has. */
  private final long[] pairs;

  /** All pairs of embeddings, the most similar first. */
  private final long[] keys;

  private OpenSet(
      int classes, int[] queries, int[] found, double[] precisions, long[] pairs, long[] keys) {
    this.classes = classes;
    this.queries = queries;
    this.found = found;
    this.precisions = precisions;
    this.pairs = pairs;
    this.keys = keys;
  }

  /**
   * Ranks and compares by cosine similarity.
   *
   * @param embeddings what is searched and compared
   * @return the measures
   * @throws IllegalArgumentException if no class has two embeddings, there is but one class, there
   *     are more than 10,000 embeddings or 2,047 classes, or one is the zero vector
   */
  public static OpenSet of(Embeddings embeddings) {
    int[] labels = Arrays.stream(embeddings.labels()).distinct().sorted().toArray();
    int classes = labels.length;
    if (classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "at most " + MOST_CLASSES + " classes can be drawn from, got " + classes);
    }
    int[] classOf =
        Arrays.stream(embeddings.labels()).map(y -> Arrays.binarySearch(labels, y)).toArray();
    Pairs.countWithin(embeddings);
    int n = embeddings.size();
    long count = n * (n - 1L) / 2;
    if (count > Pairs.MOST_KEPT) {
      throw new IllegalArgumentException(
          n
              + " embeddings make "
              + count
              + " pairs, but at most "
              + Pairs.MOST_KEPT
              + " are kept, which every draw walks along: embed 10,000 images or fewer, such as"
              + " images.atMost(classes, perClass, seed), or take some of the embeddings");
    }
    Retrieval retrieval = Retrieval.of(embeddings);
    int[] queries = new int[classes];
    int[] found = new int[classes];
    double[] precisions = new double[classes];
    int[] rows = retrieval.queryRows();
    double[] averagePrecisions = retrieval.averagePrecisions();
    for (int q = 0; q < rows.length; q++) {
      int c = classOf[rows[q]];
      queries[c]++;
      found[c] += retrieval.firstHit(q) == 1 ? 1 : 0;
      precisions[c] += averagePrecisions[q];
    }
    double[][] units = embeddings.units();
    long[] pairs = new long[number(classes, 0)];
    long[] keys = new long[(int) count];
    int k = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        int pair = number(Math.max(classOf[i], classOf[j]), Math.min(classOf[i], classOf[j]));
        // The similarity is a multiple of the grid in [-1, 1], so that this is a whole number.
        long apart = (long) ((1 - Similarity.COSINE.of(units[i], units[j])) * GRID);
        keys[k++] = apart << PAIR_BITS | pair;
        pairs[pair]++;
      }
    }
    Arrays.sort(keys);
    return new OpenSet(classes, queries, found, precisions, pairs, keys);
  }

  /**
   * Recall@1, MAP@R and EER of the set, each with its interval over classes drawn with replacement:
   * how far the figures would move had other classes been met.
   *
   * <pre>{@code
   * var random = new Random(7);
   * double[][] vectors = Stream.generate(() -> random.doubles(3, -1, 1).toArray())
   *     .limit(36).toArray(double[][]::new);
   * int[] labels = IntStream.range(0, 36).map(i -> i / 3).toArray();
   * var set = OpenSet.of(Embeddings.of(vectors, labels));
   * show(Tables.intervals("unseen classes", set.intervals(Bootstrap.of(2000, 7))));
   * }</pre>
   *
   * @param bootstrap how often to draw, and from which seed
   * @return intervals by the measure's name, in this order
   * @throws IllegalArgumentException if a draw gives no figure, as {@link #eer} says: with ten
   *     classes of two images or more this does not happen in practice
   */
  public Map<String, Interval> intervals(Bootstrap bootstrap) {
    int[][] draws = bootstrap.draws(classes);
    Map<String, Interval> intervals = new LinkedHashMap<>();
    intervals.put("Recall@1", interval(draws, this::recallAt1));
    intervals.put("MAP@R", interval(draws, this::mapAtR));
    intervals.put("EER", interval(draws, this::eer));
    return intervals;
  }

  private Interval interval(int[][] draws, ToDoubleFunction<int[]> measure) {
    double[] replicates = Arrays.stream(draws).parallel().mapToDouble(measure).toArray();
    return Interval.of(measure.applyAsDouble(once()), replicates);
  }

  private static int number(int a, int b) {
    return a * (a + 1) / 2 + b;
  }

  /**
   * How many classes there are to draw from.
   *
   * @return the number of different labels
   */
  public int classes() {
    return classes;
  }

  /**
   * Every class drawn once: the set as it is.
   *
   * @return ({@link #classes()}) ones
   */
  public int[] once() {
    int[] ones = new int[classes];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Recall@1 over the queries of the classes drawn.
   *
   * @param counts how often each class is drawn
   * @return a fraction in [0, 1]
   * @throws IllegalArgumentException if there is not a count of 0 or more for each class, or no
   *     class is drawn that has two embeddings
   */
  public double recallAt1(int... counts) {
    checkQueries(counts);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += (double) counts[c] * found[c];
    }
    return sum / total(queries, counts);
  }

  /**
   * MAP@R over the queries of the classes drawn.
   *
   * @param counts how often each class is drawn
   * @return a fraction in [0, 1]
   * @throws IllegalArgumentException as {@link #recallAt1}
   */
  public double mapAtR(int... counts) {
    checkQueries(counts);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += counts[c] * precisions[c];
    }
    return sum / total(queries, counts);
  }

  /**
   * Equal error rate of the classes drawn.
   *
   * @param counts how often each class is drawn
   * @return a rate in [0, 1]
   * @throws IllegalArgumentException if there is not a count of 0 or more for each class, no class
   *     is drawn that has two embeddings, or all that are drawn are one
   */
  public double eer(int... counts) {
    double[] best = {Double.POSITIVE_INFINITY, Double.NaN};
    walk(
        counts,
        (far, tar) -> {
          double missed = 1 - tar;
          if (Math.abs(far - missed) < best[0]) {
            best[0] = Math.abs(far - missed);
            best[1] = (far + missed) / 2;
          }
          // One rises and the other falls: from here on they only part.
          return far < missed;
        });
    return best[1];
  }

  /**
   * TAR@FAR of the classes drawn.
   *
   * @param far the false accept rate allowed, in [0, 1]
   * @param counts how often each class is drawn
   * @return the true accept rate, in [0, 1]
   * @throws IllegalArgumentException as {@link #eer}, or if the rate is not in [0, 1]
   */
  public double tarAtFar(double far, int... counts) {
    if (!(far >= 0 && far <= 1)) {
      throw new IllegalArgumentException("a false accept rate must be in [0, 1], got " + far);
    }
    double[] best = new double[1];
    walk(
        counts,
        (accepted, tar) -> {
          if (accepted <= far) {
            best[0] = tar;
          }
          return accepted <= far;
        });
    return best[0];
  }

  /** Told of every threshold, from the strictest on; says whether to go on. */
  private interface Step {
    boolean at(double far, double tar);
  }

  private void walk(int[] counts, Step step) {
    check(counts);
    // What a pair counts: above 0 within a class, below 0 between two.
    long[] weights = new long[pairs.length];
    long within = 0;
    long between = 0;
    for (int a = 0; a < classes; a++) {
      weights[number(a, a)] = counts[a];
      within += counts[a] * pairs[number(a, a)];
      for (int b = 0; b < a; b++) {
        long weight = (long) counts[a] * counts[b];
        weights[number(a, b)] = -weight;
        between += weight * pairs[number(a, b)];
      }
    }
    if (within == 0 || between == 0) {
      throw new IllegalArgumentException(
          "the classes drawn must have pairs within a class and between two, got "
              + within
              + " and "
              + between
              + ": there are "
              + classes
              + " classes to draw from, and few give such draws");
    }
    long trueAccepts = 0;
    long falseAccepts = 0;
    boolean on = step.at(0, 0);
    for (int k = 0; on && k < keys.length; ) {
      long apart = keys[k] >>> PAIR_BITS;
      long before = trueAccepts + falseAccepts;
      for (; k < keys.length && keys[k] >>> PAIR_BITS == apart; k++) {
        long weight = weights[(int) (keys[k] & (1 << PAIR_BITS) - 1)];
        trueAccepts += Math.max(0, weight);
        falseAccepts += Math.max(0, -weight);
      }
      if (trueAccepts + falseAccepts > before) {
        on = step.at((double) falseAccepts / between, (double) trueAccepts / within);
      }
    }
  }

  private static double total(int[] of, int[] counts) {
    double sum = 0;
    for (int c = 0; c < counts.length; c++) {
      sum += (double) counts[c] * of[c];
    }
    return sum;
  }

  private void checkQueries(int[] counts) {
    check(counts);
    if (total(queries, counts) == 0) {
      throw new IllegalArgumentException(
          "a class with two embeddings or more must be drawn: nothing could be found");
    }
  }

  private void check(int[] counts) {
    if (counts.length != classes || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "there must be a count of 0 or more for each of the "
              + classes
              + " classes, got "
              + Arrays.toString(counts));
    }
  }
}

package nearfar.evaluation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well nearest neighbours have the query's class: every embedding in turn is the query, and all
 * others are ranked by falling similarity. Of equally similar ones the lower row comes first, as in
 * a stable sort, so that a result does not depend on the machine.
 *
 * <p>An embedding that is alone in its class has nothing to find. It is no query and counts in no
 * mean ({@link #queriesLeftOut()} says how many there are); it remains among the ranked ones.
 *
 * <p>With R the number of other embeddings of the query's class, hit(i) = 1 if the one at rank i
 * has that class, and P(i) the fraction of hits among the first i: R-precision is P(R), and MAP@R
 * is the mean over queries of 1/R · Σ hit(i) · P(i) for i = 1 … R (Musgrave, Belongie and Lim, "A
 * metric learning reality check", 2020, arXiv:2003.08505, eq. 3). All measures are in [0, 1].
 *
 * <p>Time O(N²·D), on all cores. Memory, beyond the embeddings at length one: 4 bytes for each of
 * their entries, and 16 for each query and other embedding of its class, but no more than 64 MB
 * (and one query's) of these. Similarities are computed in single precision first, and decided in
 * double precision wherever that could change a rank.
 */
public final class Retrieval {

  /** 64 MB. */
  private static final long MOST_CLASSMATES = 4_000_000;

  private final int size;

  /** For each query its row, the rank of the first hit, and AP@R. */
  private final int[] queryRows;

  private final int[] firstHits;
  private final double[] averagePrecisions;
  private final double rPrecision;
  private final double mapAtR;

  private Retrieval(
      int size,
      int[] queryRows,
      int[] firstHits,
      double[] averagePrecisions,
      double rPrecision,
      double mapAtR) {
    this.size = size;
    this.queryRows = queryRows;
    this.firstHits = firstHits;
    this.averagePrecisions = averagePrecisions;
    this.rPrecision = rPrecision;
    this.mapAtR = mapAtR;
  }

  /**
   * Ranks by cosine similarity.
   *
   * @param embeddings what is searched, and searched for
   * @return the measures
   * @throws IllegalArgumentException if no class has two embeddings, or one is the zero vector
   * @throws CancellationException if the thread is interrupted
   */
  public static Retrieval of(Embeddings embeddings) {
    return of(embeddings, Similarity.COSINE);
  }

  /**
   * Ranks by a similarity.
   *
   * @param embeddings what is searched, and searched for
   * @param similarity what to rank by
   * @return the measures
   * @throws IllegalArgumentException if no class has two embeddings; if one is the zero vector and
   *     the similarity is the cosine
   * @throws CancellationException if the thread is interrupted
   */
  public static Retrieval of(Embeddings embeddings, Similarity similarity) {
    return of(embeddings, similarity, MOST_CLASSMATES);
  }

  static Retrieval of(Embeddings embeddings, Similarity similarity, long mostClassmates) {
    double[][] rows = similarity.prepare(embeddings);
    int[][] classmates = classmates(embeddings.labels());
    int n = rows.length;
    int[] queryRows = IntStream.range(0, n).filter(i -> classmates[i].length > 1).toArray();
    int queries = queryRows.length;
    if (queries == 0) {
      throw new IllegalArgumentException(
          "retrieval needs a class with two embeddings or more, got "
              + n
              + " embeddings of "
              + embeddings.classes()
              + " classes, each alone in its class: nothing could be found");
    }
    PairTiles tiles = new PairTiles(rows, similarity.granule());
    int[] firstHits = new int[queries];
    double[] averagePrecisions = new double[queries];
    double precisions = 0;
    double sumOfAverages = 0;
    int q = 0;
    for (int begin = 0, end; begin < n; begin = end) {
      end = endOfStrip(classmates, begin, mostClassmates);
      Ranks ranks = Ranks.of(similarity, rows, classmates, tiles, begin, end);
      for (; q < queries && queryRows[q] < end; q++) {
        int[] hits = ranks.hits(queryRows[q]);
        int relevant = classmates[queryRows[q]].length - 1;
        int found = 0;
        double sum = 0;
        while (found < hits.length && hits[found] <= relevant) {
          sum += (found + 1.0) / hits[found];
          found++;
        }
        precisions += (double) found / relevant;
        sumOfAverages += sum / relevant;
        firstHits[q] = hits[0];
        averagePrecisions[q] = sum / relevant;
      }
    }
    return new Retrieval(
        n, queryRows, firstHits, averagePrecisions, precisions / queries, sumOfAverages / queries);
  }

  /** For each row the rows of its class, rising; one array for all of a class. */
  private static int[][] classmates(int[] labels) {
    Map<Integer, int[]> classes =
        IntStream.range(0, labels.length)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    i -> labels[i],
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        rows -> rows.stream().mapToInt(Integer::intValue).toArray())));
    return Arrays.stream(labels)
        .mapToObj(label -> Objects.requireNonNull(classes.get(label)))
        .toArray(int[][]::new);
  }

  /** As many queries as may be ranked at a time: each pair of these is compared but once. */
  private static int endOfStrip(int[][] classmates, int begin, long most) {
    long held = classmates[begin].length;
    int end = begin + 1;
    while (end < classmates.length && held + classmates[end].length <= most) {
      held += classmates[end].length;
      end++;
    }
    return end;
  }

  /**
   * Recall@k: the fraction of queries with their own class among the k nearest. Recall@1 is
   * precision at 1, the accuracy of the nearest neighbour.
   *
   * @param k how many neighbours, from 1 to N − 1
   * @return a fraction in [0, 1]
   * @throws IllegalArgumentException if k is not in that range
   */
  public double recallAt(int k) {
    if (k < 1 || k >= size) {
      throw new IllegalArgumentException(
          "k must be in [1, " + (size - 1) + "], the number of other embeddings, got " + k);
    }
    int found = 0;
    for (int rank : firstHits) {
      if (rank <= k) {
        found++;
      }
    }
    return (double) found / firstHits.length;
  }

  /**
   * R-precision: mean over queries of the fraction of their own class among the R nearest.
   *
   * @return a fraction in [0, 1]
   */
  public double rPrecision() {
    return rPrecision;
  }

  /**
   * MAP@R: R-precision that also rewards hits for coming early.
   *
   * @return a fraction in [0, 1], at most R-precision
   */
  public double mapAtR() {
    return mapAtR;
  }

  /**
   * What MAP@R is the mean of: for each query 1/R · Σ hit(i) · P(i) for i = 1 … R.
   *
   * @return ({@link #queries()}): fractions in [0, 1], in the order of the rows, a copy
   */
  public double[] averagePrecisions() {
    return averagePrecisions.clone();
  }

  /** The rows of the queries, rising. */
  int[] queryRows() {
    return queryRows.clone();
  }

  /** The rank, from 1, at which a query's own class first comes. */
  int firstHit(int query) {
    return firstHits[query];
  }

  /**
   * How many embeddings were queries.
   *
   * @return those whose class has another member
   */
  public int queries() {
    return firstHits.length;
  }

  /**
   * How many embeddings were not queries, since they are alone in their class.
   *
   * @return N − {@link #queries()}
   */
  public int queriesLeftOut() {
    return size - firstHits.length;
  }

  /** Such as "retrieval of 240 queries: Recall@1 0.912, R-precision 0.701, MAP@R 0.655". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "retrieval of %d queries%s: Recall@1 %.3f, R-precision %.3f, MAP@R %.3f",
        queries(),
        queriesLeftOut() == 0 ? "" : " (" + queriesLeftOut() + " alone in their class left out)",
        recallAt(1),
        rPrecision,
        mapAtR);
  }
}

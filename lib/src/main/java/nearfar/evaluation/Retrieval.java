package nearfar.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;

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
 * <p>Time O(N²·(D + log N)), memory O(N).
 */
public final class Retrieval {

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
    double[][] rows = similarity.prepare(embeddings);
    int[] labels = embeddings.labels();
    int n = rows.length;
    int[] queryRows = new int[n];
    int[] firstHits = new int[n];
    double[] averagePrecisions = new double[n];
    int queries = 0;
    double precisions = 0;
    double sumOfAverages = 0;
    double[] scores = new double[n];
    for (int query = 0; query < n; query++) {
      // Tens of thousands take minutes: a notebook's stop button must end them.
      if (Thread.interrupted()) {
        throw new CancellationException("retrieval was interrupted at query " + query + " of " + n);
      }
      int[] ranks = hitRanks(query, rows, labels, similarity, scores);
      if (ranks.length == 0) {
        continue;
      }
      int hits = 0;
      double sum = 0;
      while (hits < ranks.length && ranks[hits] <= ranks.length) {
        sum += (hits + 1.0) / ranks[hits];
        hits++;
      }
      precisions += (double) hits / ranks.length;
      sumOfAverages += sum / ranks.length;
      queryRows[queries] = query;
      firstHits[queries] = ranks[0];
      averagePrecisions[queries] = sum / ranks.length;
      queries++;
    }
    if (queries == 0) {
      throw new IllegalArgumentException(
          "retrieval needs a class with two embeddings or more, got "
              + n
              + " embeddings of "
              + embeddings.classes()
              + " classes, each alone in its class: nothing could be found");
    }
    return new Retrieval(
        n,
        Arrays.copyOf(queryRows, queries),
        Arrays.copyOf(firstHits, queries),
        Arrays.copyOf(averagePrecisions, queries),
        precisions / queries,
        sumOfAverages / queries);
  }

  /** The ranks, from 1 and rising, at which the query's own class comes. */
  private static int[] hitRanks(
      int query, double[][] rows, int[] labels, Similarity similarity, double[] scores) {
    int n = rows.length;
    int relevant = 0;
    for (int i = 0; i < n; i++) {
      // Adding 0 makes 0 of -0, which are equally near but no equal keys.
      scores[i] = similarity.of(rows[query], rows[i]) + 0.0;
      if (i != query && labels[i] == labels[query]) {
        relevant++;
      }
    }
    int[] ranks = new int[relevant];
    if (relevant == 0) {
      return ranks;
    }
    // The query itself is left out by sorting the others' scores alone.
    double[] sorted = new double[n - 1];
    System.arraycopy(scores, 0, sorted, 0, query);
    System.arraycopy(scores, query + 1, sorted, query, n - 1 - query);
    Arrays.sort(sorted);
    int found = 0;
    Map<Double, Integer> tied = new HashMap<>(); // how many of an equal score the rows above have
    for (int i = 0; i < n; i++) {
      if (i != query && labels[i] == labels[query]) {
        int notNearer = countUpTo(sorted, scores[i]);
        ranks[found++] = n - notNearer;
        if (notNearer >= 2 && sorted[notNearer - 2] == scores[i]) {
          tied.put(scores[i], 0);
        }
      }
    }
    if (!tied.isEmpty()) {
      found = 0;
      for (int i = 0; i < n; i++) {
        Integer above = i == query ? null : tied.get(scores[i]);
        if (i != query && labels[i] == labels[query]) {
          ranks[found++] += above == null ? 0 : above;
        }
        if (above != null) {
          tied.put(scores[i], above + 1);
        }
      }
    }
    Arrays.sort(ranks);
    return ranks;
  }

  /** How many of the sorted values are at most the given one. */
  private static int countUpTo(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
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

package nearfar.evaluation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Search among embeddings: what is nearest to a vector or a row, which pairs are most alike, which
 * rows are far from their class, and which class the nearest rows vote for. Exact: nothing is
 * approximated, and of equally similar rows the lower one comes first.
 *
 * <pre>{@code
 * var embeddings = Embeddings.of(
 *     new double[][] {{1, 0}, {0.9, 0.1}, {0, 1}, {0.1, 0.9}}, new int[] {0, 0, 1, 1});
 * var near = NearestNeighbours.of(embeddings);
 * near.ofVector(new double[] {1, 1}, 3);  // the three nearest rows
 * near.lookAlikes(2);                   // most similar pairs of two classes: hard, or wrongly labelled?
 * near.outliers(2);                     // farthest from the rest of their class
 * near.accuracy(3);                     // of the vote of three, each row left out in turn
 * }</pre>
 *
 * <p>One vector is compared in time O(N·D); all rows in O(N²·D), on all cores, in memory of 4 bytes
 * for each entry and 64 MB beyond the embeddings: 60,000 × 128 needs no N × N matrix. Similarities
 * are in the similarity's unit; {@link Similarity#degrees} makes angles of cosines.
 */
public final class NearestNeighbours {

  private final Embeddings embeddings;
  private final Similarity similarity;
  private final double[][] rows;

  /**
   * A row that was found.
   *
   * @param row of the embeddings, from 0
   * @param similarity to what was asked for
   */
  public record Neighbour(int row, double similarity) {}

  /**
   * Two rows.
   *
   * @param row the lower one
   * @param other the higher one
   * @param similarity of the two
   */
  public record Pair(int row, int other, double similarity) {}

  private NearestNeighbours(Embeddings embeddings, Similarity similarity) {
    this.embeddings = embeddings;
    this.similarity = similarity;
    this.rows = similarity.prepare(embeddings);
  }

  /**
   * Searches by cosine similarity.
   *
   * @param embeddings what is searched
   * @return the search
   * @throws IllegalArgumentException if one is the zero vector
   */
  public static NearestNeighbours of(Embeddings embeddings) {
    return of(embeddings, Similarity.COSINE);
  }

  /**
   * Searches by a similarity.
   *
   * @param embeddings what is searched
   * @param similarity what to compare by
   * @return the search
   * @throws IllegalArgumentException if one is the zero vector and the similarity is the cosine
   */
  public static NearestNeighbours of(Embeddings embeddings, Similarity similarity) {
    return new NearestNeighbours(embeddings, similarity);
  }

  /**
   * The rows that are nearest to a vector.
   *
   * @param query (D)
   * @param k how many, from 1 to N
   * @return k rows, the nearest first
   * @throws IllegalArgumentException if k is not in that range, or the vector is not of D finite
   *     entries, or zero where the similarity is the cosine
   */
  public List<Neighbour> ofVector(double[] query, int k) {
    check(k, rows.length, "N");
    double[][] prepared =
        similarity.prepare(Embeddings.of(new double[][] {fitting(query)}, new int[1]));
    return nearest(prepared[0], -1, k);
  }

  /**
   * The rows that are nearest to a row, itself left out.
   *
   * @param row from 0
   * @param k how many, from 1 to N − 1
   * @return k rows, the nearest first
   * @throws IllegalArgumentException if k is not in that range, or there is no such row
   */
  public List<Neighbour> ofRow(int row, int k) {
    if (row < 0 || row >= rows.length) {
      throw new IllegalArgumentException("rows must be in [0, " + rows.length + "), got " + row);
    }
    check(k, rows.length - 1, "N - 1");
    return nearest(rows[row], row, k);
  }

  private List<Neighbour> nearest(double[] query, int leftOut, int k) {
    Best best = new Best(k);
    for (int i = 0; i < rows.length; i++) {
      if (i != leftOut) {
        best.offer(similarity.of(query, rows[i]) + 0.0, i);
      }
    }
    return neighbours(best);
  }

  /**
   * The most similar pairs of rows.
   *
   * @param most how many at most, 1 or more; all pairs, if there are fewer
   * @return pairs, the most similar first
   * @throws IllegalArgumentException if none is asked for
   * @throws CancellationException if the thread is interrupted
   */
  public List<Pair> mostSimilarPairs(int most) {
    return pairs(most, (i, j) -> true);
  }

  /**
   * The most similar pairs of rows of different classes: look-alikes, and where one of the two may
   * have the wrong label.
   *
   * @param most how many at most, 1 or more; all such pairs, if there are fewer
   * @return pairs, the most similar first
   * @throws IllegalArgumentException if none is asked for
   * @throws CancellationException if the thread is interrupted
   */
  public List<Pair> lookAlikes(int most) {
    return pairs(most, (i, j) -> embeddings.label(i) != embeddings.label(j));
  }

  private List<Pair> pairs(int most, NearestRows.Choice choice) {
    if (most < 1) {
      throw new IllegalArgumentException("there must be a pair to look for, got " + most);
    }
    long all = rows.length * (rows.length - 1L) / 2;
    Best best = NearestPairs.of(similarity, rows, (int) Math.min(Math.max(1, all), most), choice);
    return IntStream.range(0, best.size())
        .mapToObj(
            place ->
                new Pair(
                    (int) (best.number(place) >>> 32),
                    (int) best.number(place),
                    best.similarity(place)))
        .toList();
  }

  /**
   * The rows that are farthest from the rest of their class: those with the least similarity to the
   * mean of the others of their class (by cosine, the mean of directions). A row alone in its class
   * has no rest, and is none of them.
   *
   * @param most how many at most, 1 or more
   * @return rows, the farthest first, with their similarity to that mean
   * @throws IllegalArgumentException if none is asked for
   */
  public List<Neighbour> outliers(int most) {
    return outliers(most, i -> true);
  }

  /**
   * As {@link #outliers(int)}, of one class.
   *
   * @param label of the class
   * @param most how many at most, 1 or more
   * @return rows, the farthest first, with their similarity to that mean
   * @throws IllegalArgumentException if none is asked for, or no row has the label
   */
  public List<Neighbour> outliers(int label, int most) {
    if (Arrays.stream(embeddings.labels()).noneMatch(y -> y == label)) {
      throw new IllegalArgumentException("no embedding is of class " + label);
    }
    return outliers(most, i -> embeddings.label(i) == label);
  }

  private List<Neighbour> outliers(int most, IntPredicate which) {
    if (most < 1) {
      throw new IllegalArgumentException("there must be an outlier to look for, got " + most);
    }
    ClassSums sums = new ClassSums(rows, embeddings.labels());
    Best farthest = new Best(Math.min(most, rows.length));
    for (int i = 0; i < rows.length; i++) {
      if (sums.count(sums.placeOf(i)) > 1 && which.test(i)) {
        farthest.offer(-similarity.ofAny(rows[i], sums.meanOfRest(i)), i);
      }
    }
    return neighbours(farthest).stream()
        .map(n -> new Neighbour(n.row(), 0.0 - n.similarity()))
        .toList();
  }

  /**
   * The class of each query by the vote of its k nearest rows. Of classes with equally many votes
   * it is the one whose nearest row comes first.
   *
   * @param queries what to classify; their labels are not looked at
   * @param k how many vote, from 1 to N
   * @return a label for each query
   * @throws IllegalArgumentException if k is not in that range, queries do not have D entries, or
   *     one is the zero vector where the similarity is the cosine
   * @throws CancellationException if the thread is interrupted
   */
  public int[] predict(Embeddings queries, int k) {
    check(k, rows.length, "N");
    fitting(queries.rows()[0]);
    double[][] asked = similarity.prepare(queries);
    double[][] all = Arrays.copyOf(asked, asked.length + rows.length);
    System.arraycopy(rows, 0, all, asked.length, rows.length);
    int[] labels = new int[asked.length];
    NearestRows.each(
        similarity,
        all,
        asked.length,
        k,
        (query, row) -> row >= asked.length,
        (query, best) -> labels[query] = vote(best, asked.length));
    return labels;
  }

  /**
   * How often the vote of the k nearest is right, each row left out in turn. Rows alone in their
   * class could not be, and do not count: with k = 1 this is {@link Retrieval#recallAt} 1.
   *
   * @param k how many vote, from 1 to N − 1
   * @return a fraction in [0, 1]
   * @throws IllegalArgumentException if k is not in that range, or no class has two rows
   * @throws CancellationException if the thread is interrupted
   */
  public double accuracy(int k) {
    check(k, rows.length - 1, "N - 1");
    ClassSums sums = new ClassSums(rows, embeddings.labels());
    int[] right = new int[1];
    int[] counted = new int[1];
    NearestRows.each(
        similarity,
        rows,
        rows.length,
        k,
        (query, row) -> true,
        (query, best) -> {
          if (sums.count(sums.placeOf(query)) > 1) {
            counted[0]++;
            right[0] += vote(best, 0) == embeddings.label(query) ? 1 : 0;
          }
        });
    if (counted[0] == 0) {
      throw new IllegalArgumentException(
          "accuracy needs a class with two embeddings or more, got "
              + rows.length
              + ", each alone in its class");
    }
    return (double) right[0] / counted[0];
  }

  /**
   * How often the vote of the k nearest rows here gives a test embedding's label. Those of classes
   * that are not here could not be right, and do not count.
   *
   * @param k how many vote, from 1 to N
   * @param test whose labels mean the same classes as the ones here
   * @return a fraction in [0, 1]
   * @throws IllegalArgumentException as {@link #predict}, if no class of the test is here, or a
   *     label has two names
   * @throws CancellationException if the thread is interrupted
   */
  public double accuracy(int k, Embeddings test) {
    Set<Integer> known = new HashSet<>();
    for (int label : embeddings.labels()) {
      known.add(label);
    }
    int right = 0;
    int counted = 0;
    int[] labels = predict(test, k);
    boolean named = !embeddings.classNames().isEmpty() && !test.classNames().isEmpty();
    for (int i = 0; i < labels.length; i++) {
      int label = test.label(i);
      if (known.contains(label)) {
        if (named && !embeddings.className(label).equals(test.className(label))) {
          throw new IllegalArgumentException(
              "labels must mean the same classes, got %d for \"%s\" here and \"%s\" in the test"
                  .formatted(label, embeddings.className(label), test.className(label)));
        }
        counted++;
        right += labels[i] == label ? 1 : 0;
      }
    }
    if (counted == 0) {
      throw new IllegalArgumentException(
          "no embedding of the test has a class that is here: classes never seen are compared with"
              + " each other, by accuracy(k) on the test itself");
    }
    return (double) right / counted;
  }

  private int vote(Best best, int offset) {
    // In the order of their nearest rows, so that the first of the greatest wins.
    Map<Integer, Integer> votes = new LinkedHashMap<>();
    for (int place = 0; place < best.size(); place++) {
      votes.merge(embeddings.label((int) best.number(place) - offset), 1, Integer::sum);
    }
    int winner = -1;
    int most = 0;
    for (Map.Entry<Integer, Integer> entry : votes.entrySet()) {
      if (entry.getValue() > most) {
        most = entry.getValue();
        winner = entry.getKey();
      }
    }
    return winner;
  }

  private static List<Neighbour> neighbours(Best best) {
    return IntStream.range(0, best.size())
        .mapToObj(place -> new Neighbour((int) best.number(place), best.similarity(place)))
        .toList();
  }

  private double[] fitting(double[] query) {
    if (query.length != embeddings.dimension()) {
      throw new IllegalArgumentException(
          "queries must have the "
              + embeddings.dimension()
              + " entries of the embeddings, got "
              + query.length);
    }
    return query;
  }

  private static void check(int k, int most, String what) {
    if (k < 1 || k > most) {
      throw new IllegalArgumentException(
          "k must be in [1, " + most + "], which is " + what + ", got " + k);
    }
  }

  /** Such as "nearest neighbours among 240 × 64 by COSINE". */
  @Override
  public String toString() {
    return "nearest neighbours among %d × %d by %s"
        .formatted(rows.length, embeddings.dimension(), similarity);
  }
}

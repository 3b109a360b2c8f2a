package nearfar.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A change of the batch that may leave a loss's value as it is. */
public enum Invariance {
  /** The rows of the batch in another order. */
  BATCH_ORDER("batch order") {
    @Override
    Batch changed(Batch b, Random random) {
      List<Integer> order = shuffled(b.size(), random);
      return b.withEmbeddings(order.stream().map(i -> b.embeddings()[i]).toArray(double[][]::new))
          .withLabels(order.stream().mapToInt(i -> b.labels()[i]).toArray());
    }
  },

  /** Classes numbered otherwise, and the rows of arrays with a row per class along with them. */
  CLASS_NUMBERS("class numbers") {
    @Override
    Batch changed(Batch b, Random random) {
      List<Integer> number = shuffled(b.classes(), random);
      return b.withLabels(Arrays.stream(b.labels()).map(number::get).toArray())
          .withPerClass(
              rows -> {
                double[][] moved = new double[rows.length][];
                int block = rows.length / number.size(); // a class's rows
                for (int j = 0; j < rows.length; j++) {
                  moved[number.get(j / block) * block + j % block] = rows[j];
                }
                return moved;
              });
    }
  },

  /** Embeddings and rows of arrays (C, D) turned by one rotation. */
  ROTATION("rotation") {
    @Override
    Batch changed(Batch b, Random random) {
      int d = b.embeddings()[0].length;
      double[][] angle = new double[d][d];
      for (double[] row : angle) {
        Arrays.setAll(row, k -> 2 * Math.PI * random.nextDouble());
      }
      return b.mapVectors(row -> turned(row.clone(), angle));
    }
  },

  /** The same vector added to embeddings and rows of arrays (C, D). */
  TRANSLATION("translation") {
    @Override
    Batch changed(Batch b, Random random) {
      double[] by = random.doubles(b.embeddings()[0].length, -1, 1).toArray();
      return b.mapVectors(
          row -> IntStream.range(0, row.length).mapToDouble(k -> row[k] + by[k]).toArray());
    }
  },

  /** Every embedding times a positive number of its own. */
  EMBEDDING_LENGTH("embedding length") {
    @Override
    Batch changed(Batch b, Random random) {
      return b.withEmbeddings(
          Arrays.stream(b.embeddings())
              .map(row -> Batch.times(0.5 + 2 * random.nextDouble(), row))
              .toArray(double[][]::new));
    }
  };

  private final String text;

  Invariance(String text) {
    this.text = text;
  }

  abstract Batch changed(Batch b, Random random);

  private static List<Integer> shuffled(int n, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(order, random);
    return order;
  }

  /** Turned in the plane of every two axes, one after the other. */
  private static double[] turned(double[] v, double[][] angle) {
    for (int i = 0; i < v.length; i++) {
      for (int j = i + 1; j < v.length; j++) {
        double c = Math.cos(angle[i][j]);
        double s = Math.sin(angle[i][j]);
        double x = c * v[i] - s * v[j];
        v[j] = s * v[i] + c * v[j];
        v[i] = x;
      }
    }
    return v;
  }

  @Override
  public String toString() {
    return text;
  }
}

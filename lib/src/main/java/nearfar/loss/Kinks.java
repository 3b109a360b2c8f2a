package nearfar.loss;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/** Batches at which some root, quotient or logarithm has no derivative, or there is no term. */
final class Kinks {

  private Kinks() {}

  /** By what is special about them; those with class vectors, for what the loss needs. */
  static Map<String, Batch> of(Batch b, Set<String> needs) {
    Map<String, Batch> kinks = new LinkedHashMap<>();
    double[][] x = b.embeddings();
    int n = b.size();
    double[][] duplicates = x.clone();
    System.arraycopy(x, 0, duplicates, n / 2, n / 2);
    kinks.put("duplicates", b.withEmbeddings(duplicates));
    kinks.put("all rows equal", b.mapVectors(row -> each(row, v -> 1)));
    kinks.put("all rows zero", b.mapVectors(row -> each(row, v -> 0)));
    double[][] oneZero = x.clone();
    oneZero[0] = new double[oneZero[0].length];
    kinks.put("one zero row", b.withEmbeddings(oneZero));
    // Rows of ±(1, 0, …): their cosines are ±1 to the last digit.
    kinks.put(
        "all on one axis, cos = 1 or -1",
        b.mapVectors(
            row -> {
              double[] axis = new double[row.length];
              axis[0] = Math.signum(row[0]);
              return axis;
            }));
    for (String name : needs) {
      if (!name.equals(EmbeddingLoss.BIAS)) {
        kinks.put("on the own row of " + name + ", cos = 1", onOwnRow(b, name, 1));
        kinks.put("opposite to the own row of " + name + ", cos = -1", onOwnRow(b, name, -2));
      }
    }
    kinks.put("one class", b.withLabels(new int[n]));
    kinks.put("every row alone in its class", first(b, b.classes()));
    kinks.put("a batch of one", first(b, 1));
    kinks.put("10,000 times as long", b.mapVectors(row -> Batch.times(1e4, row)));
    kinks.put("1e-15 times as long", b.mapVectors(row -> Batch.times(1e-15, row)));
    return kinks;
  }

  /** On the first, where a class has several. */
  private static Batch onOwnRow(Batch b, String name, double factor) {
    int block = b.input(name).length / b.classes();
    return b.withEmbeddings(
        Arrays.stream(b.labels())
            .mapToObj(y -> Batch.times(factor, b.input(name)[y * block]))
            .toArray(double[][]::new));
  }

  /** The first rows, each in another class. */
  private static Batch first(Batch b, int rows) {
    int[] labels = new int[rows];
    Arrays.setAll(labels, i -> rows - 1 - i);
    return b.withEmbeddings(Arrays.copyOf(b.embeddings(), rows)).withLabels(labels);
  }

  private static double[] each(double[] row, DoubleUnaryOperator change) {
    return Arrays.stream(row).map(change).toArray();
  }
}

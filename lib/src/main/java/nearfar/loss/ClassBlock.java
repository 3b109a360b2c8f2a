package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import nearfar.distance.UnitVectors;
import org.jspecify.annotations.Nullable;

/** The classes [from, to) of a {@link ClassSoftmax}. */
final class ClassBlock {

  /** A probability from here on has all its digits. */
  private static final double LEAST = 1e-30;

  /** In how many columns such a probability is looked for. */
  private static final int COLUMNS = 4;

  private final long from;
  private final long to;

  /** Whether these are all classes there are. */
  private final boolean whole;

  /** log Σ e^z of each row over this block; empty before the first pass. */
  private double[] logSums = {};

  /** The softmax over this block alone. */
  private @Nullable NDArray softmax;

  /** ‖w‖ of each class, (K, 1); null without cosines. */
  private @Nullable NDArray lengths;

  private ClassBlock(long from, long to, boolean whole) {
    this.from = from;
    this.to = to;
    this.whole = whole;
  }

  /** Vectors (C, D) in blocks that have, with the logits of n rows, about so many numbers. */
  static ClassBlock[] all(Shape vectors, int n, long numbers) {
    long classes = vectors.get(0);
    long size = Math.min(classes, Math.max(256, numbers / (n + vectors.get(1))));
    ClassBlock[] blocks = new ClassBlock[Math.toIntExact((classes + size - 1) / size)];
    Arrays.setAll(
        blocks,
        k -> new ClassBlock(k * size, Math.min(classes, (k + 1) * size), blocks.length == 1));
    return blocks;
  }

  double logSum(int row) {
    return logSums[row];
  }

  boolean forgotten() {
    return softmax == null;
  }

  /** Bytes of what {@link #compute} makes. */
  long bytes() {
    return arrays().mapToLong(a -> a.size() * a.getDataType().getNumOfBytes()).sum();
  }

  void attach(NDManager manager) {
    arrays().forEach(a -> a.attach(manager));
  }

  void forget() {
    softmax = null;
    lengths = null;
  }

  private Stream<NDArray> arrays() {
    return Stream.of(softmax, lengths).filter(Objects::nonNull);
  }

  /** Makes the softmax; the first time also the log Σ e^z and the true classes' targets. */
  void compute(NDArray rows, NDArray w, @Nullable NDArray bias, TrueClasses own) {
    NDArray vectors = of(w);
    try (NDArray z = rows.matMul(vectors.transpose())) {
      if (bias == null) {
        // Not the vectors are divided, but their products: no copy of the vectors is made.
        lengths = UnitVectors.lengths(vectors);
        z.divi(lengths.transpose());
      } else {
        z.addi(of(bias));
      }
      softmax(z, own, bias == null);
    }
  }

  private void softmax(NDArray z, TrueClasses own, boolean margins) {
    int[] here = own.rows(from, to);
    if (here.length > 0) {
      NDIndex places = places(z, here, own);
      if (logSums.length == 0) {
        double[] logits = Numbers.of(z.flatten().get(places));
        for (int i = 0; i < here.length; i++) {
          own.aim(here[i], logits[i], z.getDataType() == DataType.FLOAT32);
        }
      }
      if (margins) {
        put(z, places, here.length, i -> own.target(here[i]));
      }
    }
    softmax = z.softmax(1);
    if (logSums.length == 0) {
      logSums = logSums(z, softmax);
    }
  }

  /**
   * log Σ e^z = z_j − log p_j for every j, so that one column tells it, if its probability has not
   * underflown; a maximum over all columns takes longer than the softmax itself.
   */
  private static double[] logSums(NDArray z, NDArray p) {
    int columns = (int) Math.min(COLUMNS, z.getShape().get(1));
    NDIndex first = new NDIndex().addAllDim().addSliceDim(0, columns);
    double[] logits = Numbers.of(z.get(first));
    double[] probabilities = Numbers.of(p.get(first));
    double[] sums = new double[logits.length / columns];
    boolean known = true;
    for (int i = 0; i < sums.length; i++) {
      int best = i * columns;
      for (int j = best + 1; j < (i + 1) * columns; j++) {
        best = probabilities[j] > probabilities[best] ? j : best;
      }
      sums[i] = logits[best] - Math.log(probabilities[best]);
      known &= probabilities[best] > LEAST;
    }
    if (known) {
      return sums;
    }
    logits = Numbers.of(z.max(new int[] {1}));
    probabilities = Numbers.of(p.max(new int[] {1}));
    for (int i = 0; i < sums.length; i++) {
      sums[i] = logits[i] - Math.log(probabilities[i]);
    }
    return sums;
  }

  /** Adds this block's part of the gradients, when log Σ e^z over all classes is known. */
  void backward(
      NDArray rows,
      NDArray w,
      double[] total,
      TrueClasses own,
      NDArray ofRows,
      PerClassGradient ofW,
      @Nullable PerClassGradient ofB) {
    int n = total.length;
    NDArray g = Objects.requireNonNull(softmax);
    g.muli(Numbers.column(g, n, i -> Math.exp(logSums[i] - total[i]) / n));
    int[] here = own.rows(from, to);
    if (here.length > 0) {
      put(g, places(g, here, own), here.length, i -> own.pull(here[i], total[here[i]]) / n);
    }
    if (lengths != null) {
      g.divi(lengths.transpose());
    }
    NDArray vectors = of(w);
    try (NDArray part = g.matMul(vectors)) {
      ofRows.addi(part);
    }
    NDArray ofVectors = g.transpose().matMul(rows);
    if (lengths != null) {
      across(vectors, ofVectors, lengths);
    }
    ofW.add(slice(), ofVectors);
    if (ofB != null) {
      ofB.add(slice(), g.sum(new int[] {0}));
    }
    forget();
  }

  /** From the gradient of w / ‖w‖, already over ‖w‖, to that of w: less its part along w. */
  private static void across(NDArray w, NDArray gradient, NDArray lengths) {
    NDArray along;
    // Large arrays are given back at once: memory that was just used is nearer than new memory.
    try (NDArray products = w.mul(gradient)) {
      along = products.sum(new int[] {1}, true).divi(lengths).divi(lengths);
    }
    try (NDArray part = w.mul(along)) {
      gradient.subi(part);
    }
  }

  private NDIndex places(NDArray block, int[] here, TrueClasses own) {
    return new NDIndex("{}", block.getManager().create(own.places(here, from, to)));
  }

  private static void put(NDArray block, NDIndex places, int n, IntToDoubleFunction value) {
    // Flattening shares the block's memory; put() would change a copy.
    block.flatten().set(places, Numbers.vector(block, n, value));
  }

  private NDArray of(NDArray perClass) {
    return whole ? perClass : perClass.get(slice());
  }

  private NDIndex slice() {
    return new NDIndex().addSliceDim(from, to);
  }
}

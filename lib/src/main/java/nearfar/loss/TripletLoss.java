package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import nearfar.distance.Constant;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.distance.SquaredEuclidean;
import nearfar.mining.BatchAll;
import nearfar.mining.BatchHard;
import nearfar.mining.Miner;
import nearfar.mining.RandomTriplets;
import nearfar.mining.SemiHard;
import nearfar.mining.Triplets;

/**
 * Triplet loss: an anchor shall be nearer to a positive, of its class, than to a negative, of
 * another, by a margin.
 *
 * <p><b>Formula</b>: over triplets (a, p, n) of embeddings, with a distance d,
 *
 * <p>[d(a, p) − d(a, n) + margin]₊, or with a soft margin log(1 + exp(d(a, p) − d(a, n))).
 *
 * <p>Four small choices: which triplets of the batch (a {@link Miner}), which {@link Distance},
 * which {@link Reducer}, and the margin. Embeddings are taken as they are; FaceNet scales them to
 * length 1 first, which {@link #normalized()} does. Gradients flow through the distances, not
 * through the choice of triplets. Where a term is exactly 0 its gradient is 0. A batch without any
 * valid triplet gives 0 with a zero gradient.
 *
 * <p>Batch-all makes of the order of N³ terms. For batch-all and semi-hard with a margin they are
 * summed in O(N² log P), P positives an anchor; with a soft margin, or another miner, each is
 * there.
 *
 * <p><b>Shapes</b>: embeddings x (N, D), labels y (N); the value is a scalar.
 *
 * <p><b>Units</b>: the margin and the value are in the unit of the distance: squared units of the
 * embeddings for {@link SquaredEuclidean}.
 *
 * <p><b>Defaults</b>: {@link #batchAll} takes squared Euclidean distance and the mean of the
 * positive terms, {@link #batchHard}, {@link #semiHard} and {@link #random} squared Euclidean
 * distance and the mean, {@link #batchHardSoft} Euclidean distance and the mean. FaceNet uses unit
 * vectors, the sum, and a margin of 0.2.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} if a margin is negative, NaN or infinite, or a
 * miner names a row that is not there; the inputs as {@link EmbeddingLoss#evaluate} says.
 *
 * <p><b>Example</b>, with the notebook's imports:
 *
 * <pre>{@code
 * try (var run = Fit.backbone(SmallConv.of(16)).loss(TripletLoss.batchHardSoft())
 *     .batches(ClassBatches.of(4, 4, 7)).epochs(1).run(Glyphs.generate(8, 8, 7))) {
 *   System.out.println(run.history());
 * }
 * }</pre>
 *
 * <p><b>Source</b>: Schroff, Kalenichenko and Philbin, FaceNet (2015), arXiv:1503.03832, equation
 * 2; Hermans, Beyer and Leibe, In Defense of the Triplet Loss for Person Re-Identification (2017),
 * arXiv:1703.07737, equations 5 and 6, and section 3.2 for the soft margin.
 */
public final class TripletLoss extends PairwiseLoss {

  private final Miner miner;
  private final Distance distance;
  private final Reducer reducer;
  private final Penalty penalty;

  /**
   * From how many rows on the engine is spared a graph over all distances: below, a list of the
   * triplets is short, and the engine's gradient takes no longer.
   */
  static final int LARGE_FROM_ROWS = 96;

  /** What a gap d(a, p) − d(a, n) costs; the margin is NaN where it is soft. */
  private record Penalty(String name, double margin, UnaryOperator<NDArray> of) {
    boolean soft() {
      return Double.isNaN(margin);
    }
  }

  private TripletLoss(Miner miner, Distance distance, Reducer reducer, Penalty penalty) {
    super("triplet");
    this.miner = miner;
    this.distance = distance;
    this.reducer = reducer;
    this.penalty = penalty;
  }

  /**
   * A triplet loss with a margin.
   *
   * @param miner which triplets
   * @param distance d
   * @param reducer how terms become one number
   * @param margin how much farther than the positive the negative shall be, in the unit of the
   *     distance, not negative
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static TripletLoss of(Miner miner, Distance distance, Reducer reducer, double margin) {
    Settings.notNegative("the margin of a triplet loss", margin);
    Penalty hinge =
        new Penalty("margin=" + margin, margin, gap -> Activation.relu(gap.add(margin)));
    return new TripletLoss(miner, distance, reducer, hinge);
  }

  /**
   * A triplet loss with a soft margin, log(1 + exp(d(a, p) − d(a, n))): no margin to choose, and no
   * triplet is ever quite done.
   *
   * @param miner which triplets
   * @param distance d
   * @param reducer how terms become one number
   * @return the loss
   */
  public static TripletLoss soft(Miner miner, Distance distance, Reducer reducer) {
    Penalty softPlus = new Penalty("soft margin", Double.NaN, Activation::softPlus);
    return new TripletLoss(miner, distance, reducer, softPlus);
  }

  /**
   * All valid triplets, squared Euclidean distance, mean of the positive terms.
   *
   * @param margin in squared units of the embeddings, not negative
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static TripletLoss batchAll(double margin) {
    return of(new BatchAll(), new SquaredEuclidean(), Reducer.MEAN_OF_POSITIVE, margin);
  }

  /**
   * Farthest positive and nearest negative of every anchor, squared Euclidean distance, mean.
   *
   * @param margin in squared units of the embeddings, not negative
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static TripletLoss batchHard(double margin) {
    return of(new BatchHard(), new SquaredEuclidean(), Reducer.MEAN, margin);
  }

  /**
   * Farthest positive and nearest negative of every anchor, Euclidean distance (not squared), soft
   * margin, mean: what Hermans, Beyer and Leibe recommend.
   *
   * @return the loss
   */
  public static TripletLoss batchHardSoft() {
    return soft(new BatchHard(), new Euclidean(), Reducer.MEAN);
  }

  /**
   * Every triplet whose negative is farther than the positive but within the margin, squared
   * Euclidean distance, mean.
   *
   * @param margin in squared units of the embeddings, greater than 0: of the loss and of the miner
   * @return the loss
   * @throws IllegalArgumentException if the margin is not greater than 0 and finite
   */
  public static TripletLoss semiHard(double margin) {
    return of(new SemiHard(margin), new SquaredEuclidean(), Reducer.MEAN, margin);
  }

  /**
   * A random positive and a random negative for every anchor, squared Euclidean distance, mean:
   * without mining.
   *
   * @param margin in squared units of the embeddings, not negative
   * @param seed chooses the triplets, as {@link RandomTriplets} says
   * @return the loss
   * @throws IllegalArgumentException if the margin is negative, NaN or infinite
   */
  public static TripletLoss random(double margin, long seed) {
    return of(new RandomTriplets(seed), new SquaredEuclidean(), Reducer.MEAN, margin);
  }

  /**
   * The same loss with another reducer.
   *
   * @param reducer how terms become one number
   * @return the loss
   */
  public TripletLoss reduce(Reducer reducer) {
    return new TripletLoss(miner, distance, reducer, penalty);
  }

  /** {@return the same loss on embeddings scaled to length 1} */
  public TripletLoss normalized() {
    return new TripletLoss(miner, distance.normalized(), reducer, penalty);
  }

  @Override
  public Set<Invariance> invariances() {
    return invariances(distance, miner instanceof RandomTriplets);
  }

  @Override
  public String describe() {
    return "triplet(%s, %s, %s, %s)".formatted(miner, distance, reducer, penalty.name());
  }

  @Override
  protected NDArray formula(NDArray anchors, NDArray rows, int[] labels) {
    NDArray d = distance.pairwise(anchors, rows);
    Triplets triplets = mined(rows(d), labels);
    if (triplets.size() == 0) {
      return nothing(anchors);
    }
    long n = labels.length;
    NDArray positive =
        cells(d, triplets.size(), t -> triplets.anchor(t) * n + triplets.positive(t));
    NDArray negative =
        cells(d, triplets.size(), t -> triplets.anchor(t) * n + triplets.negative(t));
    return reducer.reduce(penalty.of().apply(positive.sub(negative)));
  }

  @Override
  boolean hasFastForm() {
    return true;
  }

  @Override
  NDArray fast(Inputs in) {
    if (in.classes().length < LARGE_FROM_ROWS) {
      return formula(in);
    }
    return summable() ? closedForm(in) : listed(in);
  }

  /** Whether value and gradient are known without a list of the triplets. */
  boolean summable() {
    return !penalty.soft() && (miner instanceof BatchAll || miner instanceof SemiHard);
  }

  /** The formula's value and gradients from the distances alone, if {@link #summable}. */
  NDArray closedForm(Inputs in) {
    NDArray x = in.embeddings();
    NDArray detached = x.stopGradient();
    HingeSums sums =
        sums(rows(distance.pairwise(detached, detached)), in.classes(), penalty.margin());
    double weight = reducer.weight(sums.chosen, sums.active);
    NDArray value = Constant.of(x, weight * sums.sum);
    long n = x.getShape().get(0);
    NDArray slopes =
        x.getManager().create(sums.slopes, new Shape(n, n)).toType(x.getDataType(), false);
    NDArray gradient = distance.gradient(detached, slopes);
    return gradient == null
        ? ClosedForm.join(value, distance.pairwise(x, x), Constant.owned(slopes).muli(weight))
        : ClosedForm.join(value, x, gradient.muli(weight));
  }

  /** The formula with a graph over the mined triplets alone, not over all distances. */
  NDArray listed(Inputs in) {
    NDArray x = in.embeddings();
    NDArray detached = x.stopGradient();
    Triplets triplets = mined(rows(distance.pairwise(detached, detached)), in.classes());
    int n = in.classes().length;
    if (triplets.size() == 0 || triplets.size() > 4L * n) {
      return formula(in);
    }
    NDArray anchors = rows(x, triplets.size(), triplets::anchor);
    NDArray positive = distance.rowwise(anchors, rows(x, triplets.size(), triplets::positive));
    NDArray negative = distance.rowwise(anchors, rows(x, triplets.size(), triplets::negative));
    return reducer.reduce(penalty.of().apply(positive.sub(negative)));
  }

  private static NDArray rows(NDArray x, int size, IntUnaryOperator row) {
    return take(x, IntStream.range(0, size).map(row).toArray());
  }

  /** For batch-all and semi-hard. */
  private HingeSums sums(double[][] d, int[] classes, double margin) {
    return HingeSums.of(
        d, classes, margin, miner instanceof SemiHard band ? band.margin() : Double.NaN);
  }

  /** A miner of one's own may be wrong, and the engine would take a cell of another row. */
  private Triplets mined(double[][] d, int[] classes) {
    Triplets triplets = miner.mine(d, classes);
    for (int t = 0; t < triplets.size(); t++) {
      check(triplets.anchor(t), d.length);
      check(triplets.positive(t), classes.length);
      check(triplets.negative(t), classes.length);
    }
    return triplets;
  }

  private static void check(int row, int rows) {
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException(
          "a miner's triplets must name rows in [0, %d) of the batch, got %d".formatted(rows, row));
    }
  }

  @Override
  protected Optional<TripletActivity> activity(Inputs in) {
    NDArray x = in.embeddings().stopGradient();
    double[][] d = rows(distance.pairwise(x, x));
    int[] classes = in.classes();
    // With a soft margin every triplet is active: as with an infinite one.
    double reach = penalty.soft() ? Double.POSITIVE_INFINITY : penalty.margin();
    HingeSums valid = HingeSums.of(d, classes, reach, Double.NaN);
    long chosen;
    long teaching = 0;
    if (miner instanceof BatchAll || miner instanceof SemiHard) {
      HingeSums sums = sums(d, classes, reach);
      chosen = sums.chosen;
      teaching = sums.active;
    } else {
      Triplets triplets = mined(d, classes);
      chosen = triplets.size();
      for (int t = 0; t < triplets.size(); t++) {
        double[] from = d[triplets.anchor(t)];
        teaching += from[triplets.positive(t)] - from[triplets.negative(t)] + reach > 0 ? 1 : 0;
      }
    }
    double sum = 0;
    int n = classes.length;
    for (int a = 0; a < n; a++) {
      for (int p = 0; p < n; p++) {
        sum += p == a ? 0 : d[a][p];
      }
    }
    double mean = n == 1 ? 0 : sum / ((double) n * (n - 1));
    return Optional.of(
        new TripletActivity(valid.chosen, valid.active, chosen, teaching, mean, penalty.margin()));
  }

  /** Distances of all triplets at once, by their place in the flat matrix. */
  private static NDArray cells(NDArray d, int size, IntToLongFunction place) {
    long[] places = new long[size];
    Arrays.setAll(places, place);
    return d.take(Constant.owned(d.getManager().create(places)));
  }

  private static double[][] rows(NDArray d) {
    return Numbers.matrix(d);
  }
}

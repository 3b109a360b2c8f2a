package nearfar.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import nearfar.distance.Constant;
import nearfar.distance.Cosine;
import nearfar.distance.Distance;
import nearfar.distance.Euclidean;
import nearfar.distance.SquaredEuclidean;
import nearfar.distance.UnitVectors;

/**
 * A loss that compares embeddings with embeddings, by pairs, triplets or larger tuples of them:
 * each of a batch's rows is an anchor that is compared with all of them. With a {@link
 * CrossBatchMemory} it is also compared with rows of earlier batches.
 *
 * <p>One of one's own overrides {@link #formula(NDArray, NDArray, int[])} and {@link #describe}.
 */
public abstract class PairwiseLoss extends EmbeddingLoss {

  private static final List<Distance> OF_LENGTHS_AND_ANGLES =
      List.of(new SquaredEuclidean(), new Euclidean(), new Cosine());

  /**
   * Makes a loss.
   *
   * @param name a short name, as DJL's training listeners show it
   */
  protected PairwiseLoss(String name) {
    super(name);
  }

  /** {@return nothing: embeddings and labels are all that it reads} */
  @Override
  public Set<String> needs() {
    return Set.of();
  }

  /**
   * The loss of anchors among rows.
   *
   * @param anchors the embeddings of the batch, (A, D)
   * @param rows what they are compared with, (N, D) with N ≥ A: the first A rows are the anchors
   *     themselves
   * @param labels the class of each row, N
   * @return a scalar, connected to the anchors even where no pair is active
   */
  protected abstract NDArray formula(NDArray anchors, NDArray rows, int[] labels);

  @Override
  protected final NDArray formula(Inputs in) {
    return formula(in.embeddings(), in.embeddings(), in.classes());
  }

  @Override
  final EmbeddingLoss held(Inputs in) {
    return held(in.embeddings(), in.embeddings(), in.classes());
  }

  /** The same of anchors among rows. */
  PairwiseLoss held(NDArray anchors, NDArray rows, int[] labels) {
    return this;
  }

  /**
   * What holds of a loss that reads the embeddings through a distance alone. Where pairs or
   * triplets are drawn, another order, or other numbers, are another draw.
   */
  static Set<Invariance> invariances(Distance distance, boolean draws) {
    Set<Invariance> claims =
        draws
            ? EnumSet.noneOf(Invariance.class)
            : EnumSet.of(Invariance.BATCH_ORDER, Invariance.CLASS_NUMBERS);
    // For a distance of somebody's own, nothing is claimed.
    if (OF_LENGTHS_AND_ANGLES.stream()
        .anyMatch(known -> distance.equals(known) || distance.equals(known.normalized()))) {
      claims.add(Invariance.ROTATION);
    }
    if (distance instanceof Euclidean || distance instanceof SquaredEuclidean) {
      claims.add(Invariance.TRANSLATION);
    }
    if (distance.equals(distance.normalized())) {
      claims.add(Invariance.EMBEDDING_LENGTH);
    }
    return claims;
  }

  /** Cosines between all anchors and all rows, (A, N). */
  static NDArray cosines(NDArray anchors, NDArray rows) {
    return UnitVectors.of(anchors).matMul(UnitVectors.of(rows).transpose());
  }

  /** Some rows of x (N, D), in this order and as often as they are named. */
  static NDArray take(NDArray x, int[] rows) {
    // Converted, so in the engine's own memory: see Constant.
    NDArray places =
        x.getManager().create(rows, new Shape(rows.length, 1)).toType(DataType.INT64, false);
    // Not x.get(places): its backward pass goes through the rows one after the other.
    return x.gather(places.broadcast(rows.length, x.getShape().get(1)), 0);
  }

  /** What a loss without any pair is: 0, and not a constant, since backward must find x. */
  static NDArray nothing(NDArray x) {
    return x.mul(Constant.of(x, 0)).sum();
  }
}

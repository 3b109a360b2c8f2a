package nearfar.training;

/**
 * Looks at a network while it is being trained: what it makes of some images after each epoch, for
 * an animation or for a curve.
 *
 * <pre>{@code
 * var split = Glyphs.generate(8, 8, 7).splitBySample(0.75, 7);
 * var frames = new ArrayList<Embeddings>();
 * Fit.backbone(SmallConv.of(2)).loss(SoftmaxLoss.of()).batches(ShuffledBatches.of(16, 7)).epochs(2)
 *     .visit((epoch, run) -> frames.add(run.embed(split.test())))
 *     .run(split.train()).close();
 * }</pre>
 */
@FunctionalInterface
public interface Visit {

  /**
   * Called from the thread that trains, once before the first step and once after each epoch. The
   * network is the same, bit for bit, whoever looks. What this throws ends the training.
   *
   * @param epoch how many epochs are finished, from 0
   * @param run the network as it is now and its history so far, for the time of this call: what its
   *     methods return may be kept, it itself may not, and it cannot be closed
   */
  void at(int epoch, Run run);
}

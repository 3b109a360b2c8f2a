package nearfar.loss;

/**
 * How many triplets of a batch still teach. A triplet is valid if its anchor has another row of its
 * class and a row of another class, and active if its term is greater than 0; those that the miner
 * chose make the loss, and of these only the active ones have a gradient. With a soft margin every
 * triplet is active.
 *
 * @param valid all triplets of the batch
 * @param active how many of the valid ones are active
 * @param chosen how many the miner chose
 * @param teaching how many of the chosen ones are active
 * @param meanDistance the mean distance between two rows of the batch, as the loss measures it; 0
 *     for a single row; NaN for a distance that may be negative, of which the mean tells nothing
 * @param margin the margin, in the unit of the distance; NaN where it is soft
 */
public record TripletActivity(
    long valid, long active, long chosen, long teaching, double meanDistance, double margin) {

  /** {@return whether the margin is soft, so that no triplet is ever done} */
  public boolean soft() {
    return Double.isNaN(margin);
  }

  /**
   * What a term is where all rows of the batch are equal: the hinge's margin, or ln 2. A loss that
   * stays at this level tells nothing apart.
   *
   * @return the level of one term
   */
  public double collapsedTerm() {
    return soft() ? Math.log(2) : margin;
  }

  /**
   * The share of the valid triplets that are active.
   *
   * @return in [0, 1]; NaN where no triplet is valid
   */
  public double activeShare() {
    return (double) active / valid;
  }
}

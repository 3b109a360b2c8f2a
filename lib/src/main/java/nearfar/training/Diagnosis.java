package nearfar.training;

/**
 * What a {@link Doctor} found in a training: what it is called, what was seen, and what usually
 * helps.
 *
 * @param kind what it is
 * @param seen the figures it was recognised by
 * @param helps what usually helps
 * @param epoch the epoch in which it was recognised, counted from 1
 * @param step the step within that epoch, counted from 1
 */
public record Diagnosis(Kind kind, String seen, String helps, int epoch, int step) {

  /** What a doctor recognises. */
  public enum Kind {
    /** All embeddings of a batch are nearly equal. */
    COLLAPSE("collapse to a point"),
    /** No triplet that the miner chose has a gradient any more. */
    NO_ACTIVE_TRIPLETS("no active triplets"),
    /** Nearly every valid triplet has stayed active. */
    ALL_TRIPLETS_ACTIVE("all triplets active"),
    /** A class vector without a length, or one that is never chosen for its own class. */
    DEAD_CLASS_VECTORS("dead class vectors"),
    /** Embeddings or class vectors have become very long. */
    EXPLODING_NORMS("exploding norms"),
    /** The scale s keeps the loss high even for a perfect network. */
    SCALE_TOO_SMALL("scale too small"),
    /** The scale s makes the softmax a step function. */
    SCALE_TOO_LARGE("scale too large"),
    /** NaN or infinite figures; training stops with a {@link TrainingException}. */
    NOT_FINITE("NaN or infinite");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** {@return the name in words, such as "collapse to a point"} */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Everything in one line.
   *
   * @return for example "epoch 2, step 11: collapse to a point: … What usually helps: …"
   */
  @Override
  public String toString() {
    return "epoch %d, step %d: %s: %s. What usually helps: %s"
        .formatted(epoch, step, kind, seen, helps);
  }
}

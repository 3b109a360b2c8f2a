package nearfar.data;

/**
 * A set divided in two.
 *
 * @param train what is trained on
 * @param test what is kept back
 * @see ImageSet#splitByClass(double, long)
 * @see ImageSet#splitBySample(double, long)
 */
public record Split(ImageSet train, ImageSet test) {

  /**
   * Checks that both sides have images of one shape.
   *
   * @param train what is trained on
   * @param test what is kept back
   * @throws IllegalArgumentException if the shapes differ
   */
  public Split {
    if (train.channels() != test.channels()
        || train.height() != test.height()
        || train.width() != test.width()) {
      throw new IllegalArgumentException(
          "both sides of a split must have images of one shape, got "
              + train.shape()
              + " and "
              + test.shape()
              + ": resize one of them");
    }
  }
}

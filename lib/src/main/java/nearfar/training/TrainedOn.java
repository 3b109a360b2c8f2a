package nearfar.training;

import java.util.List;
import nearfar.data.ImageSet;
import nearfar.data.Preparation;

/**
 * What a run knows of the set that it was trained on.
 *
 * @param words the set in one line
 * @param preparation what was done to its pictures
 * @param classNames its classes, by label
 */
record TrainedOn(String words, Preparation preparation, List<String> classNames) {

  TrainedOn {
    classNames = List.copyOf(classNames);
  }

  static TrainedOn of(ImageSet train) {
    return new TrainedOn(train.toString(), train.preparation(), train.classNames());
  }

  void checkShape(ImageSet images) {
    if (images.channels() != preparation.channels()
        || images.height() != preparation.height()
        || images.width() != preparation.width()) {
      throw new IllegalArgumentException(
          "the network was trained on " + words + ", got " + images + ": resize the images");
    }
  }

  void checkClasses(ImageSet images) {
    if (!images.classNames().equals(classNames)) {
      throw new IllegalArgumentException(
          "accuracy is for the "
              + classNames.size()
              + " classes that were trained on, got "
              + images
              + " with other classes: measure new classes by retrieval and verification of"
              + " embed(...)");
    }
  }

  @Override
  public String toString() {
    return words;
  }
}

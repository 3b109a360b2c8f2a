package nearfar.data;

import java.util.List;

/**
 * How a set is drawn into batches. The same labels, settings and epoch always give the same
 * batches.
 */
public interface Batches {

  /**
   * The batches of one epoch.
   *
   * @param labels the label of every image in the set, as {@link ImageSet#labels()} gives them
   * @param epoch the epoch's number, from 0
   * @return for every batch the positions of its images in {@code labels}
   * @throws IllegalArgumentException if the labels cannot be drawn in this way, or {@code epoch} is
   *     negative
   */
  List<int[]> epoch(int[] labels, int epoch);

  /**
   * The settings in one line, for the record of a run.
   *
   * @return for example {@code 8 classes x 4 images, seed 7}
   */
  String describe();
}

package nearfar.mining;

import java.util.function.IntPredicate;

/** The nearest and the farthest of some rows; among equals the first. */
final class Extremes {

  /** What is returned where there is no such row. */
  static final int NONE = -1;

  private Extremes() {}

  static int nearest(double[] d, IntPredicate among) {
    int nearest = NONE;
    for (int j = 0; j < d.length; j++) {
      if (among.test(j) && (nearest == NONE || d[j] < d[nearest])) {
        nearest = j;
      }
    }
    return nearest;
  }

  static int farthest(double[] d, IntPredicate among) {
    int farthest = NONE;
    for (int j = 0; j < d.length; j++) {
      if (among.test(j) && (farthest == NONE || d[j] > d[farthest])) {
        farthest = j;
      }
    }
    return farthest;
  }
}

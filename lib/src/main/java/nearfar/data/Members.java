package nearfar.data;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which images belong to each class. */
final class Members {

  private Members() {}

  /**
   * The positions of each class that occurs, by label; refuses classes that are too small to draw
   * from.
   */
  static SortedMap<Integer, int[]> of(int[] labels, int perClass) {
    int top = -1;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "labels must not be negative, got " + labels[i] + " at position " + i);
      }
      top = Math.max(top, labels[i]);
    }
    int[] counts = new int[top + 1];
    for (int label : labels) {
      counts[label]++;
    }
    SortedMap<Integer, int[]> members = new TreeMap<>();
    int[][] byLabel = new int[top + 1][];
    for (int c = 0; c <= top; c++) {
      if (counts[c] == 0) {
        continue;
      }
      if (counts[c] < perClass) {
        throw new IllegalArgumentException(
            "class "
                + c
                + " has "
                + counts[c]
                + (counts[c] == 1 ? " image" : " images")
                + ", but a batch takes "
                + perClass
                + " of each class: lower the number per class, or leave this class out");
      }
      byLabel[c] = new int[counts[c]];
      members.put(c, byLabel[c]);
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < labels.length; i++) {
      int[] positions = byLabel[labels[i]];
      positions[counts[labels[i]]++] = i;
    }
    return members;
  }
}

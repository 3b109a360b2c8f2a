package nearfar.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Deals classes, and images of each of them: evenly over the classes, and within each class. */
final class ClassDeal {

  private final List<int[]> members;
  private final Deal classDeal;
  private final List<Deal> imageDeals = new ArrayList<>();

  /**
   * From classes given by the positions of their images; seed and path name the stream of random
   * numbers.
   */
  ClassDeal(List<int[]> members, long seed, long... path) {
    this.members = members;
    this.classDeal = new Deal(members.size(), Rng.of(seed, path));
    for (int c = 0; c < members.size(); c++) {
      long[] own = Arrays.copyOf(path, path.length + 1);
      own[path.length] = c;
      imageDeals.add(new Deal(members.get(c).length, Rng.of(seed, own)));
    }
  }

  /**
   * Writes the positions of the next images into a batch, class by class; returns where it ends.
   */
  int draw(int classes, int perClass, int[] batch, int at) {
    int n = at;
    for (int c : classDeal.draw(classes)) {
      for (int k : imageDeals.get(c).draw(perClass)) {
        batch[n++] = members.get(c)[k];
      }
    }
    return n;
  }
}

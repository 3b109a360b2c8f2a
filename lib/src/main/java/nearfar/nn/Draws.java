package nearfar.nn;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws classes without repetition: some that must be in, filled up at random from the others. A
 * permutation of all classes is kept and its front exchanged, so that a draw costs as much as it
 * draws, however many classes there are. Source: Durstenfeld, Algorithm 235 (1964), stopped early.
 */
final class Draws {

  private final Random random;

  /** A permutation of the classes, and where in it each one is. */
  private final int[] order;

  private final int[] place;

  Draws(int classes, long seed) {
    // Random's figures are laid down in its documentation: the same in every JDK.
    random = new Random(seed);
    order = new int[classes];
    Arrays.setAll(order, i -> i);
    place = order.clone();
  }

  /**
   * Draws classes.
   *
   * @param sure each different from the others
   * @param count how many in all; at least as many as are sure
   * @return the sure ones and others, every set of others equally likely, in ascending order
   */
  int[] draw(int[] sure, int count) {
    for (int i = 0; i < sure.length; i++) {
      exchange(i, place[sure[i]]);
    }
    for (int i = sure.length; i < count; i++) {
      exchange(i, i + random.nextInt(order.length - i));
    }
    int[] drawn = Arrays.copyOf(order, count);
    // In the order of memory, and of a file.
    Arrays.sort(drawn);
    return drawn;
  }

  private void exchange(int i, int j) {
    int a = order[i];
    int b = order[j];
    order[i] = b;
    place[b] = i;
    order[j] = a;
    place[a] = j;
  }
}

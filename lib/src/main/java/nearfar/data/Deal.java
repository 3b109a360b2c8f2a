package nearfar.data;

/**
 * Deals items from endless, always freshly shuffled passes over all of them. Over any number of
 * deals no item came more than once more often than another, and one deal never holds an item
 * twice, even where it spans the seam of two passes.
 */
final class Deal {

  private final Rng rng;
  private int[] pass;
  private int next;

  Deal(int items, Rng rng) {
    this.rng = rng;
    this.pass = rng.permutation(items);
  }

  /** The next {@code n} different items; {@code n} must not be above their number. */
  int[] draw(int n) {
    int[] drawn = new int[n];
    boolean[] taken = null;
    for (int i = 0; i < n; i++) {
      if (next == pass.length) {
        taken = new boolean[pass.length];
        for (int k = 0; k < i; k++) {
          taken[drawn[k]] = true;
        }
        pass = rng.permutation(pass.length);
        next = 0;
      }
      if (taken != null) {
        // What this deal holds already is put off to later in the same pass.
        int free = next;
        while (taken[pass[free]]) {
          free++;
        }
        int swap = pass[next];
        pass[next] = pass[free];
        pass[free] = swap;
      }
      drawn[i] = pass[next++];
    }
    return drawn;
  }
}

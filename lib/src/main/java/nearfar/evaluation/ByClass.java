package nearfar.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Rows in the order of their classes, where those of a class are neighbours. So all pairs of a
 * kind, or all triplets, can be numbered, and be drawn by their number without a list of them.
 */
final class ByClass {

  /** Rows, class by class. */
  final int[] rows;

  /** For each place among {@link #rows}, where its class begins, and where it ends. */
  final int[] begin;

  final int[] end;

  ByClass(int[] labels) {
    rows =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> labels[i])) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    begin = new int[rows.length];
    end = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      boolean first = i == 0 || labels[rows[i]] != labels[rows[i - 1]];
      begin[i] = first ? i : begin[i - 1];
    }
    for (int i = rows.length - 1; i >= 0; i--) {
      boolean last = i == rows.length - 1 || begin[i + 1] != begin[i];
      end[i] = last ? i + 1 : end[i + 1];
    }
  }

  int size() {
    return rows.length;
  }

  /** How many rows are in the class of a place. */
  int classSize(int place) {
    return end[place] - begin[place];
  }

  /**
   * Which of consecutive groups a number falls into.
   *
   * @param before how many numbers are before each group, and at its end how many there are
   */
  static int group(long[] before, long number) {
    int found = Arrays.binarySearch(before, number);
    int at = found < 0 ? -found - 2 : found;
    while (before[at + 1] == before[at]) { // empty groups begin where the next one does
      at++;
    }
    return at;
  }

  /**
   * Different numbers in [0, all) in random order, every choice with the same probability: Floyd's
   * algorithm (Bentley and Floyd, Programming pearls: a sample of brilliance, 1987).
   */
  static long[] draw(int count, long all, SplittableRandom random) {
    Set<Long> drawn = new LinkedHashSet<>();
    for (long top = all - count; top < all; top++) {
      long number = below(top + 1, random);
      drawn.add(drawn.contains(number) ? top : number);
    }
    long[] numbers = drawn.stream().mapToLong(Long::longValue).toArray();
    for (int i = numbers.length - 1; i > 0; i--) {
      int j = (int) below(i + 1L, random);
      long swap = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = swap;
    }
    return numbers;
  }

  /**
   * Uniform in [0, bound); the bias is below bound / 2⁵³. By {@code nextLong}, which alone is the
   * same on every JDK; and not of {@code java.util.Random}, whose first numbers are alike for
   * neighbouring seeds.
   */
  private static long below(long bound, SplittableRandom random) {
    return (long) ((random.nextLong() >>> 11) * 0x1p-53 * bound);
  }
}

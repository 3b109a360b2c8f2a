package nearfar.evaluation;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs and triplets that are drawn once. */
class FixedTest {

  private static List<List<Integer>> list(FixedTriplets t) {
    return IntStream.range(0, t.size())
        .mapToObj(i -> List.of(t.anchor(i), t.positive(i), t.negative(i)))
        .toList();
  }

  private static List<Set<Integer>> list(FixedPairs p) {
    return IntStream.range(0, p.size()).mapToObj(k -> Set.of(p.first(k), p.second(k))).toList();
  }

  private static int[] labels(Random random, int n) {
    return random.ints(n, 0, 5).map(c -> 3 * c).toArray();
  }

  /** Asked for all of them, the numbering gives each valid one once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allOfThemAreAllValidOnes(long seed) {
    Random random = new Random(seed);
    int n = 7 + random.nextInt(9);
    int[] y = labels(random, n);
    Set<Set<Integer>> within = new HashSet<>();
    Set<Set<Integer>> between = new HashSet<>();
    Set<List<Integer>> triplets = new HashSet<>();
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        if (a != b) {
          (y[a] == y[b] ? within : between).add(Set.of(a, b));
        }
        for (int c = 0; c < n; c++) {
          if (a != b && y[a] == y[b] && y[a] != y[c]) {
            triplets.add(List.of(a, b, c));
          }
        }
      }
    }
    FixedPairs pairs = FixedPairs.of(y, within.size(), between.size(), seed);
    assertEquals(within.size() + between.size(), new HashSet<>(list(pairs)).size());
    for (int k = 0; k < pairs.size(); k++) {
      assertTrue((pairs.same(k) ? within : between).contains(list(pairs).get(k)));
    }
    FixedTriplets all = FixedTriplets.of(y, triplets.size(), seed);
    assertEquals(triplets.size(), all.size());
    assertEquals(triplets, new HashSet<>(list(all)));
    refused(
        () -> FixedPairs.of(y, within.size() + 1, 1, seed),
        "of one class",
        "the " + within.size() + " that",
        "got " + (within.size() + 1));
    refused(() -> FixedPairs.of(y, 1, between.size() + 1, seed), "of two classes");
    refused(() -> FixedPairs.of(y, 0, 1, seed), "at least 1", "got 0 of one class");
    refused(() -> FixedPairs.of(y, 1, -5, seed), "at least 1", "and -5 of two");
    refused(() -> FixedTriplets.of(y, triplets.size() + 1, seed), "the " + triplets.size());
    refused(() -> FixedTriplets.of(y, 0, seed), "got 0");
  }

  /** Every stretch has both kinds in their share, so that folds are balanced. */
  @ParameterizedTest
  @ValueSource(ints = {60, 20, 7, 120})
  void kindsAreSpreadEvenly(int positives) {
    int[] y = IntStream.range(0, 80).map(i -> i / 8).toArray();
    FixedPairs pairs = FixedPairs.of(y, positives, 60, 5);
    assertEquals(positives, pairs.positives());
    double share = positives / (60.0 + positives);
    for (int from = 0; from < pairs.size(); from++) {
      int count = 0;
      for (int to = from; to < pairs.size(); to++) {
        count += pairs.same(to) ? 1 : 0;
        assertTrue(Math.abs(count - share * (to - from + 1)) <= 1 + 1e-9);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void foldsHaveNoClassInCommon(long seed) {
    int[] y = new Random(seed).ints(400, 0, 30).map(c -> 5 * c).toArray();
    FixedPairs pairs = FixedPairs.inFolds(y, 10, 9, 6, seed);
    assertEquals(150, pairs.size());
    Map<Integer, Integer> foldOf = new HashMap<>();
    for (int f = 0; f < 10; f++) {
      Set<Set<Integer>> seen = new HashSet<>();
      int positives = 0;
      for (int k = 15 * f; k < 15 * (f + 1); k++) {
        assertTrue(seen.add(Set.of(pairs.first(k), pairs.second(k))), "a pair came twice");
        assertEquals(y[pairs.first(k)] == y[pairs.second(k)], pairs.same(k));
        positives += pairs.same(k) ? 1 : 0;
        for (int item : new int[] {pairs.first(k), pairs.second(k)}) {
          int fold = f;
          assertEquals(f, foldOf.computeIfAbsent(y[item], key -> fold), "class " + y[item]);
        }
      }
      assertEquals(9, positives);
    }
    assertEquals(list(pairs), list(FixedPairs.inFolds(y, 10, 9, 6, seed)));
    assertNotEquals(list(pairs), list(FixedPairs.inFolds(y, 10, 9, 6, seed + 1)));
    refused(() -> FixedPairs.inFolds(y, 1, 9, 6, seed), "at least 2 folds, got 1");
    refused(
        () -> FixedPairs.inFolds(new int[] {0, 0, 1, 1}, 2, 1, 1, seed),
        "of two classes",
        "the 0 that the classes of fold 0 make");
    refused(() -> FixedPairs.inFolds(y, 2, 0, 6, seed), "got 0 of one class");
  }

  /** Over many seeds each comes equally often, also first in the list: chi-squared. */
  @Test
  void drawsAreUniform() {
    int[] y = {0, 0, 0, 1, 1};
    int draws = 6000;
    Map<Set<Integer>, Integer> pairs = new HashMap<>();
    Map<List<Integer>, Integer> triplets = new HashMap<>();
    for (int seed = 0; seed < draws; seed++) {
      pairs.merge(list(FixedPairs.of(y, 2, 3, seed)).get(0), 1, Integer::sum);
      triplets.merge(list(FixedTriplets.of(y, 4, seed)).get(0), 1, Integer::sum);
    }
    // The list begins with a pair of two classes (3 of 5), of which there are 6; triplets 18.
    assertEquals(6, pairs.size());
    assertEquals(18, triplets.size());
    assertTrue(chiSquared(pairs, draws) < 20.6, "5 degrees of freedom, 0.001");
    assertTrue(chiSquared(triplets, draws) < 40.8, "17 degrees of freedom, 0.001");
  }

  private static double chiSquared(Map<?, Integer> counts, int draws) {
    double expected = draws / (double) counts.size();
    return counts.values().stream()
        .mapToDouble(c -> (c - expected) * (c - expected) / expected)
        .sum();
  }

  @Test
  void theSameSeedGivesTheSameOnEveryMachine() {
    int[] y = IntStream.range(0, 60000).map(i -> i / 20).toArray();
    FixedPairs pairs = FixedPairs.of(y, 300, 300, 7);
    assertEquals(list(pairs), list(FixedPairs.of(y, 300, 300, 7)));
    assertNotEquals(list(pairs), list(FixedPairs.of(y, 300, 300, 8)));
    assertEquals("600 pairs, 300 of one class", pairs.toString());
    FixedTriplets triplets = FixedTriplets.of(y, 500, 7); // of 6.8e10
    assertEquals(list(triplets), list(FixedTriplets.of(y, 500, 7)));
    assertEquals("500 triplets", triplets.toString());
    assertEquals(
        "[[4, 3, 2], [2, 0, 4], [3, 4, 0]]",
        list(FixedTriplets.of(new int[] {0, 0, 0, 1, 1}, 3, 1)).toString());
  }

  @Test
  void pairsOfAListAreTakenAsTheyAre() {
    int[] y = {5, 5, 8};
    FixedPairs pairs = FixedPairs.of(y, new int[] {2, 0, 1}, new int[] {0, 1, 0});
    assertEquals(1, pairs.positives() - 1);
    assertEquals(2, pairs.first(0));
    assertEquals(1, pairs.second(1));
    assertTrue(pairs.same(1) && pairs.same(2) && !pairs.same(0));
    refused(() -> FixedPairs.of(y, new int[2], new int[1]), "got 2 and 1 of them");
    refused(() -> FixedPairs.of(y, new int[] {0, 1}, new int[] {1, 3}), "[0, 3), got 3 in pair 1");
    refused(() -> FixedPairs.of(y, new int[] {-1}, new int[] {1}), "got -1 in pair 0");
    refused(() -> FixedPairs.of(y, new int[] {1}, new int[] {1}), "got 1 twice in pair 0");
  }
}

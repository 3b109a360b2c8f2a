package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {

  /** H(U) + H(V) − H(U, V), by counting items that share a part: no table. */
  private static double mutual(int[] u, int[] v) {
    double n = u.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int a = 0;
      int b = 0;
      int both = 0;
      for (int j = 0; j < n; j++) {
        a += u[j] == u[i] ? 1 : 0;
        b += v[j] == v[i] ? 1 : 0;
        both += u[j] == u[i] && v[j] == v[i] ? 1 : 0;
      }
      sum += (Math.log(both / n) - Math.log(a / n) - Math.log(b / n)) / n;
    }
    return sum;
  }

  /** The mean over all n! orders of the second's items. */
  private static double overPermutations(int[] u, int[] v, int place, double[] count) {
    if (place == v.length) {
      count[0]++;
      return mutual(u, v);
    }
    double sum = 0;
    for (int i = place; i < v.length; i++) {
      swap(v, place, i);
      sum += overPermutations(u, v, place + 1, count);
      swap(v, place, i);
    }
    return sum;
  }

  private static void swap(int[] v, int i, int j) {
    int kept = v[i];
    v[i] = v[j];
    v[j] = kept;
  }

  private static int[] sizes(int[] parts) {
    return Arrays.stream(parts)
        .distinct()
        .map(p -> (int) Arrays.stream(parts).filter(q -> q == p).count())
        .toArray();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theExpectationIsTheMeanOverAllPermutations(long seed) {
    Random random = new Random(seed);
    int n = 7;
    int[] u = random.ints(n, 0, 3).map(x -> 5 * x - 1).toArray();
    int[] v = random.ints(n, 0, 2 + random.nextInt(3)).toArray();
    double[] count = new double[1];
    double mean = overPermutations(u, v.clone(), 0, count) / count[0];
    assertEquals(5040, mean == 0 ? 5040 : count[0]);
    assertEquals(mean, Agreement.expected(sizes(u), sizes(v), n), FLOAT64);
    double entropies = (mutual(u, u) + mutual(v, v)) / 2;
    Agreement found = Agreement.of(u, v);
    if (entropies > 0 && mutual(u, v) < entropies - 1e-9) {
      assertEquals(mutual(u, v) / entropies, found.nmi(), FLOAT64);
      if (sizes(u).length > 1 && sizes(v).length > 1) {
        assertEquals((mutual(u, v) - mean) / (entropies - mean), found.ami(), FLOAT64);
      }
    }
    Agreement other = Agreement.of(v, u);
    assertEquals(found.nmi(), other.nmi(), FLOAT64);
    assertEquals(found.ami(), other.ami(), FLOAT64);
  }

  /** Figures of scikit-learn 1.9.1 (with NumPy 2.4.6), computed once. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "0 0 0 1 1 1, 0 0 1 1 2 2, 0.5158037429793889, 0.2987924581708901",
    "0 0 1 1 2 2 2 3, 1 1 1 0 0 0 2 2, 0.5577965290899926, 0.20118648299711017",
    "0 1 2 3 4 5 6 7, 0 0 1 1 2 2 3 3, 0.7999999999999999, 0",
    "0 0 0 0 0, 0 1 2 0 1, 0, 0",
    "0 1 0 1 0 1, 0 0 0 1 1 1, 0.08170416594551037, -0.1111111111111109"
  })
  void equalsScikitLearn(String first, String second, double nmi, double ami) {
    Agreement found = Agreement.of(ints(first), ints(second));
    assertEquals(nmi, found.nmi(), FLOAT64);
    assertEquals(ami, found.ami(), FLOAT64);
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void equalsScikitLearnOfManyItemsAndOfManyParts() {
    int n = 5000;
    int[] u = IntStream.range(0, n).map(i -> i * i % 17).toArray();
    int[] v = IntStream.range(0, n).map(i -> (i * i % 17 + i / 7 % 3) % 11).toArray();
    Agreement large = Agreement.of(u, v);
    assertEquals(0.5379507626099793, large.nmi(), FLOAT64);
    assertEquals(0.5362880860899052, large.ami(), FLOAT64);
    int[] a = IntStream.range(0, n).map(i -> i % 1000).toArray();
    int[] b = IntStream.range(0, n).map(i -> (int) (i * 7919L % 997)).toArray();
    Agreement many = Agreement.of(a, b);
    assertEquals(0.7667170399101328, many.nmi(), FLOAT64);
    assertEquals(-0.0013846272941699402, many.ami(), FLOAT64);
  }

  @Test
  void isOneForEqualPartitionsWhateverTheirNames() {
    for (int[] parts : new int[][] {{4, 4, 1, 9, 1}, {1, 1, 1}, {1, 2, 3}, {5}}) {
      int[] renamed = Arrays.stream(parts).map(p -> 100 - 7 * p).toArray();
      assertEquals(new Agreement(1, 1), Agreement.of(parts, renamed));
    }
  }

  @Test
  void chanceHasAmiAboutZeroAndNmiAboveIt() {
    Random random = new Random(1);
    double sum = 0;
    for (int trial = 0; trial < 50; trial++) {
      Agreement found =
          Agreement.of(random.ints(100, 0, 20).toArray(), random.ints(100, 0, 20).toArray());
      assertTrue(found.nmi() > 0.3, found.toString());
      sum += found.ami();
    }
    // The deviation of one is about 0.02.
    assertEquals(0, sum / 50, 0.01);
  }

  @Test
  void refusesOtherItems() {
    refused(() -> Agreement.of(new int[2], new int[3]), "got 2 and 3");
    refused(() -> Agreement.of(new int[0], new int[0]), "got 0");
    assertEquals("NMI 1.000, AMI 1.000", Agreement.of(new int[1], new int[1]).toString());
  }
}

package nearfar.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairTilesTest {

  /** The bounds are proven in comments; here they are met by rows of many kinds. */
  @ParameterizedTest(name = "{0} × {1}, rows {2} to {3}, entries about {4} ± {5}")
  @CsvSource({
    "1,    1,   0, 1,    0,     1",
    "2,    3,   0, 2,    5,     1",
    "511,  4,   0, 511,  0,     1",
    "513,  5,   0, 513,  100,   1",
    "1100, 64,  0, 1100, 0,     1",
    "1100, 7,   0, 100,  0,     1e-30",
    "1100, 7,   500, 1025, 1e6, 1",
    "1100, 7,   1030, 1100, 0,  1e30",
    "700,  130, 511, 512, 1,    1e-6",
    "700,  333, 60, 661, -3,    0.1",
    "600,  9,   0, 600,  2,     0"
  })
  void tellsEveryPairOnceBetweenItsBounds(
      int n, int entries, int begin, int end, double mean, double spread) {
    Random random = new Random(n + entries);
    double[][] rows = Clouds.gaussian(random, n, entries);
    for (double[] row : rows) {
      double length = Math.pow(10, random.nextInt(3) - 1);
      for (int k = 0; k < entries; k++) {
        row[k] = mean + spread * length * row[k];
      }
    }
    double[] center = new double[entries];
    for (double[] row : rows) {
      for (int k = 0; k < entries; k++) {
        center[k] += row[k] / n;
      }
    }
    PairTiles tiles = new PairTiles(rows, 0);
    AtomicIntegerArray told = new AtomicIntegerArray(n * n);
    double[] widest = new double[n];
    tiles.read(
        begin,
        end,
        "a test",
        () ->
            (i, from, to, nearness, offset, mutual) -> {
              for (int j = from; j < to; j++) {
                double exact = 0;
                double lengths = 0;
                for (int k = 0; k < entries; k++) {
                  exact -= Math.pow(rows[i][k] - rows[j][k], 2) / 2;
                  lengths +=
                      Math.pow(rows[i][k] - center[k], 2) + Math.pow(rows[j][k] - center[k], 2);
                }
                double scaled = tiles.scaled(exact);
                double read = nearness[j - offset];
                assertTrue(
                    scaled <= read + tiles.least(),
                    "row " + i + " of row " + j + " is nearer than " + read);
                assertTrue(
                    scaled >= read - tiles.slack(i, j),
                    "row " + i + " of row " + j + " is farther than " + read);
                // A bound that is always true would tell nothing.
                if (spread > 0) {
                  widest[i] = Math.max(widest[i], tiles.slack(i, j) / tiles.scaled(lengths));
                }
                told.incrementAndGet(i * n + j);
                if (mutual) {
                  told.incrementAndGet(j * n + i);
                }
              }
            });
    for (int i = 0; i < n; i++) {
      assertTrue(widest[i] < 1e-6 * (10 + entries), "slack of row " + i + ": " + widest[i]);
      for (int j = 0; j < n; j++) {
        int expected = i != j && i >= begin && i < end ? 1 : 0;
        assertEquals(expected, told.get(i * n + j), "row " + i + " of row " + j);
      }
    }
  }
}

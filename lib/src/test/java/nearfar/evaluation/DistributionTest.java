package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {

  @Test
  void summarisesASampleAsNumpyDoes() {
    Sample s =
        Distribution.of("x", "", 0, 10, new double[] {4, 1, 3, 10}, new double[] {1}).intra();
    assertEquals(4, s.size());
    assertEquals(4.5, s.mean(), FLOAT64);
    assertEquals(Math.sqrt((0.25 + 12.25 + 2.25 + 30.25) / 4), s.std(), FLOAT64);
    assertEquals(3.5, s.quantile(0.5), FLOAT64);
    assertEquals(4 + 0.7 * 6, s.quantile(0.9), FLOAT64);
    assertEquals(1, s.quantile(0));
    assertEquals(10, s.quantile(1));
    assertEquals(1, s.min());
    assertEquals(10, s.max());
    assertArrayEquals(new double[] {1, 3, 4, 10}, s.values());
    refused(() -> s.quantile(1.5), "[0, 1]", "got 1.5");
  }

  @Test
  void putsEdgesWhereTheyBelong() {
    // Bins of width 1: 0 in the first, 1 in the second, 60 in the last with 59.5.
    Distribution d =
        Distribution.of("x", "", 0, 60, new double[] {0, 1, 59.5, 60}, new double[] {0});
    double[] density = d.density(d.intra());
    assertEquals(0.25, density[0]);
    assertEquals(0.25, density[1]);
    assertEquals(0.5, density[59]);
    assertEquals(61, d.edges().length);
    assertEquals(60, d.edges()[60]);
    assertEquals(0.25, d.overlap(), FLOAT64);
  }

  @Test
  void theSameFiguresGoOnAnotherGrid() {
    Distribution d = Distribution.of("x", "", 0, 60, new double[] {1, 2}, new double[] {40});
    Distribution wider = d.on(0, 120);
    // Bins of width 2: 1 in the first, 2 in the second.
    assertEquals(0.25, wider.density(wider.intra())[0]);
    assertEquals(0.25, wider.density(wider.intra())[1]);
    assertEquals(120, wider.upper());
    assertEquals(1.5, wider.intra().mean());
    refused(() -> d.on(0, 30), "from 1.0 to 40.0", "got [0.0, 30.0]");
    refused(() -> d.on(2, 60), "got [2.0, 60.0]");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void densitiesIntegrateToOneAndOverlapIsTheirCommonArea(long seed) {
    for (Distribution d :
        new Distribution[] {
          Angles.of(Clouds.random(120, 5, 6, 0.8, seed)),
          Distances.of(Clouds.random(120, 5, 6, 0.8, seed))
        }) {
      double[] f = d.density(d.intra());
      double[] g = d.density(d.inter());
      double[] edges = d.edges();
      double intra = 0;
      double inter = 0;
      double apart = 0;
      for (int b = 0; b < f.length; b++) {
        double width = edges[b + 1] - edges[b];
        intra += f[b] * width;
        inter += g[b] * width;
        apart += Math.abs(f[b] - g[b]) * width;
      }
      assertEquals(1, intra, FLOAT64);
      assertEquals(1, inter, FLOAT64);
      // Another way to the same area: half of what is not common to two densities is missing.
      assertEquals(1 - apart / 2, d.overlap(), FLOAT64);
      assertTrue(d.overlap() > 0 && d.overlap() < 1);
    }
  }

  @ParameterizedTest(name = "{0} entries about {1} ± {2}")
  @CsvSource({"2, 0, 1", "6, 0, 0.8", "64, 0, 1", "1024, 0, 1", "5, 4, 1e-5", "5, 1000, 1"})
  void countedFiguresAreWithinTheResolutionOfKeptOnes(int d, double mean, double spread) {
    double[][] rows = Clouds.random(400, d, 20, 1, d).vectors();
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 20;
      for (int k = 0; k < d; k++) {
        rows[i][k] = mean + spread * rows[i][k];
      }
    }
    rows[399] = rows[379].clone(); // no distance, within a class
    Arrays.setAll(rows[398], k -> mean == 0 ? -rows[0][k] : rows[398][k]); // and straight angles
    Embeddings e = Embeddings.of(rows, labels);
    Distribution[][] both = {
      {Angles.of(e), Angles.of(e, 0)}, {Distances.of(e), Distances.of(e, 0)}
    };
    for (Distribution[] pair : both) {
      Distribution kept = pair[0];
      Distribution counted = pair[1];
      double most = Math.max(kept.intra().max(), kept.inter().max());
      double resolution = counted.resolution() * (1 + 1e-9);
      assertEquals(0, kept.resolution());
      assertTrue(resolution > 0 && resolution < 3e-4 * most, resolution + " of " + most);
      assertTrue(counted.toString().contains("counted to ±"), counted.toString());
      assertFalse(kept.toString().contains("counted"), kept.toString());
      Sample[][] samples = {{kept.intra(), counted.intra()}, {kept.inter(), counted.inter()}};
      for (Sample[] s : samples) {
        assertEquals(s[0].size(), s[1].size());
        assertEquals(s[0].mean(), s[1].mean(), resolution);
        assertEquals(s[0].std(), s[1].std(), 2 * resolution);
        for (double p = 0; p <= 1; p += 1 / 64.0) {
          assertEquals(s[0].quantile(p), s[1].quantile(p), resolution, "p = " + p);
        }
        assertThrows(IllegalStateException.class, s[1]::values);
      }
      assertEquals(kept.overlap(), counted.overlap(), 0.01);
    }
  }

  @Test
  void overlapIsZeroApartAndOneForEqualSamples() {
    double[] low = {1, 2, 3};
    double[] high = {7, 8};
    assertEquals(0, Distribution.of("x", "", 0, 10, low, high).overlap());
    assertEquals(1, Distribution.of("x", "", 0, 10, low, low).overlap(), FLOAT64);
  }

  @Test
  void overlapOfTwoGaussiansIsNearTheKnownArea() {
    Random random = new Random(5);
    double[] f = new double[200_000];
    double[] g = new double[200_000];
    Arrays.setAll(f, i -> random.nextGaussian());
    Arrays.setAll(g, i -> random.nextGaussian() + 2);
    // Deviation 1, means 2 apart: 2 Φ(−1) = 0.31731.
    assertEquals(0.31731, Distribution.of("x", "", -8, 10, f, g).overlap(), 0.005);
  }

  @Test
  void saysWhatItIs() {
    Distribution d =
        Distribution.of("angle", "degrees", 0, 180, new double[] {20, 22}, new double[] {90});
    assertEquals(
        "angle (degrees): intra 21.00 ± 1.00, inter 90.00 ± 0.00, overlap 0.000", d.toString());
  }

  @Test
  void refusesWhatItCannotShow() {
    double[] one = {1};
    refused(() -> Distribution.of("x", "", 0, 9, new double[0], one), "within classes", "none");
    refused(() -> Distribution.of("x", "", 0, 9, one, new double[0]), "between classes", "none");
    refused(() -> Distribution.of("x", "", 2, 2, one, one), "[2.0, 2.0]");
    refused(() -> Distribution.of("x", "", 0, 9, one, new double[] {3, 9.5}), "9.5 at position 1");
    refused(() -> Distribution.of("x", "", 0, 9, new double[] {Double.NaN}, one), "NaN");
  }
}

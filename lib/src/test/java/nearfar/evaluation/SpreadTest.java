package nearfar.evaluation;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void meanDeviationAndIntervalByHand() {
    Spread spread = Spread.of(1, 2, 3, 4, 5);
    assertEquals(3, spread.mean(), 1e-15);
    assertEquals(Math.sqrt(2.5), spread.deviation(), 1e-15);
    // The 97.5 % quantile of Student's t with 4 degrees of freedom is 2.776445 in every table.
    assertEquals(3 + 2.776445 * Math.sqrt(0.5), spread.interval().upper(), 1e-6);
    assertEquals(3 - 2.776445 * Math.sqrt(0.5), spread.interval().lower(), 1e-6);
    // And the 80 % quantile of the normal distribution 0.841621.
    assertEquals((2.776445 + 0.841621) * Math.sqrt(0.5), spread.detectable(), 1e-5);
    assertEquals("3.0° ± 1.6°", spread.text("%.1f°"));
  }

  @Test
  void differencesArePaired() {
    Spread spread = Spread.difference(new double[] {11, 22, 33}, new double[] {10, 20, 30});
    assertEquals(2, spread.mean(), 1e-15);
    assertEquals(1, spread.deviation(), 1e-15);
  }

  @Test
  void holdsTheTruthAsOftenAsItSaysAlsoForFewUnits() {
    RandomGenerator random = new SplittableRandom(7);
    int held = 0;
    for (int trial = 0; trial < 4000; trial++) {
      double[] values = random.doubles(5).map(u -> random.nextGaussian()).toArray();
      held += Spread.of(values).interval().contains(0) ? 1 : 0;
    }
    // 0.95 ± 4 deviations of a binomial share.
    assertEquals(0.95, held / 4000.0, 0.014);
  }

  @Test
  void lineHasMeansAndIntervals() {
    Spread first = Spread.of(1, 2, 3);
    Spread second = Spread.of(4, 4);
    double[][] line = Spread.line(new double[] {0.1, 10}, List.of(first, second));
    assertArrayEquals(new double[] {0.1, 10}, line[0]);
    assertArrayEquals(new double[] {2, 4}, line[1], 1e-15);
    assertArrayEquals(new double[] {first.interval().lower(), 4}, line[2], 1e-15);
    assertArrayEquals(new double[] {first.interval().upper(), 4}, line[3], 1e-15);
    refused(() -> Spread.line(new double[] {1}, List.of(first, second)), "got 2 for 1");
  }

  @Test
  void refusesWhatHasNoSpread() {
    refused(() -> Spread.of(1), "got 1", "two seeds or more");
    refused(() -> Spread.of(1, Double.NaN), "finite");
    refused(() -> Spread.difference(new double[2], new double[3]), "2 and 3");
  }
}

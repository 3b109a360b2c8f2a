package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AngleReportTest {

  private static double[] at(double degrees) {
    return new double[] {Math.cos(Math.toRadians(degrees)), Math.sin(Math.toRadians(degrees))};
  }

  @Test
  void isRightWhereItCanBeSeen() {
    // Class 0 at ±10° about 0°, class 1 at 60° and 80°, class 2 at 180°.
    Embeddings train =
        Embeddings.of(
                new double[][] {at(-10), at(10), at(60), at(80), at(180)},
                new int[] {0, 0, 1, 1, 2})
            .withClassNames(List.of("right", "up", "left"));
    Embeddings test = Embeddings.of(new double[][] {at(0), at(20), at(100)}, new int[] {5, 5, 9});
    AngleReport report = AngleReport.of(train, new double[][] {at(3), at(70), at(170)}, test);
    AngleReport.Side side = report.train();
    assertEquals((3 + 0 + 10) / 3.0, side.angles().wEc(), FLOAT64);
    assertEquals((67 + 67 + 100) / 3.0, side.angles().wInter(), FLOAT64);
    assertEquals(8, side.angles().intra(), FLOAT64);
    assertEquals((70 + 70 + 110) / 3.0, side.angles().inter(), FLOAT64);
    assertEquals(20 / 3.0, Objects.requireNonNull(report.test()).angles().intra(), FLOAT64);
    assertEquals(90, Objects.requireNonNull(report.test()).angles().inter(), FLOAT64);
    assertEquals(
        "W-EC 4.3°, W-Inter 78.0°, Intra1 8.0°, Inter1 83.3°, Intra2 6.7°, Inter2 90.0°",
        report.toString());
    same(new double[] {10, 10, 10, 10, 0}, side.toMeans().intra());
    same(new double[] {80, 60, 60, 80, 110}, side.toMeans().inter());
    AngleReport.ByClass up =
        side.classes().stream().filter(c -> c.label() == 1).findFirst().orElseThrow();
    same(new double[] {10, 10}, up.toMeans().intra());
    same(new double[] {60, 80}, up.toMeans().inter());
    assertEquals("up", up.name());
    assertEquals("right", up.nearest());
    same(new double[] {20, 20}, side.pairs().intra());
    AngleReport alone = AngleReport.of(train, null, null);
    assertTrue(Double.isNaN(alone.train().angles().wEc()));
    assertNull(alone.test());
    assertEquals(side.angles().inter(), alone.train().angles().inter());
    refused(() -> AngleReport.of(train, new double[2][2], null), "row 0", "zero vector");
    refused(() -> AngleReport.of(train, new double[][] {at(1), at(2)}, null), "got 2");
  }

  private static void same(double[] expected, Sample sample) {
    double[] sorted = DoubleStream.of(expected).sorted().toArray();
    double[] found = sample.values();
    assertEquals(sorted.length, found.length);
    for (int i = 0; i < sorted.length; i++) {
      assertEquals(sorted[i], found[i], 1e-9);
    }
  }

  @Test
  void classesTogetherHaveTheAnglesOfAllAndComeByTheirOverlap() {
    Embeddings e = Clouds.random(90, 5, 7, 1.2, 3);
    AngleReport.Side side = AngleReport.of(e, Clouds.gaussian(new Random(1), 7, 5), null).train();
    double[] own =
        side.classes().stream()
            .flatMapToDouble(c -> Arrays.stream(c.toMeans().intra().values()))
            .toArray();
    same(own, side.toMeans().intra());
    assertEquals(side.angles().intra(), side.toMeans().intra().mean(), FLOAT64);
    double[] overlaps = side.classes().stream().mapToDouble(c -> -c.toMeans().overlap()).toArray();
    double[] sorted = DoubleStream.of(overlaps).sorted().toArray();
    assertTrue(Arrays.equals(sorted, overlaps));
    assertTrue(overlaps[0] < overlaps[6]);
  }
}

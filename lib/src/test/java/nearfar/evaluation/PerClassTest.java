package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerClassTest {

  private static double acos(double[] u, double[] v) {
    double product = 0;
    double uu = 0;
    double vv = 0;
    for (int k = 0; k < u.length; k++) {
      product += u[k] * v[k];
      uu += u[k] * u[k];
      vv += v[k] * v[k];
    }
    return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, product / Math.sqrt(uu * vv)))));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsPlainLoops(long seed) {
    Embeddings cloud = Clouds.random(50, 4, 6, 0.9, seed);
    int[] labels = cloud.labels();
    labels[7] = 11;
    Embeddings e =
        Embeddings.of(cloud.vectors(), labels)
            .withClassNames(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"));
    double[][] means = new double[12][4];
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 4; k++) {
        means[e.label(i)][k] += e.vector(i)[k];
      }
    }
    List<PerClass.Row> rows = PerClass.of(e).rows();
    assertEquals(7, rows.size());
    double queries = 0;
    double hits = 0;
    double precisions = 0;
    for (PerClass.Row row : rows) {
      int c = row.label();
      int[] members = IntStream.range(0, 50).filter(i -> e.label(i) == c).toArray();
      assertEquals(members.length, row.images());
      assertEquals(
          Arrays.stream(members)
              .mapToDouble(i -> acos(e.vector(i), means[c]))
              .average()
              .orElseThrow(),
          row.intra(),
          1e-5);
      int[] confusions = new int[12];
      double right = 0;
      for (int i : members) {
        int nearest = -1;
        for (int j = 0; j < 50; j++) {
          if (j != i
              && (nearest < 0
                  || acos(e.vector(i), e.vector(j)) < acos(e.vector(i), e.vector(nearest)))) {
            nearest = j;
          }
        }
        right += e.label(nearest) == c ? 1 : 0;
        confusions[e.label(nearest)] += e.label(nearest) == c ? 0 : 1;
      }
      int most = Arrays.stream(confusions).max().orElseThrow();
      assertEquals(most, row.confusions());
      int first = 0;
      while (confusions[first] < most) {
        first++;
      }
      assertEquals(most == 0 ? "" : e.className(first), row.confused());
      double nearestAngle = 181;
      String nearest = "";
      for (int d = 0; d < 12; d++) {
        if (d != c && (d < 6 || d == 11) && acos(means[c], means[d]) < nearestAngle) {
          nearestAngle = acos(means[c], means[d]);
          nearest = e.className(d);
        }
      }
      assertEquals(nearest, row.nearest());
      assertEquals(nearestAngle, row.nearestAngle(), 1e-5);
      if (members.length > 1) {
        assertEquals(right / members.length, row.recallAt1(), FLOAT64);
        queries += members.length;
        hits += right;
        precisions += members.length * row.mapAtR();
      } else {
        assertTrue(Double.isNaN(row.recallAt1()) && Double.isNaN(row.mapAtR()));
        assertEquals(row, rows.get(6), "who has no figure is last");
      }
    }
    Retrieval all = Retrieval.of(e);
    assertEquals(all.recallAt(1), hits / queries, FLOAT64);
    assertEquals(all.mapAtR(), precisions / queries, FLOAT64);
    List<Double> order =
        new ArrayList<>(rows.subList(0, 6).stream().map(PerClass.Row::mapAtR).toList());
    assertEquals(order.stream().sorted().toList(), order, "the worst first");
  }

  @Test
  void aClassThatIsAlwaysFoundIsConfusedWithNone() {
    PerClass report = PerClass.of(Clouds.random(40, 8, 4, 0.01, 1));
    for (PerClass.Row row : report.rows()) {
      assertEquals(1, row.mapAtR());
      assertEquals("", row.confused());
      assertEquals(0, row.confusions());
    }
    refused(
        () -> PerClass.of(Embeddings.of(new double[][] {{1}, {2}}, new int[2])),
        "got only class 0");
  }
}

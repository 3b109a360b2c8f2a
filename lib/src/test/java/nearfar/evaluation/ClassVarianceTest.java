package nearfar.evaluation;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClassVarianceTest {

  private static final int[] LABELS = {0, 0, 0, 0, 3, 3};
  private static final double[][] ROWS = {
    {3, 1, 5}, {3, -1, 5}, {5, 0, 5}, {1, 0, 5}, {-2, 2, 5}, {-2, -2, 5}
  };

  @Test
  void byHandAndEveryClassWeighsTheSame() {
    ClassVariance variance = ClassVariance.of(Embeddings.of(ROWS, LABELS));
    // Means (3, 0) and (-2, 0); squared distances to them 1, 1, 4, 4 and 4, 4.
    assertEquals((2.5 + 4) / 2, variance.within(), 1e-12);
    assertEquals(6.25, variance.between(), 1e-12);
    assertEquals(3.25 / 6.25, variance.ratio(), 1e-12);
    // Along the only axis between the classes: (0 + 0 + 4 + 4) / 4 / 2 over 6.25, and C = 2.
    assertEquals(1.0 / 6.25 / 2, variance.nc1(), 1e-12);
  }

  @Test
  void nc1AsAPseudoInverseSays() {
    SplittableRandom random = new SplittableRandom(11);
    double[][] rows = new double[12][];
    Arrays.setAll(rows, i -> random.doubles(2, -1, 1).toArray());
    int[] labels = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    // Two dimensions, so that both matrices are written out and the second is inverted by hand.
    double[][] means = new double[4][2];
    double[] mean = new double[2];
    for (int i = 0; i < 12; i++) {
      for (int k = 0; k < 2; k++) {
        means[labels[i]][k] += rows[i][k] / 3;
        mean[k] += rows[i][k] / 12;
      }
    }
    double[][] w = new double[2][2];
    double[][] b = new double[2][2];
    for (int k = 0; k < 2; k++) {
      for (int l = 0; l < 2; l++) {
        for (int i = 0; i < 12; i++) {
          double[] own = means[labels[i]];
          w[k][l] += (rows[i][k] - own[k]) * (rows[i][l] - own[l]) / 12;
        }
        for (double[] own : means) {
          b[k][l] += (own[k] - mean[k]) * (own[l] - mean[l]) / 4;
        }
      }
    }
    double determinant = b[0][0] * b[1][1] - b[0][1] * b[1][0];
    double trace =
        (w[0][0] * b[1][1] - w[0][1] * b[1][0] - w[1][0] * b[0][1] + w[1][1] * b[0][0])
            / determinant;
    assertEquals(trace / 4, ClassVariance.of(Embeddings.of(rows, labels)).nc1(), 1e-12);
  }

  @Test
  void visibleAndInvisibleAddUpAndDoNotMoveWithACommonVector() {
    double[][] vectors = {{7, 0, 2}, {9, 0, 2}}; // They differ along the first axis only.
    Embeddings embeddings = Embeddings.of(ROWS, LABELS);
    ClassVariance seen = ClassVariance.visible(embeddings, vectors);
    ClassVariance rest = ClassVariance.invisible(embeddings, vectors);
    assertEquals(1, seen.within(), 1e-12);
    assertEquals(6.25, seen.between(), 1e-12);
    assertEquals(2.25, rest.within(), 1e-12);
    assertEquals(0, rest.between(), 1e-12);
    assertTrue(Double.isNaN(rest.nc1()));
    double[][] moved = {{107, 30, 2}, {109, 30, 2}};
    assertEquals(seen.within(), ClassVariance.visible(embeddings, moved).within(), 1e-12);
    assertEquals("within 1.000, between 6.250, ratio 0.160, NC1 0.080", seen.toString());
  }

  @Test
  void saysWhatIsMissing() {
    Embeddings one = Embeddings.of(ROWS, new int[6]);
    refused(() -> ClassVariance.of(one), "two classes", "only class 0");
    Embeddings two = Embeddings.of(ROWS, LABELS);
    refused(() -> ClassVariance.visible(two, new double[][] {{1, 2, 3}}), "two", "got 1 of 3");
    refused(() -> ClassVariance.invisible(two, new double[2][2]), "3 entries", "got 2 of 2");
  }
}

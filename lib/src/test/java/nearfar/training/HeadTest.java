package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import nearfar.loss.EmbeddingLoss;
import org.junit.jupiter.api.Test;

/** Choices in several blocks of classes, against plain loops in float64. */
class HeadTest {

  private static final int N = 700;
  private static final int D = 4;
  private static final int C = 3001; // 1489 classes a block: two whole ones and a rest

  private static float[] draw(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private interface Logit {
    double of(int row, int c);
  }

  private static int[] best(Logit logit) {
    int[] best = new int[N];
    for (int i = 0; i < N; i++) {
      for (int c = 1; c < C; c++) {
        best[i] = logit.of(i, c) > logit.of(i, best[i]) ? c : best[i];
      }
    }
    return best;
  }

  private static double dot(float[] a, int i, float[] b, int j) {
    double sum = 0;
    for (int k = 0; k < D; k++) {
      sum += (double) a[i * D + k] * b[j * D + k];
    }
    return sum;
  }

  @Test
  void choosesOverAllBlocksAsAPlainLoopDoes() {
    float[] x = draw(N * D, 1);
    float[] w = draw(C * D, 2);
    float[] b = draw(C, 3);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray embeddings = manager.create(x, new Shape(N, D));
      NDArray vectors = manager.create(w, new Shape(C, D));
      vectors.setName(EmbeddingLoss.VECTORS);
      NDArray bias = manager.create(b);
      bias.setName(EmbeddingLoss.BIAS);

      assertArrayEquals(
          best((i, c) -> dot(x, i, w, c) / Math.sqrt(dot(w, c, w, c))),
          Head.choose(new NDList(embeddings, vectors), 1));
      assertArrayEquals(
          best((i, c) -> dot(x, i, w, c) + b[c]),
          Head.choose(new NDList(embeddings, vectors, bias), 1));

      NDArray centers = manager.create(w, new Shape(C, D));
      centers.setName(EmbeddingLoss.CENTERS);
      assertArrayEquals(
          best((i, c) -> 2 * dot(x, i, w, c) - dot(w, c, w, c)),
          Head.choose(new NDList(embeddings, centers), 1));
      assertNull(Head.choose(new NDList(embeddings), 1));
      assertEquals((long) N * C, Head.logits(new NDList(embeddings, vectors)));
      assertEquals((long) N * C, Head.logits(new NDList(embeddings, centers)));
      assertEquals(0, Head.logits(new NDList(embeddings)));
    }
  }

  @Test
  void theProbabilityIsThatOfASoftmaxOverAllClasses() {
    float[] x = draw(N * D, 4);
    float[] w = draw(C * D, 5);
    double s = 16;
    try (NDManager manager = NDManager.newBaseManager()) {
      Head.Best best =
          Head.byScaledCosine(
              manager.create(x, new Shape(N, D)), manager.create(w, new Shape(C, D)), 1, s);
      float[] p = best.probabilities();
      for (int i = 0; i < N; i += 50) {
        double sum = 0;
        for (int c = 0; c < C; c++) {
          sum += Math.exp(s * cosine(x, i, w, c));
        }
        double expected = Math.exp(s * cosine(x, i, w, best.classes[i])) / sum;
        assertEquals(expected, p[i], 1e-5 * expected);
      }
    }
  }

  /** Of the two vectors of each class the better one counts. */
  @Test
  void aClassIsAsNearAsItsNearestVector() {
    float[] x = draw(N * D, 6);
    float[] w = draw(2 * C * D, 7);
    double s = 16;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray embeddings = manager.create(x, new Shape(N, D));
      NDArray vectors = manager.create(w, new Shape(2 * C, D));
      vectors.setName(EmbeddingLoss.VECTORS);
      int[] expected = best((i, c) -> Math.max(cosine(x, i, w, 2 * c), cosine(x, i, w, 2 * c + 1)));
      assertArrayEquals(expected, Head.choose(new NDList(embeddings, vectors), 2));
      Head.Best best = Head.byScaledCosine(embeddings, vectors, 2, s);
      assertArrayEquals(expected, best.classes);
      float[] p = best.probabilities();
      for (int i = 0; i < N; i += 50) {
        double nearest = Double.NaN;
        double sum = 0;
        for (int c = 0; c < C; c++) {
          double cos = Math.max(cosine(x, i, w, 2 * c), cosine(x, i, w, 2 * c + 1));
          sum += Math.exp(s * cos);
          nearest = c == expected[i] ? cos : nearest;
        }
        assertEquals(Math.exp(s * nearest) / sum, p[i], 1e-5 * p[i]);
      }
    }
  }

  private static double cosine(float[] x, int i, float[] w, int c) {
    return dot(x, i, w, c) / Math.sqrt(dot(x, i, x, i) * dot(w, c, w, c));
  }
}

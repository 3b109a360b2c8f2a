package nearfar.evaluation;

import java.util.Random;

/** Made-up embeddings for tests. */
public final class Clouds {

  private Clouds() {}

  /** A Gaussian cloud of deviation {@code spread} about a random center for each class. */
  public static Embeddings random(int n, int dimension, int classes, double spread, long seed) {
    Random random = new Random(seed);
    double[][] centers = gaussian(random, classes, dimension);
    double[][] vectors = gaussian(random, n, dimension);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % classes;
      for (int k = 0; k < dimension; k++) {
        vectors[i][k] = centers[labels[i]][k] + spread * vectors[i][k];
      }
    }
    return Embeddings.of(vectors, labels);
  }

  /** Copies of few vectors, so that most similarities are tied, and some classes of one member. */
  static Embeddings tied(long seed) {
    Random random = new Random(seed);
    double[][] few = gaussian(random, 4, 3);
    int n = 18;
    double[][] vectors = new double[n][];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      vectors[i] = few[random.nextInt(few.length)];
      // Classes 0 to 2 have several members; 10 and 11 have one each, somewhere in the middle.
      labels[i] = i == 5 ? 10 : i == 9 ? 11 : random.nextInt(3);
    }
    return Embeddings.of(vectors, labels);
  }

  /**
   * Corners and edges of a cube: many equal angles and distances, of pairs that have no vector in
   * common.
   */
  static Embeddings cube(long seed) {
    Random random = new Random(seed);
    int n = 30;
    double[][] vectors = new double[n][3];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(6);
      for (int k = 0; k < 3; k++) {
        vectors[i][k] = random.nextInt(3) - 1;
      }
      vectors[i][random.nextInt(3)] = 1;
    }
    return Embeddings.of(vectors, labels);
  }

  static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int k = 0; k < columns; k++) {
        row[k] = random.nextGaussian();
      }
    }
    return values;
  }
}

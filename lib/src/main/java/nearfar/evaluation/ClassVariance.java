package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How far embeddings vary within classes, and how far classes lie from each other: both parts of
 * their variance, and what they say about neural collapse. With μ_c the mean of class c, of which
 * there are n_c embeddings, and μ the mean of the C class means,
 *
 * <p>Σ_W = 1/C Σ_c 1/n_c Σ_{i in c} (x_i − μ_c)(x_i − μ_c)ᵀ, Σ_B = 1/C Σ_c (μ_c − μ)(μ_c − μ)ᵀ.
 *
 * <p>Each class weighs the same. Neither changes if a constant is added to all embeddings. Source:
 * Papyan, Han and Donoho, Prevalence of Neural Collapse during the Terminal Phase of Deep Learning
 * Training (2020), arXiv:2008.08186, whose first sign of collapse, NC1, is {@link #nc1()}.
 *
 * <p>A softmax over Wx + b sees only what changes a difference of logits, so only the part of x in
 * the span of the differences w_j − w_k, of C − 1 dimensions at most. {@link #visible} is about
 * that part of the embeddings, {@link #invisible} about the rest; within and between of both add up
 * to those of the whole.
 *
 * @param within tr Σ_W, the mean squared distance to the class's mean, in squared units of x
 * @param between tr Σ_B, the mean squared distance of class means to their mean
 * @param nc1 tr(Σ_W Σ_B⁺) / C with the pseudo-inverse of Σ_B; 0 if every class is one point; NaN if
 *     classes have no distance
 */
public record ClassVariance(double within, double between, double nc1) {

  /** A row of which less than this share of the longest row is new adds no dimension. */
  private static final double RANK = 1e-9;

  /**
   * Measures embeddings as they are.
   *
   * @param embeddings N vectors
   * @return both variances and NC1
   * @throws IllegalArgumentException if there is but one class
   */
  public static ClassVariance of(Embeddings embeddings) {
    return of(embeddings.rows(), embeddings);
  }

  /**
   * Measures the part of the embeddings that a softmax over these class vectors sees: their
   * projection to the span of the differences of class vectors.
   *
   * @param embeddings N vectors of D entries, of any classes
   * @param classVectors (C, D), two or more
   * @return both variances and NC1 of that part
   * @throws IllegalArgumentException if there is but one class, there are fewer than two class
   *     vectors, or these have another length than embeddings
   */
  public static ClassVariance visible(Embeddings embeddings, double[][] classVectors) {
    return of(parts(embeddings, classVectors, true), embeddings);
  }

  /**
   * Measures the part of the embeddings that a softmax over these class vectors cannot see: what
   * {@link #visible} leaves. If there are more classes than dimensions that is usually nothing.
   *
   * @param embeddings N vectors of D entries, of any classes
   * @param classVectors (C, D), two or more
   * @return both variances and NC1 of that part
   * @throws IllegalArgumentException as {@link #visible}
   */
  public static ClassVariance invisible(Embeddings embeddings, double[][] classVectors) {
    return of(parts(embeddings, classVectors, false), embeddings);
  }

  /**
   * The variance within classes over that between them: the larger, the wider classes are for their
   * distances. It is 0 if every class is one point.
   *
   * @return tr Σ_W / tr Σ_B; NaN or infinite if classes have no distance
   */
  public double ratio() {
    return within / between;
  }

  /** Such as "within 12.3, between 48.0, ratio 0.256, NC1 0.871". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "within %.4g, between %.4g, ratio %.3f, NC1 %.3f",
        within,
        between,
        ratio(),
        nc1);
  }

  private static ClassVariance of(double[][] rows, Embeddings embeddings) {
    ClassSums sums = new ClassSums(rows, embeddings.labels());
    int classes = sums.classes();
    if (classes < 2) {
      throw new IllegalArgumentException(
          "variance between classes needs two classes or more, got only class "
              + embeddings.className(sums.label(0)));
    }
    double[][] means = new double[classes][];
    for (int c = 0; c < classes; c++) {
      double count = sums.count(c);
      means[c] = Arrays.stream(sums.sum(c)).map(x -> x / count).toArray();
    }
    double[] weights = new double[rows.length];
    double[][] off = new double[rows.length][];
    double within = 0;
    for (int i = 0; i < rows.length; i++) {
      int c = sums.placeOf(i);
      weights[i] = 1.0 / classes / sums.count(c);
      off[i] = difference(rows[i], means[c]);
      within += weights[i] * dot(off[i], off[i]);
    }
    double[][] apart = centred(means);
    double between = Arrays.stream(apart).mapToDouble(m -> dot(m, m)).sum() / classes;
    return new ClassVariance(within, between, nc1(off, weights, apart));
  }

  /**
   * tr(Σ_W Σ_B⁺) / C. In coordinates of the span of the centred means, Σ_B is invertible; with LLᵀ
   * its Cholesky factors, the trace is the weighted sum of ‖L⁻¹ d_i‖².
   */
  private static double nc1(double[][] off, double[] weights, double[][] apart) {
    double[][] basis = basis(apart);
    int rank = basis.length;
    if (rank == 0) {
      return Double.NaN;
    }
    double[][] factor = new double[rank][rank];
    double[][] at = Arrays.stream(apart).map(m -> coordinates(basis, m)).toArray(double[][]::new);
    for (int a = 0; a < rank; a++) {
      for (int b = 0; b <= a; b++) {
        double sum = 0;
        for (double[] m : at) {
          sum += m[a] * m[b] / apart.length;
        }
        for (int k = 0; k < b; k++) {
          sum -= factor[a][k] * factor[b][k];
        }
        factor[a][b] = a == b ? Math.sqrt(sum) : sum / factor[b][b];
      }
    }
    double trace = 0;
    for (int i = 0; i < off.length; i++) {
      double[] solved = coordinates(basis, off[i]);
      for (int a = 0; a < rank; a++) {
        for (int k = 0; k < a; k++) {
          solved[a] -= factor[a][k] * solved[k];
        }
        solved[a] /= factor[a][a];
      }
      trace += weights[i] * dot(solved, solved);
    }
    return trace / apart.length;
  }

  private static double[][] parts(Embeddings embeddings, double[][] classVectors, boolean seen) {
    if (classVectors.length < 2 || classVectors[0].length != embeddings.dimension()) {
      throw new IllegalArgumentException(
          "there must be two class vectors or more, of the "
              + embeddings.dimension()
              + " entries of the embeddings, got "
              + classVectors.length
              + (classVectors.length == 0 ? "" : " of " + classVectors[0].length));
    }
    double[][] basis = basis(centred(classVectors));
    return Arrays.stream(embeddings.rows())
        .map(
            row -> {
              double[] part = new double[row.length];
              double[] at = coordinates(basis, row);
              for (int b = 0; b < basis.length; b++) {
                for (int k = 0; k < part.length; k++) {
                  part[k] += at[b] * basis[b][k];
                }
              }
              return seen ? part : difference(row, part);
            })
        .toArray(double[][]::new);
  }

  private static double[][] centred(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += row[k] / rows.length;
      }
    }
    return Arrays.stream(rows).map(row -> difference(row, mean)).toArray(double[][]::new);
  }

  /** Orthonormal rows with the same span: Gram and Schmidt, each row twice against rounding. */
  private static double[][] basis(double[][] rows) {
    double longest = Math.sqrt(Arrays.stream(rows).mapToDouble(r -> dot(r, r)).max().orElse(0));
    List<double[]> basis = new ArrayList<>();
    for (double[] row : rows) {
      double[] rest = row.clone();
      for (int pass = 0; pass < 2; pass++) {
        for (double[] axis : basis) {
          double along = dot(axis, rest);
          for (int k = 0; k < rest.length; k++) {
            rest[k] -= along * axis[k];
          }
        }
      }
      double length = Math.sqrt(dot(rest, rest));
      if (length > RANK * longest) {
        basis.add(Arrays.stream(rest).map(x -> x / length).toArray());
      }
    }
    return basis.toArray(double[][]::new);
  }

  private static double[] coordinates(double[][] basis, double[] row) {
    return Arrays.stream(basis).mapToDouble(axis -> dot(axis, row)).toArray();
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, k -> a[k] - b[k]);
    return difference;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}

package nearfar.loss;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What was found when a loss, which may be one's own, was tried on small batches with fixed seeds:
 *
 * <ul>
 *   <li><b>gradient</b>: for each input that an optimiser may train, autograd agrees with central
 *       differences in float64 (relative error at most 1e-7). Slopes that jump are left out and
 *       counted; most must be left, and some must not be 0.
 *   <li><b>memory</b>: the gradients are the same after a garbage collection, which they are not
 *       where a formula multiplies by a Java number: see {@link nearfar.distance.Constant}.
 *   <li><b>finite</b>: value and gradients are numbers, in float32 and float64, where formulas
 *       break: equal rows, zero rows, cosines of ±1, one class, every row alone in its class.
 *   <li><b>invariance</b>: the value stays as it is under the changes that {@link
 *       EmbeddingLoss#invariances()} claims (1e-9); the others are tried and shown too.
 *   <li><b>limit</b>: the loss is another one where {@link EmbeddingLoss#limits()} says so (1e-9).
 *   <li><b>fast</b>: where a loss has a faster way to value and gradients than its formula, the two
 *       agree on a batch that is large enough for it, in float64 (1e-9) and float32 (1e-5), and
 *       where gradients are added {@linkplain GradientsInPlace in place}. A loss without one has no
 *       such line.
 *   <li><b>formula</b>: with {@link #against}, the value is that of the formula, written once more
 *       and independently (1e-9). Without it, a loss that is another loss passes: half the value
 *       with half the gradient agrees with itself.
 * </ul>
 *
 * <p>{@link #toString()} is a table. Takes some tenths of a second. A gradient collector must not
 * be open, since the engine knows only one at a time.
 */
public final class Certificate {

  /** Two float64 computations of the same figure, relative to the larger of 1 and the figure. */
  private static final double SAME = 1e-9;

  /** Two float32 computations of the same figure. */
  private static final double SAME_FLOAT32 = 1e-5;

  private static final long[] SEEDS = {1, 2, 3};

  private final EmbeddingLoss loss;
  private final List<Finding> findings;

  private Certificate(EmbeddingLoss loss, List<Finding> findings) {
    this.loss = loss;
    this.findings = List.copyOf(findings);
  }

  /**
   * One line of a certificate.
   *
   * @param check what kind of check: gradient, memory, finite, invariance, limit, fast or formula
   * @param compared what was compared, in words
   * @param worst the worst figure found: a relative difference, or a number of figures that are not
   *     finite; NaN if there is none
   * @param allowed the largest figure that passes
   * @param required whether the loss must pass, or the figure is only shown
   */
  public record Finding(
      String check, String compared, double worst, double allowed, boolean required) {

    /** {@return whether the loss passes this check, or need not} */
    public boolean passed() {
      return !required || holds();
    }

    /** {@return "passed" or "FAILED"; "holds" or "differs" where the loss claims nothing} */
    public String verdict() {
      if (required) {
        return holds() ? "passed" : "FAILED";
      }
      return holds() ? "holds" : "differs";
    }

    private boolean holds() {
      return worst <= allowed;
    }

    private String line(int width) {
      String text = compared + " ".repeat(width - compared.length());
      return "%-10s  %s  %7s  %7s  %s"
          .formatted(check, text, figure(worst), figure(allowed), verdict());
    }

    private static String figure(double v) {
      return v == 0 ? "0" : String.format(Locale.ROOT, "%.1e", v);
    }
  }

  /**
   * Tries a loss.
   *
   * @param loss any loss; what it throws becomes a finding that it did not pass
   * @return what was found
   */
  public static Certificate of(EmbeddingLoss loss) {
    TreeSet<String> needs = new TreeSet<>(loss.needs());
    List<Finding> findings = new ArrayList<>();
    findings.add(gradient(loss, EmbeddingLoss.EMBEDDINGS));
    needs.forEach(input -> findings.add(gradient(loss, input)));
    findings.add(memory(loss));
    Kinks.of(batch(loss, 9), needs).forEach((kink, b) -> findings.add(finite(loss, kink, b)));
    for (Invariance invariance : Invariance.values()) {
      findings.add(invariant(loss, invariance));
    }
    loss.limits().forEach(limit -> findings.add(limit(limit)));
    if (loss.hasFastForm()) {
      findings.addAll(fast(loss));
    }
    return new Certificate(loss, findings);
  }

  /**
   * This certificate with one more finding: whether the loss is what it should be.
   *
   * @param formula the loss once more, from the paper, in plain loops over a batch's numbers
   * @return the longer certificate
   */
  public Certificate against(ToDoubleFunction<Batch> formula) {
    List<Finding> more = new ArrayList<>(findings);
    more.add(
        tried(
            "formula",
            () -> "value with that of the formula",
            SAME,
            true,
            () -> {
              double worst = 0;
              for (long seed : SEEDS) {
                Batch b = batch(loss, seed);
                worst = Math.max(worst, off(formula.applyAsDouble(b), b.value(loss)));
              }
              return worst;
            }));
    return new Certificate(loss, more);
  }

  private static Finding gradient(EmbeddingLoss loss, String input) {
    Slopes slopes = new Slopes(loss, input);
    return tried(
        "gradient",
        () -> input + ": " + slopes,
        Slopes.ALLOWED,
        !loss.selfUpdated().contains(input),
        () -> {
          for (long seed : SEEDS) {
            slopes.compare(batch(loss, seed));
          }
          return slopes.worst();
        });
  }

  private static Finding memory(EmbeddingLoss loss) {
    return tried(
        "memory",
        () -> "gradients with those after a garbage collection (see Constant)",
        SAME,
        true,
        () -> {
          Batch b = batch(loss, 1);
          Batch.Result clean = b.result(loss, DataType.FLOAT64);
          Batch.Result late = b.result(loss, DataType.FLOAT64, GarbageCollection::provoke);
          return FastForm.apart(clean, late, Set.of());
        });
  }

  private static Finding finite(EmbeddingLoss loss, String kink, Batch b) {
    return tried(
        "finite",
        () -> kink,
        0,
        true,
        () -> notFinite(loss, b, DataType.FLOAT64) + notFinite(loss, b, DataType.FLOAT32));
  }

  private static long notFinite(EmbeddingLoss loss, Batch b, DataType type) {
    Batch.Result result = b.result(loss, type);
    DoubleStream slopes =
        result.gradients().entrySet().stream()
            .filter(input -> !loss.selfUpdated().contains(input.getKey()))
            .flatMap(input -> Arrays.stream(input.getValue()))
            .flatMapToDouble(Arrays::stream);
    return DoubleStream.concat(DoubleStream.of(result.value()), slopes)
        .filter(v -> !Double.isFinite(v))
        .count();
  }

  private static Finding invariant(EmbeddingLoss loss, Invariance invariance) {
    return tried(
        "invariance",
        invariance::toString,
        SAME,
        loss.invariances().contains(invariance),
        () -> {
          double worst = 0;
          for (long seed : SEEDS) {
            Batch b = batch(loss, seed);
            Batch changed = invariance.changed(b, new Random(seed));
            worst = Math.max(worst, off(b.value(loss), changed.value(loss)));
          }
          return worst;
        });
  }

  private static Finding limit(Limit limit) {
    return tried(
        "limit",
        () -> limit.at() + ": " + limit.loss() + " is " + limit.same(),
        SAME,
        true,
        () -> {
          double worst = 0;
          for (long seed : SEEDS) {
            Batch b = batch(limit.loss().plus(1, limit.same()), seed);
            worst = Math.max(worst, off(b.value(limit.same()), b.value(limit.loss())));
          }
          return worst;
        });
  }

  private static List<Finding> fast(EmbeddingLoss loss) {
    List<Finding> findings = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      String compared =
          "value and gradients with the formula's, " + type.name().toLowerCase(Locale.ROOT);
      findings.add(fast(compared, type, () -> FastForm.off(loss, type)));
    }
    if (!FastForm.trained(loss).isEmpty()) {
      String compared = "the same with gradients in place, float64";
      findings.add(fast(compared, DataType.FLOAT64, () -> FastForm.offInPlace(loss)));
    }
    return findings;
  }

  private static Finding fast(String compared, DataType type, DoubleSupplier worst) {
    double allowed = type == DataType.FLOAT64 ? SAME : SAME_FLOAT32;
    return tried("fast", () -> compared, allowed, true, worst);
  }

  private static Finding tried(
      String check,
      Supplier<String> compared,
      double allowed,
      boolean required,
      DoubleSupplier worst) {
    try {
      double figure = worst.getAsDouble();
      return new Finding(check, compared.get(), figure, allowed, required);
    } catch (RuntimeException e) {
      // The engine's messages go on with a native stack trace.
      String first = e.toString().lines().findFirst().orElse("");
      return new Finding(check, compared.get() + ": " + first, Double.NaN, allowed, required);
    }
  }

  private static Batch batch(EmbeddingLoss loss, long seed) {
    return Batch.random(seed, 12, 3, 4, loss);
  }

  private static double off(double expected, double actual) {
    return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  }

  /** {@return the loss and its settings} */
  public String loss() {
    return loss.describe();
  }

  /** {@return what was found, a line for each check} */
  public List<Finding> findings() {
    return findings;
  }

  /** {@return whether every check passed} */
  public boolean passed() {
    return findings.stream().allMatch(Finding::passed);
  }

  /**
   * Insists that every check passed.
   *
   * @return this certificate
   * @throws AssertionError if one did not, with the lines of those
   */
  public Certificate requirePassed() {
    if (!passed()) {
      List<Finding> failed = findings.stream().filter(finding -> !finding.passed()).toList();
      throw new AssertionError(
          "%s fails %d of %d checks\n%s"
              .formatted(loss, failed.size(), findings.size(), table(failed)));
    }
    return this;
  }

  /** {@return a table: a line for each check, under one with the verdict} */
  @Override
  public String toString() {
    return "certificate of %s: %s\n%s"
        .formatted(loss, passed() ? "passed" : "FAILED", table(findings));
  }

  private static String table(List<Finding> findings) {
    int width = findings.stream().mapToInt(f -> f.compared().length()).max().orElse(0);
    String head =
        String.format(
            "%-10s  %-" + width + "s  %7s  %7s  %s",
            "check",
            "compared",
            "worst",
            "allowed",
            "verdict");
    return findings.stream()
        .map(finding -> finding.line(width))
        .collect(Collectors.joining("\n", head + "\n", ""));
  }
}

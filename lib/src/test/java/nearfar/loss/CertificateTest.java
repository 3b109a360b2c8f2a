package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import nearfar.distance.Constant;
import nearfar.distance.UnitVectors;
import org.junit.jupiter.api.Test;

/** Losses that are wrong on purpose: each fails, and where its mistake is. */
class CertificateTest {

  private static final double MARGIN = 0.5;
  private static final double SCALE = 8;

  /** A loss of somebody's own, in one line. */
  private static final class Own extends EmbeddingLoss {

    private final Set<String> needs;
    private final Function<Inputs, NDArray> formula;

    Own(Function<Inputs, NDArray> formula, String... needs) {
      super("own");
      this.formula = formula;
      this.needs = Set.of(needs);
    }

    @Override
    public Set<String> needs() {
      return needs;
    }

    @Override
    public String describe() {
      return "own";
    }

    @Override
    protected NDArray formula(Inputs in) {
      return formula.apply(in);
    }
  }

  /** ArcFace without its form past π − m, the target given by θ's cosine. */
  private static Own angular(UnaryOperator<NDArray> target) {
    return new Own(
        in -> CosineLogits.crossEntropy(CosineLogits.of(in, target), SCALE, in),
        EmbeddingLoss.VECTORS);
  }

  private static NDArray sine(NDArray cos) {
    return cos.square().neg().add(1).maximum(Constant.of(cos, 1e-24)).sqrt();
  }

  /** cos(θ + m), with the sine of another array than the cosine. */
  private static NDArray shifted(NDArray cos, NDArray sin, double margin) {
    return cos.mul(Constant.of(cos, Math.cos(margin)))
        .sub(sin.mul(Constant.of(sin, Math.sin(margin))));
  }

  private static double arcface(Batch b) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      double others = 0;
      double own = 0;
      for (int j = 0; j < b.classes(); j++) {
        double theta = Oracle.angle(b.embeddings()[i], b.vectors()[j]);
        if (j == b.labels()[i]) {
          own = SCALE * Math.cos(theta + MARGIN);
        } else {
          others += Math.exp(SCALE * Math.cos(theta));
        }
      }
      sum += Math.log1p(others / Math.exp(own));
    }
    return sum / b.size();
  }

  /** The names of the checks that failed, with what those of kinks and invariances were about. */
  private static Set<String> failed(Certificate certificate) {
    assertEquals(
        certificate.passed(),
        certificate.findings().stream().allMatch(Certificate.Finding::passed));
    return certificate.findings().stream()
        .filter(finding -> !finding.passed())
        .map(
            finding ->
                switch (finding.check()) {
                  case "gradient" -> "gradient of " + finding.compared().replaceFirst(":.*", "");
                  case "invariance", "limit" -> finding.compared().replaceFirst(":.*", "");
                  default -> finding.check();
                })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertFails(EmbeddingLoss loss, String... where) {
    assertEquals(new TreeSet<>(Set.of(where)), failed(Certificate.of(loss)));
  }

  private static void assertFailsAgainst(
      ToDoubleFunction<Batch> formula, EmbeddingLoss loss, String... where) {
    assertEquals(new TreeSet<>(Set.of(where)), failed(Certificate.of(loss).against(formula)));
  }

  @Test
  void aLossOfOnesOwnThatIsRightPasses() {
    Own right = angular(cos -> shifted(cos, sine(cos), MARGIN));
    Certificate certificate = Certificate.of(right).against(CertificateTest::arcface);
    assertSame(certificate, certificate.requirePassed());
    assertTrue(certificate.passed());
    assertEquals("own", certificate.loss());
  }

  /** s · cos(θ − m) is a loss like any other, but not that of the paper. */
  @Test
  void aMarginsSignFlipped() {
    Own flipped = angular(cos -> shifted(cos, sine(cos), -MARGIN));
    assertFailsAgainst(CertificateTest::arcface, flipped, "formula");
    assertTrue(Certificate.of(flipped).passed());
  }

  /** The value is right, so that only the slopes can tell. */
  @Test
  void theGradientDetachedThroughTheta() {
    Own detached = angular(cos -> shifted(cos, sine(cos.stopGradient()), MARGIN));
    assertFailsAgainst(
        CertificateTest::arcface, detached, "gradient of embeddings", "gradient of vectors");
  }

  /** Half the value with half the gradient agrees with itself. */
  @Test
  void aFactorOfOneHalfAgainstItsFormula() {
    Own half =
        new Own(
            in -> {
              NDArray pull = in.embeddings().sub(in.perClass("centers").get(in.labels()));
              NDArray sum = pull.square().sum();
              return sum.mul(Constant.of(sum, 0.5));
            },
            EmbeddingLoss.CENTERS);
    assertFailsAgainst(Oracle::center, half, "formula");
    assertTrue(Certificate.of(half).against(b -> Oracle.center(b) / 2).passed());
  }

  /** acos has an infinite slope at cos θ = ±1; everywhere else it is right. */
  @Test
  void notANumberWhereTheCosineIsOne() {
    Own acos = angular(cos -> cos.acos().add(MARGIN).cos());
    Certificate certificate = Certificate.of(acos).against(CertificateTest::arcface);
    assertEquals(Set.of("finite"), failed(certificate));
    List<String> where =
        certificate.findings().stream()
            .filter(finding -> !finding.passed())
            .map(Certificate.Finding::compared)
            .toList();
    assertTrue(where.contains("on the own row of vectors, cos = 1"), where::toString);
    assertTrue(where.contains("all on one axis, cos = 1 or -1"), where::toString);
    assertFalse(where.contains("one class"), where::toString);
  }

  /**
   * A scale as a Java number: right in every figure, until the garbage is collected. Whether the
   * collector hands the number's memory to somebody else at once is its own affair, so one
   * certificate may miss it; a hundred in a row do not.
   */
  @Test
  void aJavaNumberInTheGraph() {
    Own loss = new Own(in -> in.embeddings().square().mean().mul(3));
    Set<String> failed = Set.of();
    for (int i = 0; i < 100 && failed.isEmpty(); i++) {
      failed = failed(Certificate.of(loss));
    }
    assertEquals(Set.of("memory"), failed);
  }

  @Test
  void valuesThatHangOnOrderOrNumbers() {
    assertFails(
        new Own(
            in -> {
              NDArray x = in.embeddings();
              NDArray places = x.getManager().arange((int) x.getShape().get(0));
              NDArray weight = places.toType(x.getDataType(), false).expandDims(1);
              return x.square().mul(weight).mean();
            }),
        "batch order");
    assertFails(
        new Own(
            in -> {
              NDArray x = in.embeddings();
              NDArray weight = in.labels().toType(x.getDataType(), true).expandDims(1);
              return x.square().mul(weight).mean();
            }),
        "class numbers");
  }

  /** What is not claimed is shown, and no failure; what is claimed and not kept is one. */
  @Test
  void invariancesThatAreClaimedInVain() {
    Certificate honest = Certificate.of(SoftmaxLoss.of());
    assertEquals("holds", verdict(Certificate.of(new Own(in -> zeroMean(in))), "rotation"));
    assertEquals("passed", verdict(honest, "rotation"));
    assertEquals("differs", verdict(honest, "embedding length"));
    assertTrue(honest.passed());
    EmbeddingLoss boasting =
        new EmbeddingLoss("boasting") {
          @Override
          public Set<String> needs() {
            return Set.of();
          }

          @Override
          public String describe() {
            return "boasting";
          }

          @Override
          public Set<Invariance> invariances() {
            return Set.of(Invariance.values());
          }

          @Override
          public List<Limit> limits() {
            return List.of(
                new Limit("always", this, this), new Limit("never", this, TripletLoss.batchAll(1)));
          }

          @Override
          protected NDArray formula(Inputs in) {
            return in.embeddings().square().mean();
          }
        };
    assertFails(boasting, "translation", "embedding length", "never");
  }

  /** Half of |x|² as it should be, and a fast form whose gradient is off by a factor. */
  private static EmbeddingLoss withFastForm(double factor, String... needs) {
    return new EmbeddingLoss("two ways") {
      @Override
      public Set<String> needs() {
        return Set.of(needs);
      }

      @Override
      public String describe() {
        return "two ways";
      }

      @Override
      protected NDArray formula(Inputs in) {
        NDArray squares = in.embeddings().square().sum();
        for (String name : needs) {
          squares = squares.add(in.perClass(name).square().sum());
        }
        return squares.mul(Constant.of(squares, 0.5));
      }

      @Override
      boolean hasFastForm() {
        return true;
      }

      @Override
      NDArray fast(Inputs in) {
        // Small batches are those of every other check.
        if (in.classes().length < TripletLoss.LARGE_FROM_ROWS) {
          return formula(in);
        }
        NDArray x = in.embeddings();
        NDArray joined = ClosedForm.join(formula(in).stopGradient(), x, scaled(x, factor));
        for (String name : needs) {
          NDArray slopes = scaled(in.perClass(name), 1);
          NDArray inPlace = in.gradientInPlace(name);
          if (inPlace == null) {
            joined = ClosedForm.join(joined, in.perClass(name), slopes);
          } else { // the factor is forgotten where the gradient is not the engine's
            inPlace.addi(scaled(slopes, factor));
          }
        }
        return joined;
      }
    };
  }

  private static NDArray scaled(NDArray x, double factor) {
    return Constant.owned(x.stopGradient()).mul(factor);
  }

  /** Every other check sees small batches, which take the formula. */
  @Test
  void aFastFormWhoseGradientIsOffByAFactor() {
    assertFails(withFastForm(1));
    assertEquals(List.of("float64", "float32"), wrongFastForms(withFastForm(2)));
    // Off by less than float32 can tell.
    assertEquals(List.of("float64"), wrongFastForms(withFastForm(1 + 1e-6)));
  }

  @Test
  void aFastFormThatIsWrongInPlace() {
    assertFails(withFastForm(1, "vectors", "bias"));
    assertEquals(
        List.of("float64", "float32", "in place"),
        wrongFastForms(withFastForm(1.1, "vectors", "bias")));
  }

  /** Which of the lines about the fast form failed, and that no other did. */
  private static List<String> wrongFastForms(EmbeddingLoss loss) {
    Certificate certificate = Certificate.of(loss);
    assertEquals(Set.of("fast"), failed(certificate));
    return certificate.findings().stream()
        .filter(finding -> !finding.passed())
        .map(
            finding ->
                finding.compared().contains("in place")
                    ? "in place"
                    : finding.compared().replaceFirst(".*, ", ""))
        .toList();
  }

  /** A sum has a fast form where a part has one; a loss with one way has no line about two. */
  @Test
  void aLossWithOneWayHasNoLineAboutTwo() {
    assertEquals(0, fastLines(CenterLoss.mean()));
    assertEquals(0, fastLines(SoftmaxLoss.of().definition()));
    assertEquals(3, fastLines(SoftmaxLoss.of()));
    assertEquals(3, fastLines(CenterLoss.mean().plus(1, SoftmaxLoss.of())));
    assertEquals(2, fastLines(CenterLoss.mean().plus(1, TripletLoss.batchAll(1))));
  }

  private static long fastLines(EmbeddingLoss loss) {
    return Certificate.of(loss).requirePassed().findings().stream()
        .filter(finding -> finding.check().equals("fast"))
        .count();
  }

  private static NDArray zeroMean(Inputs in) {
    return in.embeddings().square().mean();
  }

  private static String verdict(Certificate certificate, String compared) {
    return certificate.findings().stream()
        .filter(finding -> finding.compared().equals(compared))
        .findAny()
        .orElseThrow()
        .verdict();
  }

  /** A hinge is left out where it is, and a wrong slope beside it is not. */
  @Test
  void kinksAreLeftOutAndCounted() {
    // The batches' first row is moved onto the hinge of |x|, by hand.
    Own absolute = new Own(in -> in.embeddings().abs().sum());
    Batch b = Batch.random(1, 5, 3, 2);
    double[][] x = b.embeddings().clone();
    x[0] = new double[] {0, 3e-7, -8e-7};
    Slopes slopes = new Slopes(absolute, EmbeddingLoss.EMBEDDINGS);
    slopes.compare(b.withEmbeddings(x));
    // At 0 itself the engine's slope is 0, which is what central differences give.
    assertEquals("13 slopes; 2 left out, which jump", slopes.toString());
    assertEquals(0, slopes.worst(), Slopes.ALLOWED);
    Slopes wrong = new Slopes(new Own(in -> halfSlope(in)), EmbeddingLoss.EMBEDDINGS);
    wrong.compare(b);
    assertEquals("15 slopes", wrong.toString());
    assertTrue(wrong.worst() > 0.01, () -> "worst " + wrong.worst());
  }

  /** |x|² with the gradient of half of it. */
  private static NDArray halfSlope(Inputs in) {
    NDArray squares = in.embeddings().square().sum();
    NDArray half = squares.mul(Constant.of(squares, 0.5));
    return half.add(half.stopGradient());
  }

  @Test
  void nothingThatCouldBeCompared() {
    Certificate constant =
        Certificate.of(new Own(in -> in.embeddings().sum().mul(Constant.of(in.embeddings(), 0))));
    assertEquals(Set.of("gradient of embeddings"), failed(constant));
    assertTrue(constant.toString().contains("embeddings: 108 slopes, all 0"), constant::toString);
    // Another value every time, so that no slope is one.
    Own noise =
        new Own(
            in -> {
              NDManager manager = in.embeddings().getManager();
              NDArray random = manager.randomNormal(new Shape(1)).sum();
              return in.embeddings().square().mean().add(random);
            });
    assertTrue(failed(Certificate.of(noise)).contains("gradient of embeddings"));
  }

  @Test
  void whatALossThrowsIsAFinding() {
    Certificate certificate =
        Certificate.of(
            new Own(
                in -> {
                  if (in.classes().length == 1) {
                    throw new IllegalStateException("a batch of one is no batch");
                  }
                  return Activation.relu(in.embeddings()).sum();
                }));
    assertEquals(Set.of("finite"), failed(certificate));
    String message = assertThrows(AssertionError.class, certificate::requirePassed).getMessage();
    assertTrue(message.startsWith("own fails 1 of "), message);
    assertTrue(
        message.contains("a batch of one: java.lang.IllegalStateException: a batch of one is no"),
        message);
    assertTrue(message.contains("NaN"), message);
    // A value without any graph: the engine's own refusal, in one line.
    Certificate cut =
        Certificate.of(new Own(in -> UnitVectors.of(in.embeddings().stopGradient()).sum()));
    assertTrue(failed(cut).contains("gradient of embeddings"));
    assertEquals(cut.findings().size() + 2, cut.toString().lines().count());
  }

  @Test
  void showsAnAlignedTable() {
    String table = Certificate.of(ArcFaceLoss.of(0.5, 30)).toString();
    List<String> lines = table.lines().toList();
    assertEquals("certificate of arcface(margin=0.5 rad, scale=30.0): passed", lines.get(0));
    int verdict = lines.get(1).indexOf("verdict");
    for (String line : lines.subList(2, lines.size())) {
      String last = line.substring(verdict);
      assertTrue(Set.of("passed", "holds", "differs").contains(last), line);
    }
    assertTrue(
        table.contains("m = 0: arcface(margin=0.0 rad, scale=30.0) is normalized-softmax"), table);
  }
}

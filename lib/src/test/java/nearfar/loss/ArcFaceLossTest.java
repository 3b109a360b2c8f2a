package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import nearfar.Near;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArcFaceLossTest {

  /** One embedding at the angle θ to its class vector (1, 0); the other class is at 90 degrees. */
  private static Batch at(double theta) {
    // Cosines: cos θ to class 0, and 0 to class 1, which is perpendicular to the plane.
    Map<String, double[][]> perClass = new LinkedHashMap<>();
    perClass.put(EmbeddingLoss.VECTORS, new double[][] {{1, 0, 0}, {0, 0, 1}});
    return new Batch(
        new double[][] {{Math.cos(theta), Math.sin(theta), 0}}, new int[] {0}, perClass);
  }

  /** The target logit over s, from the loss log(1 + exp(0 − s · target)). */
  private static double target(double theta, double margin) {
    return -Math.log(Math.expm1(at(theta).value(ArcFaceLoss.of(margin, 1))));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.5, 1.2, 2})
  void theTargetIsTheCosineOfTheLargerAngle(double margin) {
    for (double theta = 0.01; theta < Math.PI; theta += 0.05) {
      double t = theta;
      double expected =
          theta <= Math.PI - margin
              ? Math.cos(theta + margin)
              : Math.cos(theta) - margin * Math.sin(margin);
      Near.assertNear(expected, target(theta, margin), Tolerances.FLOAT64, () -> "target at " + t);
    }
  }

  /** The Javadoc's figures: −1 before the switch at π − m, −1.117 after it. */
  @Test
  void theSwitchJumps() {
    double at = Math.PI - 0.5;
    assertEquals(-1, target(at - 1e-6, 0.5), 1e-6);
    assertEquals(Math.cos(at) - 0.5 * Math.sin(0.5), target(at + 1e-6, 0.5), 1e-6);
    assertEquals(-1.117, target(at + 1e-6, 0.5), 5e-4);
  }

  @Test
  void exactlyOnTheClassVectorTheTargetIsTheCosineOfTheMargin() {
    assertEquals(Math.cos(0.5), target(0, 0.5), 1e-11);
    assertEquals(-1 - 0.5 * Math.sin(0.5), target(Math.PI, 0.5), 1e-11);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void withoutMarginItIsSoftmaxOnUnitVectors(long seed) {
    double s = 20;
    Batch b = Batch.random(seed, 10, 4, 5);
    Batch.Result arcface = b.result(ArcFaceLoss.of(0, s), DataType.FLOAT64);
    Map<String, double[][]> scaled = new LinkedHashMap<>();
    scaled.put(EmbeddingLoss.VECTORS, unit(b.vectors(), s));
    scaled.put(EmbeddingLoss.BIAS, new double[5][1]);
    Batch unit = new Batch(unit(b.embeddings(), 1), b.labels(), scaled);
    Near.assertNear(
        unit.value(SoftmaxLoss.of()), arcface.value(), Tolerances.FLOAT64, () -> "m = 0");
    // And continuously so.
    assertEquals(arcface.value(), b.value(ArcFaceLoss.of(1e-9, s)), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void lengthsDoNotMatterAndGradientsAreTangential(long seed) {
    ArcFaceLoss loss = ArcFaceLoss.of(0.5, 30);
    Batch b = Batch.random(seed, 10, 4, 5);
    Batch.Result result = b.result(loss, DataType.FLOAT64);
    Batch scaled =
        b.mapVectors(row -> Arrays.stream(row).map(v -> v * (1 + Math.abs(row[0]))).toArray());
    Near.assertNear(result.value(), scaled.value(loss), Tolerances.FLOAT64, () -> "scaled");
    result
        .gradients()
        .forEach(
            (name, gradient) -> {
              for (int i = 0; i < gradient.length; i++) {
                assertEquals(0, Oracle.dot(b.input(name)[i], gradient[i]), 1e-9, name);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aMarginMakesTheTaskHarder(long seed) {
    Batch b = Batch.random(seed, 10, 4, 5);
    double previous = -1;
    for (double margin : new double[] {0, 0.1, 0.3, 0.5}) {
      double value = b.value(ArcFaceLoss.of(margin, 16));
      assertEquals(true, value > previous, "at margin " + margin);
      previous = value;
    }
  }

  @Test
  void saysItsSettings() {
    assertEquals("arcface(margin=0.5 rad, scale=30.0)", ArcFaceLoss.of(0.5, 30).describe());
  }

  private static double[][] unit(double[][] rows, double scale) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(row).map(v -> scale * v / Oracle.length(row)).toArray())
        .toArray(double[][]::new);
  }
}

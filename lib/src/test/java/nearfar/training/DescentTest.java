package nearfar.training;

import static nearfar.Near.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.LocalParameterServer;
import ai.djl.training.ParameterServer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Set;
import java.util.stream.IntStream;
import nearfar.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescentTest {

  private static Optimizer djl(String kind) {
    Tracker rate = Tracker.fixed(0.02f);
    return switch (kind) {
      case "adam" -> Optimizer.adam().optLearningRateTracker(rate).build();
      case "sgd" -> Optimizer.sgd().setLearningRateTracker(rate).build();
      default -> Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();
    };
  }

  private static Descent own(NDManager manager, String kind) {
    Double momentum =
        switch (kind) {
          case "adam" -> null;
          case "sgd" -> 0.0;
          default -> 0.9;
        };
    Descent descent = new Descent(manager, momentum, Set.of(), 1);
    descent.learningRate(0.02);
    return descent;
  }

  /** Backward through Σ w²·g, then a step as the trainer makes it; the gradient is zero again. */
  private static void step(ParameterServer server, NDArray w, NDArray g) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(w.square().mul(g).sum());
    }
    server.update("w", new NDArray[] {w});
    assertEquals(0, w.getGradient().abs().max().getFloat());
  }

  @ParameterizedTest
  @CsvSource({"adam,5", "sgd,5", "momentum,5", "adam,8193", "sgd,8193", "momentum,8193"})
  void itIsDjlsOptimiser(String kind, int rows) {
    boolean onePass = kind.equals("adam") && rows * 129 >= Descent.LARGE;
    try (NDManager manager = NDManager.newBaseManager()) {
      Engine.getInstance().setRandomSeed(3);
      NDArray start = manager.randomNormal(new Shape(rows, 129));
      NDArray expected = start.duplicate();
      NDArray actual = start.duplicate();
      expected.setRequiresGradient(true);
      actual.setRequiresGradient(true);
      ParameterServer djl = new LocalParameterServer(djl(kind));
      ParameterServer own = new LocalParameterServer(own(manager, kind));
      for (int t = 0; t < 5; t++) {
        NDArray g = manager.randomNormal(start.getShape());
        step(djl, expected, g);
        step(own, actual, g);
        if (onePass) {
          int at = t;
          assertNear(table(expected), table(actual), Tolerances.FLOAT32, () -> "after step " + at);
        } else {
          assertArrayEquals(expected.toFloatArray(), actual.toFloatArray(), 0f);
        }
      }
    }
  }

  private static double[][] table(NDArray array) {
    float[] values = array.toFloatArray();
    return new double[][] {IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray()};
  }

  @Test
  void whatItKeepsIsTheManagers() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = manager.ones(new Shape(3, 2));
      w.setRequiresGradient(true);
      NDArray g = manager.ones(new Shape(3, 2));
      try (NDManager states = manager.newSubManager()) {
        ParameterServer server = new LocalParameterServer(own(states, "adam"));
        step(server, w, g);
        step(server, w, g);
        assertEquals(2, states.getManagedArrays().size());
      }
    }
  }
}

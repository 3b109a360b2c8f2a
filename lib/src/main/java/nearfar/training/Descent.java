package nearfar.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.optimizer.Optimizer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import nearfar.nn.SampledVectors;
import org.jspecify.annotations.Nullable;

/**
 * DJL's Sgd and Adam, by the engine's own updates, with two differences. Their state belongs to a
 * manager, and goes with the training: DJL's is nobody's, so that each training with Adam would
 * keep twice its network's memory for ever. And Adam goes over a large array once, instead of once
 * for each of its formula's operations, and with all cores.
 */
final class Descent extends Optimizer {

  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  /** From here an array is large: that of 8192 classes in 128 dimensions. */
  static final int LARGE = 1 << 20;

  private static final int CHUNK = 1 << 14;

  private final NDManager manager;
  private final @Nullable Double momentum;
  private final Set<String> classVectors;
  private final double classVectorFactor;
  private double learningRate;
  private final Map<String, NDArray[]> states = new HashMap<>();
  private final Map<String, Integer> steps = new HashMap<>();

  private static final class Builder extends OptimizerBuilder<Builder> {
    @Override
    protected Builder self() {
      return this;
    }
  }

  /**
   * An optimiser, whose learning rate is set before its steps.
   *
   * @param manager owns the state
   * @param momentum μ of stochastic gradient descent; Adam if there is none
   * @param classVectors the ids of those parameters that have a learning rate of their own
   * @param classVectorFactor theirs is η times this; so is that of sampled class vectors
   */
  Descent(
      NDManager manager,
      @Nullable Double momentum,
      Set<String> classVectors,
      double classVectorFactor) {
    super(new Builder());
    this.manager = manager;
    this.momentum = momentum;
    this.classVectors = Set.copyOf(classVectors);
    this.classVectorFactor = classVectorFactor;
  }

  /** Sets the learning rate η of the steps to come. */
  void learningRate(double value) {
    learningRate = value;
  }

  /** Updates class vectors that are no parameters. */
  void update(SampledVectors vectors, SampledVectors.Drawn drawn) {
    double rate = learningRate * classVectorFactor;
    if (momentum == null) {
      vectors.adam(drawn, rate);
    } else {
      vectors.sgd(drawn, rate, momentum);
    }
  }

  @Override
  public void update(String parameterId, NDArray weight, NDArray gradient) {
    float rate =
        (float)
            (classVectors.contains(parameterId) ? learningRate * classVectorFactor : learningRate);
    if (momentum == null) {
      adam(parameterId, weight, gradient, rate);
    } else {
      NDList inputs = new NDList(weight, gradient);
      if (momentum != 0) {
        inputs.add(state(parameterId, weight, 1)[0]);
      }
      weight
          .getNDArrayInternal()
          .sgdUpdate(
              inputs,
              new NDList(weight),
              rate,
              0,
              rescaleGrad,
              clipGrad,
              momentum.floatValue(),
              false);
    }
  }

  private void adam(String parameterId, NDArray weight, NDArray gradient, float learningRate) {
    int t = steps.merge(parameterId, 1, Integer::sum);
    float rate =
        (float) (learningRate * Math.sqrt(1 - Math.pow(BETA2, t)) / (1 - Math.pow(BETA1, t)));
    NDArray[] state = state(parameterId, weight, 2);
    if (inOnePass(weight)) {
      onePass(weight, gradient, state[0], state[1], rate);
      return;
    }
    weight
        .getNDArrayInternal()
        .adamUpdate(
            new NDList(weight, gradient, state[0], state[1]),
            new NDList(weight),
            learningRate,
            rate,
            0,
            rescaleGrad,
            clipGrad,
            BETA1,
            BETA2,
            EPSILON,
            false,
            false);
  }

  private NDArray[] state(String parameterId, NDArray weight, int count) {
    return states.computeIfAbsent(
        parameterId,
        id -> {
          NDArray[] zeros = new NDArray[count];
          for (int i = 0; i < count; i++) {
            zeros[i] = manager.zeros(weight.getShape(), weight.getDataType());
          }
          return zeros;
        });
  }

  private static boolean inOnePass(NDArray weight) {
    return weight.size() >= LARGE
        && weight.size() <= Integer.MAX_VALUE / Float.BYTES
        && weight.getDataType() == DataType.FLOAT32
        && weight.getDevice().equals(Device.cpu());
  }

  private static void onePass(
      NDArray weight, NDArray gradient, NDArray mean, NDArray square, float rate) {
    FloatBuffer weights = floats(weight);
    FloatBuffer gradients = floats(gradient);
    FloatBuffer means = floats(mean);
    FloatBuffer squares = floats(square);
    try (NDArray own = weight.getGradient()) {
      FloatBuffer next = floats(own);
      float[] zeros = new float[CHUNK];
      int size = weights.capacity();
      IntStream.range(0, (size + CHUNK - 1) / CHUNK)
          .parallel()
          .forEach(
              chunk -> {
                int at = chunk * CHUNK;
                int length = Math.min(CHUNK, size - at);
                float[] w = get(weights, at, length);
                float[] g = get(gradients, at, length);
                float[] m = get(means, at, length);
                float[] v = get(squares, at, length);
                for (int i = 0; i < length; i++) {
                  m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
                  v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
                  w[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + EPSILON);
                }
                weights.put(at, w);
                means.put(at, m);
                squares.put(at, v);
                // The engine adds the next step's gradient to what is left of this one's.
                next.put(at, zeros, 0, length);
              });
    }
  }

  private static float[] get(FloatBuffer from, int at, int length) {
    float[] values = new float[length];
    from.get(at, values);
    return values;
  }

  /** An array's own memory. */
  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}

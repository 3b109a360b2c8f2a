package nearfar.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row per class: a parameter of shape (C, D), with a bias (C) if asked for. Softmax weights,
 * ArcFace weights, proxies and centers are all this block; what it means is the loss's matter. A
 * class may have several rows, its sub-centers: with K of them the shape is (C · K, D), and rows c
 * · K to c · K + K − 1 are class c's.
 *
 * <p>It is the last layer of a network, and computes nothing: {@code forward} hands on what it is
 * given, embeddings (N, D) first, and appends its own arrays under their names. So a loss finds
 * everything it needs in the network's output, and several matrices may follow each other:
 *
 * <pre>{@code
 * var network = new ai.djl.nn.SequentialBlock()
 *     .add(SmallConv.of(64))
 *     .add(ClassVectors.random("vectors", 10).optBias("bias"))   // softmax's W and b
 *     .add(ClassVectors.zeros("centers", 10));                   // center loss's c
 * }</pre>
 *
 * <p>D is taken from the embeddings. {@link #freezeParameters} keeps the optimiser off the matrix.
 */
public final class ClassVectors extends AbstractBlock {

  private static final byte VERSION = 1;

  private final int classes;
  private final int perClass;
  private final Parameter vectors;
  private @Nullable Parameter bias;

  private ClassVectors(String name, int classes, int perClass, @Nullable Initializer initializer) {
    super(VERSION);
    if (classes < 1) {
      throw new IllegalArgumentException(
          "class vectors \"" + name + "\" need at least 1 class, got " + classes);
    }
    if (perClass < 1) {
      throw new IllegalArgumentException(
          "class vectors \"" + name + "\" need at least 1 row for each class, got " + perClass);
    }
    this.classes = classes;
    this.perClass = perClass;
    vectors =
        addParameter(
            Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.OTHER)
                // 1/√D per component: rows of length about 1, whatever D is.
                .optInitializer(
                    initializer != null
                        ? initializer
                        : (manager, shape, type) ->
                            new NormalInitializer((float) (1 / Math.sqrt((double) shape.get(1))))
                                .initialize(manager, shape, type))
                .build());
  }

  /**
   * Vectors that start as random directions: each component normal with standard deviation 1/√D, so
   * that rows have a length of about 1. The draw is the engine's, repeatable by its seed.
   *
   * @param name the name under which a loss looks for the matrix
   * @param classes C, the number of rows, at least 1
   * @return the block
   * @throws IllegalArgumentException if {@code classes} is less than 1
   */
  public static ClassVectors random(String name, int classes) {
    return random(name, classes, 1);
  }

  /**
   * The same with several vectors for each class.
   *
   * @param name the name under which a loss looks for the matrix
   * @param classes C, the number of classes, at least 1
   * @param perClass K, the number of rows of a class, at least 1
   * @return the block
   * @throws IllegalArgumentException if {@code classes} or {@code perClass} is less than 1
   */
  public static ClassVectors random(String name, int classes, int perClass) {
    return new ClassVectors(name, classes, perClass, null);
  }

  /**
   * Vectors that start at zero, as centers do: their update carries them to their class's mean, and
   * nothing random is left in them.
   *
   * @param name the name under which a loss looks for the matrix
   * @param classes C, the number of rows, at least 1
   * @return the block
   * @throws IllegalArgumentException if {@code classes} is less than 1
   */
  public static ClassVectors zeros(String name, int classes) {
    return new ClassVectors(name, classes, 1, Initializer.ZEROS);
  }

  /**
   * Adds a bias of shape (C), which starts at zero.
   *
   * @param name the name under which a loss looks for it
   * @return this block
   * @throws IllegalStateException if there is a bias already
   */
  public ClassVectors optBias(String name) {
    if (bias != null) {
      throw new IllegalStateException("these class vectors have a bias already: " + bias.getName());
    }
    bias =
        addParameter(
            Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.BIAS)
                .optShape(new Shape(classes))
                .build());
    return this;
  }

  /**
   * The number of classes.
   *
   * @return C
   */
  public int classes() {
    return classes;
  }

  /**
   * The number of rows that each class has.
   *
   * @return K, 1 unless there are sub-centers
   */
  public int perClass() {
    return perClass;
  }

  private Shape shape(Shape embeddings) {
    return new Shape((long) classes * perClass, embeddings.get(1));
  }

  @Override
  protected void prepare(Shape[] inputShapes) {
    Shape embeddings = inputShapes[0];
    if (embeddings.dimension() != 2) {
      throw new IllegalArgumentException(
          "class vectors \""
              + vectors.getName()
              + "\" need embeddings of shape (N, D), got "
              + embeddings
              + ": let the backbone end with a layer that gives one vector per image");
    }
    vectors.setShape(shape(embeddings));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDList outputs = new NDList(inputs);
    outputs.add(named(store, vectors, inputs, training));
    if (bias != null) {
      outputs.add(named(store, bias, inputs, training));
    }
    return outputs;
  }

  /** A parameter's mirror on another device has lost its name. */
  private static NDArray named(
      ParameterStore store, Parameter parameter, NDList inputs, boolean training) {
    NDArray array = store.getValue(parameter, inputs.head().getDevice(), training);
    array.setName(parameter.getName());
    return array;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    int own = bias == null ? 1 : 2;
    Shape[] shapes = Arrays.copyOf(inputShapes, inputShapes.length + own);
    shapes[inputShapes.length] = shape(inputShapes[0]);
    if (bias != null) {
      shapes[inputShapes.length + 1] = new Shape(classes);
    }
    return shapes;
  }
}

package nearfar.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss in plain DJL, without any block or trainer of ours. */
class DjlTrainerTest {

  private static final int IN = 5;
  private static final int OUT = 3;
  private static final int CLASSES = 4;

  static Stream<EmbeddingLoss> losses() {
    return LossContractTest.ALL.stream().map(LossContractTest.Pair::loss);
  }

  /** A linear layer, and a parameter for every array with a row per class, by name. */
  private static final class TinyBlock extends AbstractBlock {

    private final Linear linear = addChildBlock("linear", Linear.builder().setUnits(OUT).build());
    private final Map<String, Parameter> perClass = new LinkedHashMap<>();

    TinyBlock(EmbeddingLoss loss) {
      for (String name : loss.needs()) {
        Parameter parameter =
            addParameter(
                Parameter.builder()
                    .setName(name)
                    .setType(Parameter.Type.OTHER)
                    .optInitializer(new NormalInitializer(0.5f))
                    .build());
        long block = name.equals(EmbeddingLoss.VECTORS) ? loss.vectorsPerClass() : 1;
        parameter.setShape(
            name.equals(EmbeddingLoss.BIAS) ? new Shape(CLASSES) : new Shape(CLASSES * block, OUT));
        if (loss.selfUpdated().contains(name)) {
          parameter.freeze(true);
        }
        perClass.put(name, parameter);
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store,
        NDList inputs,
        boolean training,
        PairList<String, Object> parameters) {
      NDList outputs = linear.forward(store, inputs, training);
      outputs.head().setName(EmbeddingLoss.EMBEDDINGS);
      perClass.forEach(
          (name, parameter) -> {
            NDArray array = store.getValue(parameter, inputs.head().getDevice(), training);
            array.setName(name);
            outputs.add(array);
          });
      return outputs;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      linear.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {new Shape(inputShapes[0].get(0), OUT)};
    }
  }

  @BeforeEach
  void forget() {
    losses().forEach(EmbeddingLoss::beforeTraining);
  }

  private static DefaultTrainingConfig config(EmbeddingLoss loss) {
    return new DefaultTrainingConfig(loss)
        .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
  }

  /** Class means far apart in the input, so that every loss has something to learn. */
  private static NDArray inputs(NDManager manager, int[] labels) {
    float[][] x = new float[labels.length][IN];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < IN; k++) {
        x[i][k] = (float) (Math.sin(7 * i + 3 * k) + (k == labels[i] ? 2 : 0));
      }
    }
    return manager.create(x);
  }

  private static int[] labels(int n) {
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % CLASSES;
    }
    return labels;
  }

  /**
   * What shall fall. A semi-hard loss is a mean over triplets that change as training goes on, so
   * its own value says nothing: all triplets are measured instead.
   */
  private static float measured(Trainer trainer, EmbeddingLoss loss) {
    boolean semiHard = loss.describe().contains("semi-hard");
    EmbeddingLoss measure = semiHard ? TripletLoss.batchAll(2).reduce(Reducer.MEAN) : loss;
    try (NDManager manager = trainer.getManager().newSubManager()) {
      NDList labels = new NDList(manager.create(labels(32)));
      return measure
          .evaluate(labels, trainer.evaluate(new NDList(inputs(manager, labels(32)))))
          .getFloat();
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void learnsInATrainersOwnLoop(EmbeddingLoss loss) {
    Engine.getInstance().setRandomSeed(1);
    try (Model model = Model.newInstance("tiny")) {
      model.setBlock(new TinyBlock(loss));
      try (Trainer trainer = model.newTrainer(config(loss))) {
        trainer.initialize(new Shape(32, IN));
        float first = measured(trainer, loss);
        int arrays = -1;
        for (int step = 0; step < 40; step++) {
          try (NDManager manager = trainer.getManager().newSubManager()) {
            NDList labels = new NDList(manager.create(labels(32)));
            NDList predictions;
            try (GradientCollector collector = trainer.newGradientCollector()) {
              predictions = trainer.forward(new NDList(inputs(manager, labels(32))));
              collector.backward(trainer.getLoss().evaluate(labels, predictions));
            }
            trainer.step();
            loss.afterStep(labels.head(), predictions);
          }
          if (step == 5) {
            arrays = trainer.getManager().getManagedArrays().size();
          }
        }
        float last = measured(trainer, loss);
        assertTrue(last < first, "from " + first + " to " + last);
        assertEquals(arrays, trainer.getManager().getManagedArrays().size(), "arrays that leak");
      }
    }
  }

  /** EasyTrain evaluates a loss once for the gradient and once more for its metrics. */
  @ParameterizedTest
  @MethodSource("losses")
  void learnsInEasyTrain(EmbeddingLoss loss) throws Exception {
    Engine.getInstance().setRandomSeed(1);
    try (Model model = Model.newInstance("tiny");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new TinyBlock(loss));
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(inputs(manager, labels(32)))
              .optLabels(manager.create(labels(32)))
              .setSampling(16, false)
              .build();
      DefaultTrainingConfig config =
          config(loss).addTrainingListeners(TrainingListener.Defaults.basic());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(16, IN));
        float first = measured(trainer, loss);
        EasyTrain.fit(trainer, 10, data, null);
        float last = measured(trainer, loss);
        assertTrue(last < first, "from " + first + " to " + last);
        assertTrue(Float.isFinite(trainer.getTrainingResult().getTrainLoss()));
      }
    }
  }

  /** The names that a trainer must keep the optimiser from: only those with a row per class. */
  @ParameterizedTest
  @MethodSource("losses")
  void whatIsSelfUpdatedIsAlsoNeeded(EmbeddingLoss loss) {
    assertTrue(loss.needs().containsAll(loss.selfUpdated()));
    assertTrue(
        Set.of(EmbeddingLoss.VECTORS, EmbeddingLoss.BIAS, EmbeddingLoss.CENTERS)
            .containsAll(loss.needs()));
  }
}

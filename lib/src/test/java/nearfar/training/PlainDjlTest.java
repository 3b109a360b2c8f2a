package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import java.util.Random;
import nearfar.data.ImageSet;
import nearfar.loss.ArcFaceLoss;
import nearfar.loss.CenterLoss;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.SoftmaxLoss;
import nearfar.nn.ClassVectors;
import org.junit.jupiter.api.Test;

/** The evaluators and the listener for DJL's own trainer. */
class PlainDjlTest {

  private static final ImageSet BARS = TestImages.bars(4, 16, 12, 3);

  private static NDArray named(NDArray array, String name) {
    array.setName(name);
    return array;
  }

  private static float over(Evaluator evaluator, NDList[]... batches) {
    evaluator.addAccumulator("here");
    for (NDList[] batch : batches) {
      evaluator.updateAccumulators(new String[] {"here"}, batch[0], batch[1]);
    }
    return evaluator.getAccumulator("here");
  }

  @Test
  void accuracyIsByTheClassVectorsOverAllImages() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = named(manager.create(new float[][] {{1, 0}, {0, 100}}), "vectors");
      NDList three = new NDList(manager.create(new float[][] {{5, 1}, {1, 2}, {3, 1}}), w);
      NDList one = new NDList(manager.create(new float[][] {{0, 1}}), w);
      // By the cosine the classes chosen are 0, 1, 0 and 1.
      float share =
          over(
              new ClassVectorAccuracy(),
              new NDList[] {new NDList(manager.create(new long[] {0, 0, 0})), three},
              new NDList[] {new NDList(manager.create(new int[] {1})), one});
      assertEquals(0.75f, share);
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new ClassVectorAccuracy()
                          .evaluate(
                              new NDList(manager.create(new long[] {0})), new NDList(one.head())))
              .getMessage()
              .contains("no array with a row per class"));
    }
  }

  @Test
  void recallIsOfTheNearestOtherOfABatch() {
    Random random = new Random(4);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList[][] batches = new NDList[3][];
      int hits = 0;
      int queries = 0;
      for (int b = 0; b < batches.length; b++) {
        int n = 7 + b;
        float[][] x = new float[n][3];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
          y[i] = random.nextInt(4);
          for (int k = 0; k < 3; k++) {
            x[i][k] = (float) random.nextGaussian();
          }
        }
        batches[b] = new NDList[] {new NDList(manager.create(y)), new NDList(manager.create(x))};
        for (int i = 0; i < n; i++) {
          int nearest = -1;
          double largest = Double.NEGATIVE_INFINITY;
          boolean alone = true;
          for (int j = 0; j < n; j++) {
            double dot = 0;
            double length = 0;
            for (int k = 0; k < 3; k++) {
              dot += (double) x[i][k] * x[j][k];
              length += (double) x[j][k] * x[j][k];
            }
            if (j != i) {
              alone &= y[i] != y[j];
              if (dot / Math.sqrt(length) > largest) {
                largest = dot / Math.sqrt(length);
                nearest = j;
              }
            }
          }
          queries += alone ? 0 : 1;
          hits += !alone && y[nearest] == y[i] ? 1 : 0;
        }
      }
      assertTrue(hits > 0 && hits < queries && queries < 24, hits + " of " + queries);
      assertEquals((float) hits / queries, over(new BatchRecallAt1(), batches));
    }
  }

  @Test
  void aBatchWithoutAPairHasNoRecall() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList labels = new NDList(manager.create(new long[] {0, 1}));
      NDList x = new NDList(manager.create(new float[][] {{1, 0}, {0, 1}}));
      assertTrue(Float.isNaN(over(new BatchRecallAt1(), new NDList[][] {{labels, x}})));
    }
  }

  // The listener

  private static SequentialBlock network() {
    SequentialBlock network =
        new SequentialBlock()
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(3).build())
            .add(ClassVectors.random("vectors", 4).optBias("bias"))
            .add(ClassVectors.zeros("centers", 4));
    network.freezeParameters(true, p -> p.getName().equals("centers"));
    return network;
  }

  private static float[] centers(Model model) {
    for (Parameter parameter : model.getBlock().getParameters().values()) {
      if (parameter.getName().equals("centers")) {
        return parameter.getArray().toFloatArray();
      }
    }
    throw new AssertionError("no centers");
  }

  private static float[] trained(TrainingListener... listeners) throws Exception {
    Engine.getInstance().setRandomSeed(3);
    try (Model model = Model.newInstance("plain")) {
      model.setBlock(network());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(SoftmaxLoss.of().plus(0.01, CenterLoss.mean()))
              .addTrainingListeners(listeners);
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(16, 1, 12, 12));
        NDList all = BARS.batch(trainer.getManager());
        ArrayDataset data =
            new ArrayDataset.Builder()
                .setData(all.get(0))
                .optLabels(all.get(1))
                .setSampling(16, false)
                .build();
        EasyTrain.fit(trainer, 2, data, null);
      }
      return centers(model);
    }
  }

  /** The same by a loop of one's own, after the optimiser's step. */
  private static float[] trainedByHand() {
    Engine.getInstance().setRandomSeed(3);
    EmbeddingLoss loss = SoftmaxLoss.of().plus(0.01, CenterLoss.mean());
    try (Model model = Model.newInstance("plain")) {
      model.setBlock(network());
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss))) {
        trainer.initialize(new Shape(16, 1, 12, 12));
        for (int step = 0; step < 8; step++) {
          int from = 16 * (step % 4);
          int[] indices = java.util.stream.IntStream.range(from, from + 16).toArray();
          NDList batch = BARS.batch(trainer.getManager(), indices);
          NDList output;
          try (var collector = trainer.newGradientCollector()) {
            output = trainer.forward(new NDList(batch.get(0)));
            collector.backward(loss.evaluate(new NDList(batch.get(1)), output));
          }
          trainer.step();
          loss.afterStep(batch.get(1), output);
        }
      }
      return centers(model);
    }
  }

  @Test
  void theListenerMovesTheCentersAsALoopOfOnesOwn() throws Exception {
    float[] centers = trained(new AfterStepListener());
    assertArrayEquals(trainedByHand(), centers, 1e-5f);
    assertArrayEquals(new float[12], trained(), "without it they stay where they were");
    assertTrue(Math.abs(centers[0]) > 1e-3);
  }

  @Test
  void theListenerRefusesWhatItCannotServe() {
    try (Model model = Model.newInstance("plain")) {
      SequentialBlock network = network();
      network.freezeParameters(false);
      model.setBlock(network);
      DefaultTrainingConfig thawed =
          new DefaultTrainingConfig(SoftmaxLoss.of().plus(0.01, CenterLoss.mean()))
              .addTrainingListeners(new AfterStepListener());
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> model.newTrainer(thawed))
              .getMessage()
              .contains("updates [centers] itself, so the optimiser may not"));
      DefaultTrainingConfig other =
          new DefaultTrainingConfig(Loss.l2Loss()).addTrainingListeners(new AfterStepListener());
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> model.newTrainer(other))
              .getMessage()
              .contains("expected a loss of nearfar"));
    }
    try (Model model = Model.newInstance("plain")) {
      model.setBlock(network());
      model
          .newTrainer(
              new DefaultTrainingConfig(ArcFaceLoss.of(0.3, 10))
                  .addTrainingListeners(new AfterStepListener()))
          .close();
    }
  }
}

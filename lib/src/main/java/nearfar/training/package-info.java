/**
 * Training with a record of what was done: fit, run, history, provenance; saving and loading; and
 * what plain DJL wants beside a loss.
 *
 * <p>There are two ways in. The short one, with the notebook's imports:
 *
 * <pre>{@code
 * var images = Glyphs.generate(8, 16, 7);                 // 8 classes, 16 images of each
 * var folder = Files.createTempDirectory("nearfar");      // where a model is to stay
 * var loss = SoftmaxLoss.of().plus(Schedule.linear(0, 0.01, 1), CenterLoss.mean());
 *
 * try (var run = Fit.backbone(SmallConv.of(16))
 *     .loss(loss)                                         // the weight of center loss is warmed up
 *     .batches(ClassBatches.of(8, 4, 7))
 *     .epochs(2)
 *     .learningRate(Schedule.cosine(1e-3, 0, 2))
 *     .classVectorRateFactor(10)
 *     .run(images)) {
 *   run.save(folder);
 * }
 *
 * try (var loaded = Run.load(folder); var predictor = loaded.predictor()) {
 *   show(loaded.provenance(), Retrieval.of(loaded.embed(images)));
 *   var picture = ai.djl.modality.cv.ImageFactory.getInstance().fromImage(images.image(0));
 *   show(predictor.predict(picture).length);              // D, for a picture of any size
 * }
 * }</pre>
 *
 * <p>And plain DJL, with its trainer, configuration, evaluators and listeners:
 *
 * <pre>{@code
 * import ai.djl.Model;
 * import ai.djl.nn.SequentialBlock;
 * import ai.djl.training.DefaultTrainingConfig;
 * import ai.djl.training.EasyTrain;
 * import ai.djl.training.dataset.ArrayDataset;
 * import ai.djl.training.listener.EpochTrainingListener;
 * import ai.djl.training.listener.EvaluatorTrainingListener;
 * import ai.djl.training.optimizer.Optimizer;
 *
 * var glyphs = Glyphs.generate(8, 16, 7);
 * var network = new SequentialBlock()
 *     .add(SmallConv.of(16))
 *     .add(ClassVectors.random("vectors", 8).optBias("bias"))      // softmax's W and b
 *     .add(ClassVectors.zeros("centers", 8));                      // center loss's c,
 * network.freezeParameters(true, p -> p.getName().equals("centers")); // which it moves itself
 *
 * try (var model = Model.newInstance("plain")) {
 *   model.setBlock(network);
 *   var config = new DefaultTrainingConfig(SoftmaxLoss.of().plus(0.003, CenterLoss.mean()))
 *       .optOptimizer(Optimizer.adam().build())
 *       .addEvaluator(new ClassVectorAccuracy())
 *       .addEvaluator(new BatchRecallAt1())
 *       .addTrainingListeners(
 *           new EpochTrainingListener(), new EvaluatorTrainingListener(), new AfterStepListener());
 *   try (var trainer = model.newTrainer(config)) {
 *     trainer.initialize(new Shape(32, 1, 28, 28));
 *     var all = glyphs.batch(trainer.getManager());
 *     var data = new ArrayDataset.Builder()
 *         .setData(all.get(0)).optLabels(all.get(1)).setSampling(32, true).build();
 *     EasyTrain.fit(trainer, 2, data, data);
 *     show(trainer.getTrainingResult().getEvaluations());
 *   }
 * }
 * }</pre>
 *
 * <p>{@code EasyTrain} evaluates a loss twice a batch, once more for its metrics: losses are pure,
 * so that it only costs time. It keeps the one loss it was given; of one that changes over the
 * training see {@link nearfar.loss.EmbeddingLoss#at}.
 */
@NullMarked
package nearfar.training;

import org.jspecify.annotations.NullMarked;

package nearfar.training;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import nearfar.loss.EmbeddingLoss;

/**
 * For plain DJL's {@code EasyTrain}: calls the loss's {@link EmbeddingLoss#afterStep} for every
 * batch that was trained on, so that centers and memories go on. It does nothing else. {@link Fit}
 * needs no such listener; a loop of one's own calls {@code afterStep} itself.
 *
 * <p>{@code EasyTrain} tells its listeners after the backward pass and before the optimiser's step:
 * the same, since {@code afterStep} sees the batch's embeddings and what the optimiser leaves
 * alone.
 */
public final class AfterStepListener extends TrainingListenerAdapter {

  /** Makes the listener. */
  public AfterStepListener() {}

  /**
   * Checks that the loss and the optimiser do not both move an array.
   *
   * @param trainer the trainer
   * @throws IllegalArgumentException if its loss is no {@link EmbeddingLoss}, or an array that the
   *     loss updates itself is not frozen
   */
  @Override
  public void onTrainingBegin(Trainer trainer) {
    EmbeddingLoss loss = loss(trainer);
    List<String> both = new ArrayList<>();
    for (Parameter parameter : trainer.getModel().getBlock().getParameters().values()) {
      if (loss.selfUpdated().contains(parameter.getName()) && parameter.requiresGradient()) {
        both.add(parameter.getName());
      }
    }
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          "the loss "
              + loss.describe()
              + " updates "
              + both
              + " itself, so the optimiser may not: before the trainer is made, call"
              + " network.freezeParameters(true, p -> p.getName().equals(\""
              + both.get(0)
              + "\"))");
    }
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    EmbeddingLoss loss = loss(trainer);
    if (batchData.getLabels().size() > 1) {
      throw new IllegalStateException(
          "a loss updates its arrays on one device, got a batch on "
              + batchData.getLabels().keySet()
              + ": give the training configuration one device, optDevices(...)");
    }
    batchData
        .getLabels()
        .forEach(
            (device, labels) -> {
              NDList predictions = Objects.requireNonNull(batchData.getPredictions().get(device));
              loss.afterStep(labels.head(), predictions);
            });
  }

  private static EmbeddingLoss loss(Trainer trainer) {
    if (trainer.getLoss() instanceof EmbeddingLoss loss) {
      return loss;
    }
    throw new IllegalArgumentException(
        "expected a loss of nearfar, which has an afterStep, got "
            + trainer.getLoss().getName()
            + ": leave this listener out");
  }
}

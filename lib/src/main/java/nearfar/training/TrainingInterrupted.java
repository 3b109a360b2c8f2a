package nearfar.training;

/**
 * A training that was interrupted, as the stop button of a notebook does: thrown at the next step,
 * after the training's native memory has been released; or an embedding of many images. The
 * thread's interrupt flag is cleared, so that the next cell runs as usual.
 */
public final class TrainingInterrupted extends TrainingException {

  private static final long serialVersionUID = 1;

  TrainingInterrupted(String message, History reached) {
    super(message, reached);
  }
}

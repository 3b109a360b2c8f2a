package nearfar.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training that could not go on, for a reason that showed only on the way: the loss became NaN or
 * infinite, or no batch ever gave a gradient. The message says where, and what usually helps.
 */
public class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable History reached;

  /**
   * A training that could not go on.
   *
   * @param message where it stopped, and what usually helps
   * @param reached everything up to there
   */
  public TrainingException(String message, History reached) {
    super(message);
    this.reached = reached;
  }

  /**
   * What was reached before it stopped.
   *
   * @return the steps made and the epochs finished; empty in a copy that was serialised
   */
  public History reached() {
    return reached == null ? new History(new double[0], List.of(), List.of()) : reached;
  }
}

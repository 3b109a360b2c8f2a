package nearfar.data;

/**
 * A file, a download or a data set is not what it should be. The message names the file, what was
 * expected, what came and what to do.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message alone.
   *
   * @param message what was expected, what came, what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * An exception with the failure beneath it.
   *
   * @param message what was expected, what came, what to do
   * @param cause the failure beneath it
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}

package nearfar.notebook;

/** Says that a page is not for the data set at hand, and what it would need: no failure. */
public final class PageLeftOut extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * One sentence for the reader.
   *
   * @param message what the page needs, what it got
   */
  public PageLeftOut(String message) {
    super(message);
  }
}

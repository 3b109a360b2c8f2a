package nearfar.mining;

/** Which of an anchor's positives, or of its negatives, {@link BatchEasyHard} takes. */
public enum Hardness {
  /** The nearest positive; the farthest negative. */
  EASY("easy"),

  /** The farthest positive nearer than the negative; the nearest negative beyond the positive. */
  SEMI_HARD("semi-hard"),

  /** The farthest positive; the nearest negative. */
  HARD("hard"),

  /** Every one. */
  ALL("every");

  private final String text;

  Hardness(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

package nearfar.training;

/**
 * Watches a training and names what goes wrong in it: the {@link Diagnosis.Kind}s. It looks at
 * every tenth step unless told otherwise, since that costs little: it draws no random numbers and
 * leaves the gradients alone, so a training gives the same bits with it and without it. What it
 * finds, each kind once, is in {@link History#diagnoses()}, and a {@link Progress} is told at once.
 *
 * <p>A diagnosis takes several looks in a row that show the same, so a training shorter than about
 * thirty steps wants {@code Doctor.every(1)}.
 */
public final class Doctor {

  /**
   * Often enough for a training of a hundred steps, seldom enough to cost under 2 % of its time.
   */
  private static final int BY_DEFAULT = 10;

  private static final int NEVER = Integer.MAX_VALUE;

  private final int every;

  private Doctor(int every) {
    this.every = every;
  }

  /** {@return a doctor who looks at every tenth step} */
  public static Doctor byDefault() {
    return new Doctor(BY_DEFAULT);
  }

  /**
   * A doctor who looks at the first step and then at every k-th.
   *
   * @param steps k, at least 1
   * @return the doctor
   * @throws IllegalArgumentException if it is less than 1
   */
  public static Doctor every(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "a doctor looks at every k-th step with k at least 1, got "
              + steps
              + ": Doctor.none() looks at none");
    }
    return new Doctor(steps);
  }

  /** {@return nobody: only NaN and infinities, which stop a training anyway, are named} */
  public static Doctor none() {
    return new Doctor(NEVER);
  }

  /** Whether a step, counted from 0 over all epochs, is looked at. */
  boolean looksAt(int step) {
    return every != NEVER && step % every == 0;
  }

  @Override
  public String toString() {
    return every == NEVER ? "no doctor" : "doctor(every " + every + " steps)";
  }
}

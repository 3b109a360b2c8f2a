package nearfar;

/** How close is equal, named once. Relative ones are relative to the largest figure compared. */
public final class Tolerances {

  /** Two float64 computations of the same formula, relative. */
  public static final double FLOAT64 = 1e-9;

  /** A float32 computation against a float64 one, relative. */
  public static final double FLOAT32 = 1e-5;

  /** Step h of a central difference in float64. */
  public static final double STEP = 1e-6;

  /**
   * A gradient against a central difference, relative: the difference itself errs by about h² f'''
   * / 6 + 1e-16 |f| / h.
   */
  public static final double FINITE_DIFFERENCE = 1e-7;

  private Tolerances() {}
}

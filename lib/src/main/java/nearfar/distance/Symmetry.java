package nearfar.distance;

/** A change of rows that may leave every {@link Distance} between them as it is. */
public enum Symmetry {
  /** All rows turned by one rotation. */
  ROTATION,

  /** One vector added to all rows. */
  TRANSLATION,

  /** Each row times a positive number of its own. */
  LENGTH
}

package nearfar.loss;

/** Checks of the numbers a loss is made with. */
final class Settings {

  private Settings() {}

  static double notNegative(String what, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + " must be a finite number that is not negative, got " + value);
    }
    return value;
  }

  static int atLeast(int least, String what, int value) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + ", got " + value);
    }
    return value;
  }

  static double positive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + " must be a finite number greater than 0, got " + value);
    }
    return value;
  }

  static double cosine(String what, double value) {
    if (!(value >= -1 && value <= 1)) {
      throw new IllegalArgumentException(what + " must be a cosine, in [-1, 1], got " + value);
    }
    return value;
  }
}

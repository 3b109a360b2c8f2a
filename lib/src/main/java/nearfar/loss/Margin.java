package nearfar.loss;

/** What a loss makes of the cosine of the true class, in plain numbers. */
interface Margin {

  /** No margin: the cosine itself. */
  Margin NONE =
      new Margin() {
        @Override
        public double target(double cos) {
          return cos;
        }

        @Override
        public double slope(double cos) {
          return 1;
        }
      };

  /** The target, before the scale. */
  double target(double cos);

  /** Its derivative with respect to the cosine. */
  double slope(double cos);
}

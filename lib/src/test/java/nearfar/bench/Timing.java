package nearfar.bench;

import java.util.Locale;

/** The clock around a step. */
final class Timing {

  /** A step. */
  interface Step {
    void run() throws InterruptedException;
  }

  private Timing() {}

  /** Steps until that many are made, or that many seconds are over; one at least. */
  static String of(Request request, Step step) throws InterruptedException {
    long steps = request.has("steps") ? request.number("steps") : Long.MAX_VALUE;
    double seconds = request.has("steps") ? Double.MAX_VALUE : request.decimal("seconds");
    long start = System.nanoTime();
    long made = 0;
    double passed = 0;
    while (made < steps && passed < seconds) {
      step.run();
      made++;
      passed = (System.nanoTime() - start) / 1e9;
    }
    return String.format(Locale.ROOT, " ms=%.6f steps=%d", passed * 1e3 / made, made);
  }
}

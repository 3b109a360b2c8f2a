package nearfar.training;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Is told how a training goes, always from the thread that trains. What it draws is its own matter:
 * plain lines by default, a live chart in a notebook.
 *
 * <p>A progress that throws ends the training with its exception.
 */
public interface Progress {

  /**
   * A training begins.
   *
   * @param epochs how many epochs it is to have
   */
  void begin(int epochs);

  /**
   * A step was made. This is called for every batch, so it has to be cheap.
   *
   * @param epoch the epoch it belongs to, counted from 1
   * @param step the step within the epoch, counted from 1
   * @param steps how many steps this epoch has
   * @param loss the step's loss
   */
  void step(int epoch, int step, int steps, double loss);

  /**
   * A {@link Doctor} found something; each kind is told once. NaN and infinities are not: they end
   * the training with an exception that says it. Does nothing unless overridden.
   *
   * @param found what was found
   */
  default void diagnosis(Diagnosis found) {}

  /**
   * An epoch is finished.
   *
   * @param reached everything so far, this epoch included
   */
  void epoch(History reached);

  /**
   * The training is over: finished, interrupted or failed. Called exactly once after {@link
   * #begin}.
   *
   * @param reached everything there is
   * @param finished whether all epochs were trained
   */
  void end(History reached, boolean finished);

  /**
   * A fresh progress of the kind that is in force where none is chosen.
   *
   * @return a live one if {@link #install} was called, else {@link #lines} on standard output
   */
  static Progress byDefault() {
    return DefaultProgress.current.get();
  }

  /**
   * Sets the kind that is in force where none is chosen, for this JVM; the notebook extension does.
   *
   * @param supplier makes one for each training
   */
  static void install(Supplier<? extends Progress> supplier) {
    DefaultProgress.current = supplier;
  }

  /**
   * No report at all.
   *
   * @return a progress that does nothing
   */
  static Progress silent() {
    return new Progress() {
      @Override
      public void begin(int epochs) {}

      @Override
      public void step(int epoch, int step, int steps, double loss) {}

      @Override
      public void epoch(History reached) {}

      @Override
      public void end(History reached, boolean finished) {}
    };
  }

  /**
   * One plain line per epoch, at most about 40 in all: of 1000 epochs every 25th is printed, and
   * the first and the last; and one line per {@link Diagnosis}. The lines hold no times, so that
   * the same training prints the same.
   *
   * @param out where to
   * @return the progress
   */
  static Progress lines(PrintStream out) {
    return new Progress() {
      private int epochs;

      @Override
      public void begin(int epochs) {
        this.epochs = epochs;
      }

      @Override
      public void step(int epoch, int step, int steps, double loss) {}

      @Override
      public void diagnosis(Diagnosis found) {
        out.print(found + "\n");
        out.flush();
      }

      @Override
      public void epoch(History reached) {
        History.Epoch last = reached.epochs().get(reached.epochs().size() - 1);
        int every = (epochs + 39) / 40;
        if (last.number() % every == 0 || last.number() == 1 || last.number() == epochs) {
          // One call, one message: a kernel sends each print on its own.
          out.print(last.toString().replaceFirst(":", "/" + epochs + ":") + "\n");
          out.flush();
        }
      }

      @Override
      public void end(History reached, boolean finished) {
        if (!finished) {
          out.print(
              String.format(
                  Locale.ROOT,
                  "stopped after %d of %d epochs (%d steps)%n",
                  reached.epochs().size(),
                  epochs,
                  reached.steps()));
          out.flush();
        }
      }
    };
  }
}

package nearfar.training;

import java.util.function.Supplier;

/** What {@link Progress#byDefault} gives: an interface cannot hold it. */
final class DefaultProgress {

  // System.out is read at each training: a kernel exchanges it.
  static volatile Supplier<? extends Progress> current = () -> Progress.lines(System.out);

  private DefaultProgress() {}
}

package nearfar.notebook;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a cell calls; statically imported in every notebook. */
public final class Notebook {

  private static volatile @Nullable Consumer<@Nullable Object> screen;
  private static volatile @Nullable String misfit;

  private Notebook() {}

  /**
   * Shows values, each as an output of its own: charts and pictures as images, tables as tables,
   * arrays by shape and first values, anything else as text. Returns nothing, so that it leaves no
   * second output when it ends a cell. Outside a notebook it prints.
   *
   * @param values what to show, in order
   */
  public static void show(@Nullable Object @Nullable ... values) {
    String message = misfit;
    if (message != null) {
      System.err.println(message);
      misfit = null;
    }
    Consumer<@Nullable Object> on = screen;
    for (Object value : values == null ? new @Nullable Object[] {null} : values) {
      if (on == null) {
        System.out.println(value);
      } else {
        on.accept(value);
      }
    }
  }

  static void screen(@Nullable Consumer<@Nullable Object> value) {
    screen = value;
  }

  static void misfit(String message) {
    misfit = message;
  }
}

package nearfar.notebook;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import nearfar.training.Progress;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/** What is put into a kernel. Only what no version from 1.0-a6 on has changed is called. */
final class Installation {

  /** What a cell can name without an import. No simple name is in two of these packages. */
  static final List<String> IMPORTS =
      List.of(
          "java.nio.file.*",
          "java.util.*",
          "java.util.function.*",
          "java.util.stream.*",
          "ai.djl.engine.Engine",
          "ai.djl.ndarray.*",
          "ai.djl.ndarray.types.*",
          "ai.djl.training.GradientCollector",
          "tech.tablesaw.api.*",
          "nearfar.data.*",
          "nearfar.distance.*",
          "nearfar.evaluation.*",
          "nearfar.loss.*",
          "nearfar.mining.*",
          "nearfar.nn.*",
          "nearfar.notebook.*",
          "nearfar.npy.*",
          "nearfar.report.*",
          "nearfar.training.*",
          "static nearfar.notebook.Notebook.show");

  private Installation() {}

  static void into(BaseKernel kernel) {
    // One evaluation for all: the kernel starts once, but starts for every page.
    kernel.eval(IMPORTS.stream().map(name -> "import " + name + ";").collect(Collectors.joining()));
    Renderers.register(kernel.getRenderer());
    Notebook.screen(value -> kernel.display(data(kernel, value)));
    Progress.install(() -> new LiveProgress(screen(kernel), System::nanoTime));
  }

  private static LiveProgress.Screen screen(BaseKernel kernel) {
    return new LiveProgress.Screen() {
      @Override
      public void display(DisplayData data) {
        kernel.display(data);
      }

      @Override
      public void update(DisplayData data) {
        kernel.getIO().display.updateDisplay(data);
      }
    };
  }

  private static DisplayData data(BaseKernel kernel, @Nullable Object value) {
    // The renderer looks at a value's class, which null has none of; an array's own text is its
    // address.
    if (value == null || value instanceof String) {
      return new DisplayData(String.valueOf(value));
    }
    if (value.getClass().isArray()) {
      String nested = Arrays.deepToString(new Object[] {value});
      return new DisplayData(nested.substring(1, nested.length() - 1));
    }
    return kernel.getRenderer().render(value);
  }
}

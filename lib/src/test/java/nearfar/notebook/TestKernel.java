package nearfar.notebook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/** A kernel without a connection, which remembers what it is asked to evaluate and to display. */
class TestKernel extends BaseKernel {

  final List<String> evaluated = new ArrayList<>();
  final List<DisplayData> displayed = new ArrayList<>();

  TestKernel() {
    super(
        "test",
        "1.0-a6",
        new LanguageInfo.Builder("java").build(),
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new Renderer(),
        null,
        null,
        false,
        new StringStyler.Builder().build());
  }

  @Override
  public void display(DisplayData data) {
    displayed.add(data);
  }

  @Override
  public DisplayData eval(String code) {
    evaluated.add(code);
    return DisplayData.EMPTY;
  }

  @Override
  public Object evalRaw(String code) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String isComplete(String code) {
    throw new UnsupportedOperationException();
  }
}

package nearfar.notebook;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * What the Java kernel loads at its start: default imports, renderers, live progress.
 *
 * <p>The kernel dies of an extension that throws. So this class touches nothing but the kernel's
 * own two types, and whatever goes wrong further in becomes a message: on standard error, and in
 * the notebook at the first {@link Notebook#show}.
 */
public final class NearfarExtension implements Extension {

  /** The kernel that this extension was made for and is tested with. */
  static final String EXPECTED = "1.0-a8";

  /** For the kernel, which makes one by reflection. */
  public NearfarExtension() {}

  /**
   * Installs everything into a kernel; never throws.
   *
   * @param kernel the kernel that starts
   */
  @Override
  @SuppressWarnings("CatchAndPrintStackTrace") // Nothing above could do better.
  public void install(BaseKernel kernel) {
    try {
      Installation.into(kernel);
    } catch (Throwable e) {
      String message = misfit(kernel, e);
      System.err.println(message);
      Notebook.misfit(message);
    }
  }

  private static String misfit(BaseKernel kernel, Throwable cause) {
    String version;
    try {
      version = kernel.getVersion();
    } catch (Throwable e) {
      version = "unknown";
    }
    return "nearfar: this kernel (version "
        + version
        + ") or its class path does not fit ("
        + cause
        + "): imports, charts and progress may be missing. Expected JJava "
        + EXPECTED
        + ": run environment/setup, then restart the kernel";
  }
}

package nearfar.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.Locale;

/**
 * The choices that are made outside a notebook, so that the same page runs on a laptop, in a short
 * test and on a GPU. Each is a system property, else an environment variable, else the default.
 *
 * <table>
 * <caption>The knobs</caption>
 * <tr><th>variable</th><th>property</th><th>values</th><th>default</th></tr>
 * <tr><td>NEARFAR_QUICK</td><td>nearfar.quick</td><td>0, 1</td><td>0</td></tr>
 * <tr><td>NEARFAR_DEVICE</td><td>nearfar.device</td><td>auto, cpu, gpu</td><td>auto</td></tr>
 * </table>
 *
 * <p>The data set's knobs are read by {@code nearfar.data.Datasets}.
 */
public final class Knobs {

  private Knobs() {}

  /**
   * Whether pages should take their short form, with fewer classes and epochs: it shows that they
   * run, not what they find.
   *
   * @return true if the knob is 1 or true
   * @throws IllegalArgumentException if the knob is anything but 0, 1, true or false
   */
  public static boolean quick() {
    String value = read("quick", "0");
    return switch (value) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "NEARFAR_QUICK must be 0 or 1, got \"" + value + "\": set it to 1 for short pages");
    };
  }

  /**
   * Chooses between a page's full and its short figure.
   *
   * @param full the value in the full form
   * @param quick the value in the short form
   * @return {@code quick} if {@link #quick()}, else {@code full}
   */
  public static int either(int full, int quick) {
    return quick() ? quick : full;
  }

  /**
   * The device everything is trained and evaluated on. With {@code auto} it is the first GPU if the
   * engine sees one, else the CPU.
   *
   * @return the device
   * @throws IllegalArgumentException if the knob is unknown, or is {@code gpu} where the engine
   *     sees none
   */
  public static Device device() {
    String value = read("device", "auto");
    return switch (value) {
      case "cpu" -> Device.cpu();
      case "auto" -> gpus() > 0 ? Device.gpu(0) : Device.cpu();
      case "gpu" -> {
        if (gpus() == 0) {
          throw new IllegalArgumentException(
              "NEARFAR_DEVICE is gpu, but "
                  + Engine.getInstance().getEngineName()
                  + " "
                  + Engine.getInstance().getVersion()
                  + " sees no GPU: run environment/setup --gpu on a machine with one, or set"
                  + " NEARFAR_DEVICE to auto or cpu");
        }
        yield Device.gpu(0);
      }
      default ->
          throw new IllegalArgumentException(
              "NEARFAR_DEVICE must be auto, cpu or gpu, got \"" + value + "\"");
    };
  }

  private static int gpus() {
    return Engine.getInstance().getGpuCount();
  }

  private static String read(String name, String byDefault) {
    String value = System.getProperty("nearfar." + name);
    if (value == null || value.isBlank()) {
      value = System.getenv("NEARFAR_" + name.toUpperCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? byDefault : value.strip().toLowerCase(Locale.ROOT);
  }
}

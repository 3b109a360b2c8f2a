package nearfar.bench;

import com.sun.jna.Function;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What this process has in memory, as Linux counts it. */
final class Memory {

  private static final Path SELF = Path.of("/proc/self");
  private static final String RESET_PEAK = "5";

  private Memory() {}

  /**
   * The highest resident size during a step, less what was resident before it, when garbage is gone
   * and freed memory has been given back. Inputs and the last step's gradients are resident before,
   * so they do not count.
   */
  static String ofStep(Work work) throws IOException, InterruptedException {
    if (!Files.exists(SELF.resolve("clear_refs"))) {
      return ""; // not Linux: there is no such figure
    }
    work.step();
    settle();
    Files.writeString(SELF.resolve("clear_refs"), RESET_PEAK);
    double before = megabytes("VmRSS");
    work.step();
    return String.format(Locale.ROOT, " mb=%.3f", Math.max(0, megabytes("VmHWM") - before));
  }

  static String resident() throws IOException {
    return String.format(Locale.ROOT, " mb=%.3f", megabytes("VmRSS"));
  }

  private static void settle() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50); // arrays that were collected are freed by a thread of the engine's
    }
    Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {new NativeLong(0)});
  }

  private static double megabytes(String field) throws IOException {
    for (String line : Files.readAllLines(SELF.resolve("status"), StandardCharsets.UTF_8)) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D+", "")) / 1024.0;
      }
    }
    throw new IOException("no " + field + " in /proc/self/status");
  }
}

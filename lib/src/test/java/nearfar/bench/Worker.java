package nearfar.bench;

import ai.djl.ndarray.NDArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Reads requests from standard input, a line each, and answers each with a line: {@code ok
 * key=value …} or {@code error what went wrong}. The peers' process, {@code
 * environment/peers/worker.py}, reads the same requests.
 *
 * <ul>
 *   <li>{@code open work=… folder=…}: reads the inputs from the folder and makes what is measured
 *   <li>{@code answer}: one step; its values in the reply, its gradients as files in the folder
 *   <li>{@code memory}: by how much the process grew at most during one step
 *   <li>{@code time seconds=…} or {@code time steps=…}: milliseconds per step
 *   <li>{@code floor products=…}: milliseconds for these matrix products
 *   <li>{@code resident}: what the process has in memory now
 * </ul>
 */
final class Worker {

  private final PrintStream replies;
  private Request opened = new Request("", Map.of());
  private Work work = Work.NONE;
  private Products products = Products.NONE;

  private Worker(PrintStream replies) {
    this.replies = replies;
  }

  /**
   * Answers until the input ends.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream replies = System.out;
    System.setOut(System.err); // what a library prints must not pass for a reply
    Worker worker = new Worker(replies);
    try (BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        worker.reply(line);
      }
    }
    System.exit(0); // a training's thread may still wait for its next step
  }

  private void reply(String line) {
    String text;
    try {
      text = "ok" + answer(Request.of(line));
    } catch (IOException | InterruptedException | RuntimeException | OutOfMemoryError e) {
      e.printStackTrace();
      text = "error " + String.valueOf(e).replaceAll("\\s+", " ");
    }
    replies.println(text);
    replies.flush();
  }

  private String answer(Request request) throws IOException, InterruptedException {
    return switch (request.command()) {
      case "open" -> {
        opened = request;
        work = Work.open(request);
        yield "";
      }
      case "answer" -> written(work.answer(), Path.of(opened.text("folder")));
      case "memory" -> Memory.ofStep(work);
      case "time" -> Timing.of(request, work::step);
      case "floor" -> {
        if (!products.text().equals(request.text("products"))) {
          products = Products.of(request.text("products"));
        }
        yield Timing.of(request, products::multiply);
      }
      case "resident" -> Memory.resident();
      default -> throw new IllegalArgumentException("unknown request " + request.command());
    };
  }

  private static String written(Answer answer, Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    answer
        .values()
        .forEach((name, value) -> text.append(" value.").append(name).append('=').append(value));
    StringJoiner names = new StringJoiner(",");
    for (Map.Entry<String, NDArray> gradient : answer.gradients().entrySet()) {
      Raw.write(folder.resolve("ours-" + gradient.getKey() + ".f32"), gradient.getValue());
      names.add(gradient.getKey());
    }
    return text.append(" gradients=").append(names).toString();
  }
}

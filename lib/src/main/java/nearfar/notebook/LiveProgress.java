package nearfar.notebook;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import nearfar.report.Charts;
import nearfar.report.Picture;
import nearfar.training.Diagnosis;
import nearfar.training.History;
import nearfar.training.Progress;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.knowm.xchart.XYChart;

/**
 * A loss curve that grows while a network trains, with a bar below it. It is one output, redrawn at
 * most about twice a second and never for more than a tenth of the time; what is left at the end
 * depends on the history alone, so that a page executed again does not change. What a doctor found
 * is in the title while the network trains, and in full below the curve at the end.
 *
 * <p>Everything is displayed from the thread that trains, which is the cell's: what another thread
 * displays after the cell has ended is lost.
 */
final class LiveProgress implements Progress {

  /** The two ways to display that a kernel has. */
  interface Screen {
    void display(DisplayData data);

    void update(DisplayData data);
  }

  private static final long INTERVAL = 500_000_000; // nanoseconds
  private static final int BAR = 8;

  private final Screen screen;
  private final LongSupplier clock;
  private final String id = "nearfar-" + UUID.randomUUID();
  private boolean displayed;
  private long next;

  private int epochs;
  private double[] losses = new double[256];
  private int steps;
  private List<History.Epoch> finished = List.of();
  private final List<Diagnosis> diagnoses = new ArrayList<>();

  /** The clock is {@link System#nanoTime}, but for tests. */
  LiveProgress(Screen screen, LongSupplier clock) {
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public void begin(int epochs) {
    this.epochs = epochs;
    next = clock.getAsLong() + INTERVAL;
  }

  @Override
  public void step(int epoch, int step, int ofSteps, double loss) {
    if (steps == losses.length) {
      losses = Arrays.copyOf(losses, 2 * steps);
    }
    losses[steps++] = loss;
    long now = clock.getAsLong();
    if (now - next >= 0) {
      History reached = History.of(Arrays.copyOf(losses, steps), finished);
      double share = (epoch - 1 + (double) step / ofSteps) / epochs;
      String title = "Training, epoch " + epoch + " of " + epochs;
      draw(reached, diagnoses.isEmpty() ? title : title + ": " + latest().kind(), share);
      long after = clock.getAsLong();
      next = after + Math.max(INTERVAL, 9 * (after - now));
    }
  }

  @Override
  public void diagnosis(Diagnosis found) {
    diagnoses.add(found);
  }

  private Diagnosis latest() {
    return diagnoses.get(diagnoses.size() - 1);
  }

  @Override
  public void epoch(History reached) {
    finished = reached.epochs();
  }

  @Override
  public void end(History reached, boolean complete) {
    String title =
        complete
            ? "Loss during training"
            : "Training stopped in epoch " + (reached.epochs().size() + 1) + " of " + epochs;
    draw(reached, title, Double.NaN);
    // Below the curve, whenever it was first drawn: else the order would depend on the time.
    if (!diagnoses.isEmpty()) {
      String lines = diagnoses.stream().map(Diagnosis::toString).collect(Collectors.joining("\n"));
      screen.display(new DisplayData(lines));
    }
  }

  private void draw(History reached, String title, double share) {
    if (Arrays.stream(reached.stepLosses()).noneMatch(Double::isFinite)) {
      return; // Nothing to draw yet, or ever.
    }
    XYChart chart = Charts.loss(reached);
    chart.setTitle(title);
    Picture picture = Picture.of(chart);
    if (!Double.isNaN(share)) {
      bar(picture.image(), share);
    }
    DisplayData data = new DisplayData();
    Renderers.picture(picture, data);
    // Not setDisplayId: its signature changed between kernels.
    data.putTransientData("display_id", id);
    if (displayed) {
      screen.update(data);
    } else {
      screen.display(data);
      displayed = true;
    }
  }

  private static void bar(BufferedImage image, double share) {
    Graphics2D g = image.createGraphics();
    int y = image.getHeight() - BAR;
    g.setColor(new Color(0xE4, 0xE4, 0xE4));
    g.fillRect(0, y, image.getWidth(), BAR);
    g.setColor(new Color(0x00, 0x72, 0xB2));
    g.fillRect(0, y, (int) Math.round(share * image.getWidth()), BAR);
    g.dispose();
  }
}

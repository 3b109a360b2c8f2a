package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import nearfar.report.Charts;
import nearfar.report.Picture;
import nearfar.training.Diagnosis;
import nearfar.training.History;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;

class LiveProgressTest {

  private static final int EPOCHS = 5;
  private static final int STEPS = 10;

  /** Remembers what was displayed, and as which kind. */
  private static final class Screen implements LiveProgress.Screen {
    final List<String> kinds = new ArrayList<>();
    final List<DisplayData> data = new ArrayList<>();

    @Override
    public void display(DisplayData value) {
      kinds.add("display");
      data.add(value);
    }

    @Override
    public void update(DisplayData value) {
      kinds.add("update");
      data.add(value);
    }
  }

  private long now;

  /** A training of which every look at the clock takes a while. */
  private Screen training(long nanosecondsPerStep, int trained) {
    Screen screen = new Screen();
    LiveProgress progress = new LiveProgress(screen, () -> now);
    List<History.Epoch> epochs = new ArrayList<>();
    double[] losses = new double[trained * STEPS];
    progress.begin(EPOCHS);
    for (int epoch = 1; epoch <= trained; epoch++) {
      for (int step = 1; step <= STEPS; step++) {
        int i = (epoch - 1) * STEPS + step - 1;
        losses[i] = 1.0 / (i + 1);
        now += nanosecondsPerStep;
        progress.step(epoch, step, STEPS, losses[i]);
      }
      epochs.add(new History.Epoch(epoch, losses[epoch * STEPS - 1], Double.NaN, STEPS, 0));
      progress.epoch(reached(losses, epoch, epochs));
    }
    progress.end(reached(losses, trained, epochs), trained == EPOCHS);
    return screen;
  }

  private static History reached(double[] losses, int epochs, List<History.Epoch> finished) {
    return History.of(java.util.Arrays.copyOf(losses, epochs * STEPS), finished);
  }

  private static String png(DisplayData data) {
    return String.valueOf(data.getData(MIMEType.IMAGE_PNG));
  }

  private static String text(DisplayData data) {
    return String.valueOf(data.getData(MIMEType.TEXT_PLAIN));
  }

  @Test
  void oneOutputIsRedrawnTwiceASecond() {
    Screen screen = training(100_000_000, EPOCHS); // 50 steps in 5 s
    assertEquals(11, screen.kinds.size()); // at 0.5, 1.0, … 5.0 s and at the end
    assertEquals("display", screen.kinds.get(0));
    assertEquals(List.of("update"), screen.kinds.stream().skip(1).distinct().toList());
    assertEquals(1, screen.data.stream().map(DisplayData::getDisplayId).distinct().count());
    assertTrue(screen.data.get(0).hasDisplayId());
    assertTrue(text(screen.data.get(0)).startsWith("Training, epoch 1 of 5"));
    assertNotEquals(png(screen.data.get(0)), png(screen.data.get(1)));
  }

  @Test
  void whatIsLeftDependsOnTheHistoryAlone() {
    Screen slow = training(700_000_000, EPOCHS);
    Screen fast = training(1, EPOCHS);
    assertEquals(List.of("display"), fast.kinds);
    DisplayData last = slow.data.get(slow.data.size() - 1);
    assertEquals(png(fast.data.get(0)), png(last));
    assertEquals(text(fast.data.get(0)), text(last));

    double[] losses = new double[EPOCHS * STEPS];
    List<History.Epoch> epochs = new ArrayList<>();
    java.util.Arrays.setAll(losses, i -> 1.0 / (i + 1));
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      epochs.add(new History.Epoch(epoch, losses[epoch * STEPS - 1], Double.NaN, STEPS, 0));
    }
    assertEquals(
        Base64.getEncoder()
            .encodeToString(Picture.of(Charts.loss(History.of(losses, epochs))).png()),
        png(last));
  }

  @Test
  void whatADoctorFindsIsInTheTitleAndAtTheEndBelowTheCurve() {
    List<String> lefts = new ArrayList<>();
    for (long nanosecondsPerStep : new long[] {1, 700_000_000}) {
      Screen screen = new Screen();
      LiveProgress progress = new LiveProgress(screen, () -> now);
      Diagnosis point = new Diagnosis(Diagnosis.Kind.COLLAPSE, "0.1 apart", "less speed", 1, 2);
      Diagnosis scale = new Diagnosis(Diagnosis.Kind.SCALE_TOO_LARGE, "s = 9", "less", 1, 3);
      progress.begin(1);
      for (int step = 1; step <= 3; step++) {
        now += nanosecondsPerStep;
        if (step == 2) {
          progress.diagnosis(point);
        }
        if (step == 3) {
          progress.diagnosis(scale);
        }
        progress.step(1, step, 3, 1.0 / step);
      }
      progress.end(History.of(new double[] {1, 0.5, 1 / 3.0}, List.of()), true);
      if (nanosecondsPerStep > 1) {
        List<String> texts = screen.data.stream().map(LiveProgressTest::text).toList();
        assertTrue(texts.get(0).startsWith("Training, epoch 1 of 1"), texts.get(0));
        assertTrue(texts.get(1).startsWith("Training, epoch 1 of 1: collapse"), texts.get(1));
        assertTrue(texts.get(2).contains(": scale too large"), texts.get(2));
      }
      DisplayData last = screen.data.get(screen.data.size() - 1);
      assertEquals("display", screen.kinds.get(screen.kinds.size() - 1));
      assertEquals(point + "\n" + scale, text(last));
      lefts.add(png(screen.data.get(screen.data.size() - 2)) + text(last));
    }
    assertEquals(lefts.get(0), lefts.get(1));
  }

  @Test
  void aStoppedTrainingSaysWhere() {
    Screen screen = training(1, 2);
    assertEquals(1, screen.data.size());
    assertTrue(
        text(screen.data.get(0)).startsWith("Training stopped in epoch 3 of 5"),
        text(screen.data.get(0)));
  }

  @Test
  void nothingIsShownOfATrainingWithoutAFiniteLoss() {
    assertEquals(List.of(), training(1, 0).kinds);
    Screen screen = new Screen();
    LiveProgress progress = new LiveProgress(screen, () -> now);
    progress.begin(1);
    now += 1_000_000_000;
    progress.step(1, 1, 2, Double.NaN);
    progress.end(History.of(new double[] {Double.NaN}, List.of()), false);
    assertEquals(List.of(), screen.kinds);
  }
}

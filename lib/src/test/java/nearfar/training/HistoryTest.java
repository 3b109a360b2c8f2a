package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import nearfar.training.History.Epoch;
import org.junit.jupiter.api.Test;

class HistoryTest {

  @Test
  void theRecorderAveragesWhatItIsTold() {
    Recorder recorder = new Recorder();
    recorder.loss(1);
    recorder.judge(3, 4);
    recorder.loss(4);
    recorder.judge(1, 4);
    recorder.skip();
    assertTrue(recorder.endEpoch());
    for (int i = 0; i < 300; i++) {
      recorder.loss(0);
      recorder.skip();
    }
    History within = recorder.history();
    assertEquals(1, within.epochs().size());
    assertEquals(302, within.steps());
    assertFalse(recorder.endEpoch());
    History history = recorder.history();
    assertEquals(new Epoch(1, 2.5, 0.5, 2, 1), history.epochs().get(0));
    assertEquals(new Epoch(2, 0, Double.NaN, 300, 300), history.epochs().get(1));
    assertEquals(301, history.skipped());
    assertEquals(0, history.finalLoss());
    assertTrue(history.hasAccuracy());
    assertArrayEquals(new double[] {1, 4, 0}, java.util.Arrays.copyOf(history.stepLosses(), 3), 0);
    assertEquals(1, within.epochs().size(), "a snapshot does not change");
    assertArrayEquals(new double[] {0, 0}, recorder.before(2));
  }

  @Test
  void equalityIsOfEveryBit() {
    List<Epoch> epochs = List.of(new Epoch(1, 0.5, Double.NaN, 2, 0));
    History a = History.of(new double[] {0.25, 0.75}, epochs);
    assertEquals(a, History.of(new double[] {0.25, 0.75}, epochs));
    assertNotEquals(a, History.of(new double[] {0.25, Math.nextUp(0.75)}, epochs));
    assertNotEquals(a, History.of(new double[] {0.25, 0.75}, List.of()));
    assertTrue(
        String.valueOf(
                assertThrows(
                        IllegalArgumentException.class, () -> History.of(new double[1], epochs))
                    .getMessage())
            .contains("2 steps, but there are 1"));
  }

  private static String lines(int epochs, int trained) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Progress progress = Progress.lines(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Recorder recorder = new Recorder();
    progress.begin(epochs);
    for (int i = 0; i < trained; i++) {
      recorder.loss(1.0 / (i + 1));
      recorder.judge(3, 4);
      progress.step(i + 1, 1, 1, 1.0 / (i + 1));
      recorder.endEpoch();
      progress.epoch(recorder.history());
    }
    progress.end(recorder.history(), trained == epochs);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPlainLineAnEpochAndFewOfThemWhenThereAreMany() {
    assertEquals(
        "epoch 1/2: loss 1.0000, accuracy 75.0 %\nepoch 2/2: loss 0.5000, accuracy 75.0 %\n",
        lines(2, 2));
    String many = lines(1000, 1000);
    assertEquals(41, many.lines().count());
    assertTrue(many.startsWith("epoch 1/1000: ") && many.contains("epoch 1000/1000: loss 0.0010"));
    assertTrue(lines(5, 2).endsWith("stopped after 2 of 5 epochs (2 steps)\n"));
  }
}

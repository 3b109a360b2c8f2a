package nearfar.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nearfar.training.History.Epoch;

/** Collects what becomes a {@link History}. */
final class Recorder {

  private double[] losses = new double[256];
  private int steps;
  private final List<Epoch> epochs = new ArrayList<>();
  private final List<Diagnosis> diagnoses = new ArrayList<>();

  // The epoch under way.
  private int firstStep;
  private int skipped;
  private long judged;
  private long correct;

  /** A step's loss, recorded before it is known whether the step can be made. */
  void loss(double loss) {
    if (steps == losses.length) {
      losses = Arrays.copyOf(losses, 2 * steps);
    }
    losses[steps++] = loss;
  }

  void diagnosis(Diagnosis found) {
    diagnoses.add(found);
  }

  void skip() {
    skipped++;
  }

  void judge(long right, long of) {
    correct += right;
    judged += of;
  }

  /** Ends the epoch; true if at least one of its steps moved the network. */
  boolean endEpoch() {
    int made = steps - firstStep;
    double sum = 0;
    for (int i = firstStep; i < steps; i++) {
      sum += losses[i];
    }
    double accuracy = judged == 0 ? Double.NaN : (double) correct / judged;
    epochs.add(new Epoch(epochs.size() + 1, sum / made, accuracy, made, skipped));
    boolean moved = skipped < made;
    firstStep = steps;
    skipped = 0;
    judged = 0;
    correct = 0;
    return moved;
  }

  int epochs() {
    return epochs.size();
  }

  int steps() {
    return steps;
  }

  /** Up to {@code count} losses before the latest one. */
  double[] before(int count) {
    return Arrays.copyOfRange(losses, Math.max(0, steps - 1 - count), Math.max(0, steps - 1));
  }

  History history() {
    return new History(Arrays.copyOf(losses, steps), epochs, diagnoses);
  }
}

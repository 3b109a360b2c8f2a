package nearfar.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The losses of a training: one per step, and their mean per epoch, with the accuracy where the
 * loss has class vectors to decide by, and what a {@link Doctor} found. An unchanging snapshot; two
 * are equal when every figure is equal bit for bit.
 */
public final class History {

  /**
   * What one epoch came to.
   *
   * @param number the epoch, counted from 1
   * @param loss the mean of the losses of its steps, each as the loss returned it
   * @param accuracy the share of its images, in [0, 1], for which the class vectors chose the right
   *     class at the step they were shown in (so before that step's update, with augmentation and
   *     batch statistics); NaN where the loss has no class vectors. Choosing among C classes takes
   *     N · C logits for a batch of N images: where these are 2¹⁸ or more, say 128 images and 2048
   *     classes, it is the share in every k-th step alone, the epoch's first included, with k = 1 +
   *     ⌊N · C / 2¹⁸⌋. Where classes are sampled, the choice is among those of the step
   * @param steps how many batches it had
   * @param skipped how many of these gave no gradient (a loss of exactly zero, such as a batch
   *     without a valid triplet) and therefore did not move the network
   */
  public record Epoch(int number, double loss, double accuracy, int steps, int skipped) {
    @Override
    public String toString() {
      String text = String.format(Locale.ROOT, "epoch %d: loss %.4f", number, loss);
      if (!Double.isNaN(accuracy)) {
        text += String.format(Locale.ROOT, ", accuracy %.1f %%", 100 * accuracy);
      }
      if (skipped > 0) {
        text += String.format(Locale.ROOT, ", %d of %d steps without a gradient", skipped, steps);
      }
      return text;
    }
  }

  private final double[] stepLosses;
  private final List<Epoch> epochs;
  private final List<Diagnosis> diagnoses;

  History(double[] stepLosses, List<Epoch> epochs, List<Diagnosis> diagnoses) {
    this.stepLosses = stepLosses;
    this.epochs = List.copyOf(epochs);
    this.diagnoses = List.copyOf(diagnoses);
  }

  /**
   * A history from its figures, for charts of trainings done elsewhere.
   *
   * @param stepLosses the loss of every step, in order
   * @param epochs the epochs, in order; their steps must add up to at most {@code
   *     stepLosses.length} (fewer where a training was stopped within an epoch)
   * @return the history
   * @throws IllegalArgumentException if the epochs have more steps than there are step losses
   */
  public static History of(double[] stepLosses, List<Epoch> epochs) {
    int steps = epochs.stream().mapToInt(Epoch::steps).sum();
    if (steps > stepLosses.length) {
      throw new IllegalArgumentException(
          "the epochs have "
              + steps
              + " steps, but there are "
              + stepLosses.length
              + " step losses: give one loss per step");
    }
    return new History(stepLosses.clone(), epochs, List.of());
  }

  /**
   * How many steps were made, those without a gradient included.
   *
   * @return the number of steps
   */
  public int steps() {
    return stepLosses.length;
  }

  /**
   * The loss of every step, in order.
   *
   * @return a copy, of length {@link #steps()}
   */
  public double[] stepLosses() {
    return stepLosses.clone();
  }

  /**
   * The finished epochs, in order.
   *
   * @return an unmodifiable list
   */
  public List<Epoch> epochs() {
    return epochs;
  }

  /**
   * What a {@link Doctor} found, each kind once, in the order in which it was found.
   *
   * @return an unmodifiable list; empty where all went well
   */
  public List<Diagnosis> diagnoses() {
    return diagnoses;
  }

  /**
   * The last finished epoch's mean loss.
   *
   * @return the loss, NaN before the first epoch is finished
   */
  public double finalLoss() {
    return epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).loss();
  }

  /**
   * Whether the epochs have an accuracy: they do where the loss has class vectors.
   *
   * @return true if they have
   */
  public boolean hasAccuracy() {
    return !epochs.isEmpty() && !Double.isNaN(epochs.get(0).accuracy());
  }

  /**
   * How many steps gave no gradient and were skipped.
   *
   * @return the sum over the finished epochs
   */
  public int skipped() {
    return epochs.stream().mapToInt(Epoch::skipped).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof History that
        && Arrays.equals(stepLosses, that.stepLosses)
        && epochs.equals(that.epochs)
        && diagnoses.equals(that.diagnoses);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(stepLosses), epochs, diagnoses);
  }

  @Override
  public String toString() {
    return epochs.isEmpty()
        ? "history: " + steps() + " steps, no epoch finished"
        : "history: " + steps() + " steps; " + epochs.get(epochs.size() - 1);
  }
}

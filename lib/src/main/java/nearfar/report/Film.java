package nearfar.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import org.jspecify.annotations.Nullable;

/**
 * Several trainings side by side, epoch by epoch: a {@link Charts#overview} for each epoch of which
 * something was added, on one scale of density. The trainings may run one after the other.
 */
public final class Film {

  private final Map<Integer, Map<String, Embeddings>> features = new TreeMap<>();
  private final Map<Integer, Map<String, double[][]>> classVectors = new TreeMap<>();

  /** Makes one without frames. */
  public Film() {}

  /**
   * Adds what one training has made after an epoch.
   *
   * @param epoch which frame it belongs to; frames are shown in this order
   * @param name of the training, the same in all epochs
   * @param embeddings of two entries
   * @param vectors a row of two for each class, or null if the loss has none
   * @return this film
   */
  public Film add(int epoch, String name, Embeddings embeddings, double @Nullable [][] vectors) {
    features.computeIfAbsent(epoch, key -> new LinkedHashMap<>()).put(name, embeddings);
    Map<String, double[][]> rays =
        classVectors.computeIfAbsent(epoch, key -> new LinkedHashMap<>());
    if (vectors != null) {
      rays.put(name, vectors);
    }
    return this;
  }

  /**
   * The frames.
   *
   * @param milliseconds how long each is shown
   * @return the animation
   * @throws IllegalStateException if nothing was added
   */
  public Animation animation(int milliseconds) {
    if (features.isEmpty()) {
      throw new IllegalStateException("a film needs a frame: add one, got none");
    }
    double densest =
        features.values().stream()
            .flatMap(frame -> frame.values().stream())
            .map(Angles::of)
            .mapToDouble(Film::highest)
            .max()
            .orElseThrow();
    List<Integer> epochs = List.copyOf(features.keySet());
    return Animation.of(epochs.size(), i -> frame(epochs.get(i), densest), milliseconds);
  }

  private Picture frame(int epoch, double densest) {
    return Charts.overview(
        features.getOrDefault(epoch, Map.of()),
        classVectors.getOrDefault(epoch, Map.of()),
        densest);
  }

  private static double highest(Distribution angles) {
    return Math.max(
        Arrays.stream(angles.density(angles.intra())).max().orElse(0),
        Arrays.stream(angles.density(angles.inter())).max().orElse(0));
  }
}

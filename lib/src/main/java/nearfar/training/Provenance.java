package nearfar.training;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where a trained network comes from: with the same versions, data, settings and seed on the same
 * machine, the training gives the same bits again.
 *
 * @param data the data set's name and sizes
 * @param checksum SHA-256 of the data set's shape, pixels and labels, in hex
 * @param seed the seed of the initial weights (the batches' and the augmentation's own seeds are in
 *     their descriptions)
 * @param settings how it was trained, in order: loss, batches, epochs, learning rate, optimiser,
 *     augmentation, parameters
 * @param versions what it ran on, in order: nearfar, engine, DJL, Java, device
 * @param duration how long the training took; the only field that changes from run to run
 */
public record Provenance(
    String data,
    String checksum,
    long seed,
    Map<String, String> settings,
    Map<String, String> versions,
    Duration duration) {

  /**
   * Keeps its own unmodifiable copies of the maps, in their order.
   *
   * @param data the data set
   * @param checksum its checksum
   * @param seed the weights' seed
   * @param settings how
   * @param versions on what
   * @param duration how long
   */
  public Provenance {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * Everything as text, by name, in reading order: data, checksum, seed, the settings, the
   * versions, duration. A page that must be the same each time it is executed leaves {@code
   * duration} out.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("data", data);
    fields.put("checksum", checksum);
    fields.put("seed", Long.toString(seed));
    fields.putAll(settings);
    fields.putAll(versions);
    fields.put("duration", String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0));
    return Collections.unmodifiableMap(fields);
  }

  /**
   * One field a line, names aligned.
   *
   * @return the text, without a line end at its end
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    fields().forEach((name, value) -> text.append(String.format("%-13s %s%n", name, value)));
    return text.toString().stripTrailing();
  }
}

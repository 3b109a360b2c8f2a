package nearfar.training;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import nearfar.data.Preparation;
import nearfar.nn.SampledVectors;
import nearfar.nn.SmallConv;
import org.jspecify.annotations.Nullable;

/**
 * What a saved run's model.json says.
 *
 * @param format of the folder
 * @param loss in words
 * @param backbone its class
 * @param embeddingSize D
 * @param rebuilt whether class and size are enough to make the backbone anew
 * @param parameters name and shape of each of the backbone's
 * @param arrays shape of each array with a row per class, by name
 * @param share of the classes in a step; NaN where all took part
 * @param data the set in one line
 * @param preparation what was done to its pictures
 * @param classNames its classes
 * @param checksum the set's
 * @param seed of the weights
 * @param settings of the training
 * @param versions it was made with
 * @param nanoseconds it took
 * @param stepLosses the history's
 * @param epochs the history's
 * @param diagnoses the history's
 * @param files SHA-256 of every other file of the folder, in hex
 */
@SuppressWarnings("ArrayRecordComponent") // Written and read, never compared.
record SavedRun(
    int format,
    String loss,
    String backbone,
    long embeddingSize,
    boolean rebuilt,
    List<String> parameters,
    Map<String, long[]> arrays,
    double share,
    String data,
    String preparation,
    List<String> classNames,
    String checksum,
    long seed,
    Map<String, String> settings,
    Map<String, String> versions,
    long nanoseconds,
    double[] stepLosses,
    List<History.Epoch> epochs,
    List<Diagnosis> diagnoses,
    Map<String, String> files) {

  static final int FORMAT = 1;

  SavedRun {
    for (Object part :
        new @Nullable Object[] {
          loss,
          backbone,
          parameters,
          arrays,
          data,
          preparation,
          classNames,
          checksum,
          settings,
          versions,
          stepLosses,
          epochs,
          diagnoses,
          files
        }) {
      Objects.requireNonNull(part, "a field is missing");
    }
    Preparation.parse(preparation); // Or it is not to be read.
  }

  boolean sampled() {
    return !Double.isNaN(share);
  }

  /** Of a run, before its files are known. */
  static SavedRun of(Run.Parts run, List<String> parameters, Map<String, long[]> arrays) {
    Provenance from = run.provenance();
    SampledVectors sampled = run.sampled();
    return new SavedRun(
        FORMAT,
        run.loss(),
        run.backbone().getClass().getName(),
        run.backbone() instanceof SmallConv conv ? conv.embeddingSize() : -1,
        run.backbone() instanceof SmallConv,
        parameters,
        arrays,
        sampled == null ? Double.NaN : sampled.share(),
        run.trainedOn().words(),
        run.trainedOn().preparation().toString(),
        run.trainedOn().classNames(),
        from.checksum(),
        from.seed(),
        from.settings(),
        from.versions(),
        from.duration().toNanos(),
        run.history().stepLosses(),
        run.history().epochs(),
        run.history().diagnoses(),
        new LinkedHashMap<>());
  }

  TrainedOn trainedOn() {
    return new TrainedOn(data, Preparation.parse(preparation), classNames);
  }

  History history() {
    return new History(stepLosses, epochs, diagnoses);
  }

  Provenance provenance() {
    return new Provenance(data, checksum, seed, settings, versions, Duration.ofNanos(nanoseconds));
  }
}

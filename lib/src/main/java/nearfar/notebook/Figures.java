package nearfar.notebook;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import nearfar.data.DataException;
import nearfar.data.Datasets;
import nearfar.evaluation.Interval;
import nearfar.evaluation.Spread;
import nearfar.training.Knobs;
import org.jspecify.annotations.Nullable;

/**
 * Figures that a page found and another page shows, so that nobody types them. {@code
 * environment/reports} names the folder in {@code NEARFAR_FIGURES}, where each page has a file;
 * where a page has not run there, the file beside the notebooks ({@code figures/PAGE.json}) is
 * read, which is of the run whose outputs are committed. Outside of {@code environment/reports}
 * nothing is written.
 */
public final class Figures {

  /**
   * A figure of another page.
   *
   * @param dataset what it was measured on
   * @param value the figure with its 95 % interval, of width 0 if it has none
   */
  public record Figure(String dataset, Interval value) {

    /** Such as "0.612 [0.590, 0.634]", or "0.612" without an interval. */
    @Override
    public String toString() {
      return value.width() == 0
          ? String.format(Locale.ROOT, "%.3f", value.estimate())
          : value.toString();
    }
  }

  private final String page;
  private final @Nullable Path folder;
  private final String dataset;
  private final Map<String, Figure> kept = new TreeMap<>();

  Figures(String page, @Nullable Path folder, String dataset) {
    this.page = page;
    this.folder = folder;
    this.dataset = dataset;
  }

  /**
   * The figures of a page that is running; those of its former run are forgotten.
   *
   * @param page its number, such as "03"
   * @return none yet
   */
  public static Figures of(String page) {
    String folder = System.getenv("NEARFAR_FIGURES");
    return new Figures(
        page, folder == null || Knobs.quick() ? null : Path.of(folder), Datasets.named());
  }

  /**
   * Keeps a figure.
   *
   * @param name what it is, with its unit
   * @param value the figure with its 95 % interval
   * @return these figures
   * @throws UncheckedIOException if the file cannot be written
   */
  public Figures put(String name, Interval value) {
    kept.put(name, new Figure(dataset, value));
    if (folder != null) {
      write(folder);
    }
    return this;
  }

  /**
   * Keeps a figure with Student's interval.
   *
   * @param name what it is, with its unit
   * @param value mean and deviation of independent units
   * @return these figures
   * @throws UncheckedIOException if the file cannot be written
   */
  public Figures put(String name, Spread value) {
    return put(name, value.interval());
  }

  /**
   * Keeps a figure that has no interval, such as a count.
   *
   * @param name what it is, with its unit
   * @param value the figure
   * @return these figures
   * @throws UncheckedIOException if the file cannot be written
   */
  public Figures put(String name, double value) {
    return put(name, new Interval(value, value, value));
  }

  private void write(Path into) {
    JsonObject object = new JsonObject();
    kept.forEach(
        (name, figure) -> {
          JsonObject entry = new JsonObject();
          entry.addProperty("dataset", figure.dataset());
          entry.addProperty("estimate", figure.value().estimate());
          entry.addProperty("lower", figure.value().lower());
          entry.addProperty("upper", figure.value().upper());
          object.add(name, entry);
        });
    String text =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(object) + "\n";
    try {
      Files.createDirectories(into);
      Path partial = Files.createTempFile(into, page, ".partial");
      Files.writeString(partial, text);
      Files.move(partial, into.resolve(page + ".json"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The figures that another page found.
   *
   * @param page its number, such as "03"
   * @return by name; empty if it has not run
   * @throws DataException if its file is damaged
   * @throws UncheckedIOException if its file cannot be read
   */
  public static Map<String, Figure> read(String page) {
    String folder = System.getenv("NEARFAR_FIGURES");
    Path here = folder == null ? null : Path.of(folder).resolve(page + ".json");
    return read(
        here != null && Files.isRegularFile(here) ? here : Path.of("figures", page + ".json"));
  }

  static Map<String, Figure> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      JsonObject object =
          JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8)).getAsJsonObject();
      Map<String, Figure> figures = new TreeMap<>();
      for (String name : object.keySet()) {
        JsonObject entry = object.getAsJsonObject(name);
        figures.put(
            name,
            new Figure(
                entry.get("dataset").getAsString(),
                new Interval(
                    entry.get("estimate").getAsDouble(),
                    entry.get("lower").getAsDouble(),
                    entry.get("upper").getAsDouble())));
      }
      return Collections.unmodifiableMap(figures);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new DataException(file + " does not hold a page's figures: run that page again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a cell shows that ends with {@code put}. */
  @Override
  public String toString() {
    return "page " + page + " keeps " + kept.size() + " figures for other pages";
  }
}

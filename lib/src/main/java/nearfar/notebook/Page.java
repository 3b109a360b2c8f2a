package nearfar.notebook;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import nearfar.data.ImageSet;
import nearfar.report.Tables;
import nearfar.training.Knobs;
import nearfar.training.Versions;
import tech.tablesaw.api.Table;

/** What stands at the head of every page, so that a report says by itself what it was made of. */
public final class Page {

  private Page() {}

  /**
   * What a page runs on.
   *
   * @param images the page's data set
   * @param seed the page's seed
   * @param minutes how long the page takes on two CPU cores in its full form
   * @return a table: data set, its checksum, seed, form (full or quick), expected minutes,
   *     versions, device
   */
  public static Table head(ImageSet images, long seed, double minutes) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("data set", images.toString());
    fields.put("its SHA-256", images.checksum().substring(0, 16) + "…");
    fields.put("seed", Long.toString(seed));
    fields.put("form", Knobs.quick() ? "quick: shows that it runs, not what it finds" : "full");
    fields.put(
        "expected time", String.format(Locale.ROOT, "%.1f minutes on two CPU cores", minutes));
    fields.putAll(Versions.current());
    return Tables.of("This page runs on", fields);
  }
}

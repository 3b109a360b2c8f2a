package nearfar.notebook;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import nearfar.data.Datasets;
import nearfar.data.ImageSet;
import nearfar.report.Tables;
import nearfar.training.Knobs;
import nearfar.training.Versions;
import tech.tablesaw.api.Table;

/** What stands at the head of every page, so that a report says by itself what it was made of. */
public final class Page {

  private Page() {}

  /**
   * The data set that the environment names, no larger than the page wants it.
   *
   * @param minClasses how many classes the page needs at least
   * @param minPerClass how many images of each
   * @param maxClasses the most classes that are taken
   * @param maxPerClass the most images that are taken of each
   * @param seed chooses them
   * @return the set, or a part of it
   * @throws PageLeftOut if there are too few classes, or a class has too few images: the page is
   *     not for this data
   */
  public static ImageSet data(
      int minClasses, int minPerClass, int maxClasses, int maxPerClass, long seed) {
    return fitting(Datasets.fromEnvironment(), minClasses, minPerClass)
        .atMost(maxClasses, maxPerClass, seed);
  }

  static ImageSet fitting(ImageSet images, int minClasses, int minPerClass) {
    int smallest = Integer.MAX_VALUE;
    int classes = 0;
    for (int c = 0; c < images.classes(); c++) {
      int size = images.indicesOfClass(c).length;
      classes += size > 0 ? 1 : 0;
      smallest = size > 0 ? Math.min(smallest, size) : smallest;
    }
    if (classes < minClasses || smallest < minPerClass) {
      throw new PageLeftOut(
          String.format(
              Locale.ROOT,
              "this page needs %d classes with %d images each or more, got %d classes, the smallest"
                  + " of %d images",
              minClasses,
              minPerClass,
              classes,
              classes == 0 ? 0 : smallest));
    }
    return images;
  }

  /**
   * The measured claims of a page, on the data set that the environment names.
   *
   * @return none yet
   */
  public static Claims claims() {
    return new Claims(Datasets.named(), Knobs.quick());
  }

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

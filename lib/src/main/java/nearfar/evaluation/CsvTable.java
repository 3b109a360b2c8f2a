package nearfar.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** A table of text, a line for each embedding: one field is the label, all others are entries. */
final class CsvTable {

  private CsvTable() {}

  /**
   * Reads embeddings.
   *
   * @param labelColumn of the fields of the first line
   * @param named whether the first line is a header for sure
   */
  static Embeddings read(Path table, ToIntFunction<List<String>> labelColumn, boolean named) {
    List<String> lines = EmbeddingFiles.lines(table);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(table + " must have a line for each embedding, got none");
    }
    char separator = Csv.separator(lines.get(0));
    List<String> first = fields(table, 1, lines.get(0), separator);
    int label = labelColumn.applyAsInt(first);
    if (first.size() < 2) {
      throw new IllegalArgumentException(
          "%s must have a label and an entry or more in each line, got only \"%s\" in line 1"
              .formatted(table, first.get(0)));
    }
    boolean header = named || isHeader(table, first, label);
    List<double[]> rows = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int line = header ? 2 : 1; line <= lines.size(); line++) {
      String text = lines.get(line - 1);
      if (!text.isBlank()) {
        List<String> fields = fields(table, line, text, separator);
        if (fields.size() != first.size()) {
          throw new IllegalArgumentException(
              "every line of %s must have the %d fields of line 1, got %d in line %d"
                  .formatted(table, first.size(), fields.size(), line));
        }
        rows.add(entries(table, line, fields, label, header ? first : List.of()));
        labels.add(fields.get(label));
      }
    }
    return EmbeddingFiles.labelled(rows.toArray(double[][]::new), labels);
  }

  private static List<String> fields(Path table, int line, String text, char separator) {
    try {
      return Csv.fields(text, separator);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "line %d of %s has %s".formatted(line, table, e.getMessage()), e);
    }
  }

  private static double[] entries(
      Path table, int line, List<String> fields, int label, List<String> header) {
    double[] entries = new double[fields.size() - 1];
    for (int column = 0, k = 0; column < fields.size(); column++) {
      if (column == label) {
        if (fields.get(column).isBlank()) {
          throw new IllegalArgumentException(
              "the label in line %d of %s is empty".formatted(line, table));
        }
        continue;
      }
      entries[k] = Csv.number(fields.get(column));
      if (!Double.isFinite(entries[k++])) {
        throw new IllegalArgumentException(
            "entries must be finite numbers such as 0.5 or 1e-3, got \"%s\" in line %d, column %d%s of %s: leave columns out that are no entries"
                .formatted(
                    fields.get(column),
                    line,
                    column + 1,
                    header.isEmpty() ? "" : " (" + header.get(column) + ")",
                    table));
      }
    }
    return entries;
  }

  private static boolean isHeader(Path table, List<String> first, int label) {
    List<String> others =
        IntStream.range(0, first.size()).filter(c -> c != label).mapToObj(first::get).toList();
    if (others.stream().anyMatch(field -> Double.isNaN(Csv.number(field)))) {
      return true;
    }
    boolean counts =
        others.size() > 2
            && IntStream.range(0, others.size())
                .allMatch(k -> others.get(k).equals(Integer.toString(k)));
    if (counts) {
      throw new IllegalArgumentException(
          "the first line of %s counts 0, 1, 2, … as headers without names do, but might be a vector: if it is a header, name the label's column, \"%s\"; else put another line first"
              .formatted(table, first.get(label)));
    }
    return false;
  }

  /** Not all of a hundred names. */
  static String shown(List<String> header) {
    return header.size() <= 8
        ? header.toString()
        : "%s … %s (%d)"
            .formatted(header.subList(0, 3), header.get(header.size() - 1), header.size());
  }
}

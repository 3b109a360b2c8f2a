package nearfar.evaluation;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import nearfar.npy.Npy;

/**
 * Embeddings of any model, from files and to files: NumPy's .npy, or a table of text (CSV). What is
 * read can be measured as what was trained here.
 *
 * <pre>
 * var embeddings = EmbeddingFiles.read(Path.of("vectors.npy"), Path.of("labels.npy"));
 * show(Tables.of(AngleReport.of(embeddings, Npy.matrix(Path.of("weights.npy")), null)));
 * </pre>
 *
 * <p>Labels that are all whole numbers are taken as they are. Else they are the names of classes,
 * which are numbered from 0 in alphabetical order (that of {@link String#compareTo}); class vectors
 * belong to them in that order.
 */
public final class EmbeddingFiles {

  private EmbeddingFiles() {}

  /**
   * Reads vectors and labels from two files.
   *
   * @param vectors a .npy of float16, float32 or float64, shape (N, D)
   * @param labels a .npy of integers or text, shape (N) or (N, 1); or, if its name does not end in
   *     .npy, N lines of text (UTF-8), a label in each
   * @return the embeddings
   * @throws IllegalArgumentException if a file is not of that kind or was cut off, there is not a
   *     label for each vector, or as {@link Embeddings#of(double[][], int[])}
   * @throws UncheckedIOException if a file cannot be read
   */
  public static Embeddings read(Path vectors, Path labels) {
    double[][] rows = Npy.matrix(vectors);
    List<String> texts =
        isNpy(labels) ? Npy.labels(labels) : lines(labels).stream().map(String::strip).toList();
    if (texts.size() != rows.length) {
      throw new IllegalArgumentException(
          "there must be a label for each of the %d vectors in %s, got %d in %s%s"
              .formatted(
                  rows.length,
                  vectors,
                  texts.size(),
                  labels,
                  texts.size() == rows.length + 1 ? ": is its first line a header?" : ""));
    }
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isBlank()) {
        throw new IllegalArgumentException("label %d in %s is empty".formatted(i + 1, labels));
      }
    }
    return labelled(rows, texts);
  }

  /**
   * Reads a table whose label is in a named column. The first line is the header; every other
   * column is an entry of the vectors. Fields are separated by commas, semicolons or tabs, numbers
   * have a decimal point; empty lines are left out.
   *
   * @param table a text file (UTF-8)
   * @param labelColumn the label's name in the header
   * @return the embeddings
   * @throws IllegalArgumentException if there is no such column, lines have not equally many
   *     fields, an entry is not a finite number, or as {@link Embeddings#of(double[][], int[])}
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Embeddings readCsv(Path table, String labelColumn) {
    return CsvTable.read(
        table,
        header -> {
          int at = header.indexOf(labelColumn);
          if (at < 0) {
            throw new IllegalArgumentException(
                "%s must have a column \"%s\" for the label, got the columns %s"
                    .formatted(table, labelColumn, CsvTable.shown(header)));
          }
          return at;
        },
        true);
  }

  /**
   * As {@link #readCsv(Path, String)}, with the label in the first column, whatever its name. The
   * first line is a header if one of its other fields is not a number.
   *
   * @param table a text file (UTF-8)
   * @return the embeddings
   * @throws IllegalArgumentException as {@link #readCsv(Path, String)}, or if the first line counts
   *     the columns, 0, 1, 2, …: then it is a header or a vector, and nobody can tell
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Embeddings readCsvLabelFirst(Path table) {
    return CsvTable.read(table, header -> 0, false);
  }

  /**
   * As {@link #readCsvLabelFirst}, with the label in the last column.
   *
   * @param table a text file (UTF-8)
   * @return the embeddings
   * @throws IllegalArgumentException as {@link #readCsvLabelFirst}
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Embeddings readCsvLabelLast(Path table) {
    return CsvTable.read(table, header -> header.size() - 1, false);
  }

  /**
   * Writes vectors and labels to two files, which {@link #read} reads back digit by digit.
   *
   * @param embeddings what to write
   * @param vectors a .npy, which becomes float64 (N, D)
   * @param labels a .npy, which becomes int32 (N), without class names; or, if its name does not
   *     end in .npy, N lines of text with them
   * @throws IllegalArgumentException if a class name that is to be written has two lines
   * @throws UncheckedIOException if a file cannot be written
   */
  public static void write(Embeddings embeddings, Path vectors, Path labels) {
    Npy.write(vectors, embeddings.rows());
    if (isNpy(labels)) {
      Npy.write(labels, embeddings.labels());
    } else {
      lines(
          labels,
          IntStream.range(0, embeddings.size())
              .mapToObj(i -> embeddings.className(embeddings.label(i)))
              .toList());
    }
  }

  /**
   * Writes a table with the header class, x0, x1, …, which {@code readCsv(table, "class")} reads
   * back digit by digit.
   *
   * @param embeddings what to write
   * @param table a text file
   * @throws IllegalArgumentException if a class name has two lines
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void writeCsv(Embeddings embeddings, Path table) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder("class");
    for (int k = 0; k < embeddings.dimension(); k++) {
      line.append(",x").append(k);
    }
    lines.add(line.toString());
    for (int i = 0; i < embeddings.size(); i++) {
      line = new StringBuilder(Csv.field(embeddings.className(embeddings.label(i))));
      for (double x : embeddings.rows()[i]) {
        line.append(',').append(x);
      }
      lines.add(line.toString());
    }
    lines(table, lines);
  }

  /** Numbers are labels as they are; else labels are names. */
  static Embeddings labelled(double[][] rows, List<String> labels) {
    if (labels.stream().allMatch(EmbeddingFiles::isInteger)) {
      return Embeddings.of(rows, labels.stream().mapToInt(Integer::parseInt).toArray());
    }
    List<String> names = labels.stream().distinct().sorted().toList();
    int[] numbers =
        labels.stream().mapToInt(label -> Collections.binarySearch(names, label)).toArray();
    return Embeddings.of(rows, numbers).withClassNames(names);
  }

  /** As Java writes it: "07" is a name, which must not be one with "7". */
  private static boolean isInteger(String text) {
    try {
      return Integer.toString(Integer.parseInt(text)).equals(text);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isNpy(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
  }

  /** Without a byte order mark, and without empty lines at the end. */
  static List<String> lines(Path file) {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
      while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
        lines.remove(lines.size() - 1);
      }
      if (!lines.isEmpty() && lines.get(0).startsWith("\uFEFF")) {
        lines.set(0, lines.get(0).substring(1));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be read as text (UTF-8): " + e, e);
    }
  }

  private static void lines(Path file, List<String> lines) {
    for (String line : lines) {
      if (line.lines().count() > 1) {
        throw new IllegalArgumentException(
            "a class name in %s must be of one line, got \"%s\"".formatted(file, line));
      }
    }
    try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      for (String line : lines) {
        writer.write(line);
        writer.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be written: " + e, e);
    }
  }
}

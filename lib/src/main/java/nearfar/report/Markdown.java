package nearfar.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Text with formulas, links and tables, as a page's own text has them. A notebook and a report show
 * it as such; anywhere else it is what it says.
 *
 * <pre>{@code
 * show(Markdown.table(
 *     List.of("loss", "page"),
 *     List.of(List.of("ArcFace", "[04](04-arcface.ipynb)"))));
 * }</pre>
 *
 * @param text Markdown; formulas stand between dollar signs
 */
public record Markdown(String text) {

  /**
   * A table, whose cells may hold links and formulas. A | in a cell and a line's end are kept from
   * ending the cell.
   *
   * @param header a name for each column, one or more
   * @param rows a text for each column
   * @return the table
   * @throws IllegalArgumentException if there is no column, or a row has more or fewer cells
   */
  public static Markdown table(List<String> header, List<List<String>> rows) {
    if (header.isEmpty()) {
      throw new IllegalArgumentException("a table needs a column, got none");
    }
    StringBuilder text = new StringBuilder(row(header));
    text.append("|").append(" --- |".repeat(header.size())).append('\n');
    for (List<String> cells : rows) {
      if (cells.size() != header.size()) {
        throw new IllegalArgumentException(
            "a row needs a cell for each of the columns " + header + ", got " + cells);
      }
      text.append(row(cells));
    }
    return new Markdown(text.toString());
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replaceAll("\\R", " "))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** The text as it is. */
  @Override
  public String toString() {
    return text;
  }
}

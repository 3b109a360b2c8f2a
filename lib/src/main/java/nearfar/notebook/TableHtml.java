package nearfar.notebook;

import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table as HTML, every text escaped; numbers to the right. */
final class TableHtml {

  /** More rows than this are cut: a page is for reading. */
  private static final int MOST_ROWS = 60;

  private TableHtml() {}

  static String of(Table table) {
    StringBuilder html = new StringBuilder("<table>\n");
    if (table.name() != null && !table.name().isBlank()) {
      html.append("<caption>").append(escape(table.name())).append("</caption>\n");
    }
    html.append("<thead><tr>");
    for (Column<?> column : table.columns()) {
      cell(html, "th", column, column.name());
    }
    html.append("</tr></thead>\n<tbody>\n");
    int rows = Math.min(table.rowCount(), MOST_ROWS);
    for (int row = 0; row < rows; row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        cell(html, "td", column, column.getString(row));
      }
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table>\n");
    if (rows < table.rowCount()) {
      html.append("<p>The first ").append(rows).append(" of ").append(table.rowCount());
      html.append(" rows.</p>\n");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String tag, Column<?> column, String text) {
    html.append('<').append(tag).append(" style=\"text-align: ");
    html.append(column instanceof NumericColumn ? "right" : "left").append("\">");
    html.append(escape(text)).append("</").append(tag).append('>');
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

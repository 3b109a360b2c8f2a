package nearfar.evaluation;

import java.util.ArrayList;
import java.util.List;

/** Lines of separated fields, which may be quoted (RFC 4180, but no field goes over a line end). */
final class Csv {

  private static final String SEPARATORS = ",;\t";

  private Csv() {}

  /** The one of comma, semicolon and tab that a line has most of. */
  static char separator(String line) {
    char most = ',';
    for (int i = 0; i < SEPARATORS.length(); i++) {
      char candidate = SEPARATORS.charAt(i);
      if (count(line, candidate) > count(line, most)) {
        most = candidate;
      }
    }
    return most;
  }

  private static long count(String line, char letter) {
    return line.chars().filter(c -> c == letter).count();
  }

  /** The fields of a line, without quotes and the blanks around them. */
  static List<String> fields(String line, char separator) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"' && (quoted || field.toString().isBlank())) {
        quoted = !quoted;
        wasQuoted = true;
        if (quoted) {
          field.setLength(0);
        }
      } else if (c == separator && !quoted) {
        fields.add(wasQuoted ? field.toString() : field.toString().strip());
        field.setLength(0);
        wasQuoted = false;
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quote that is opened and not closed");
    }
    fields.add(wasQuoted ? field.toString().stripTrailing() : field.toString().strip());
    return fields;
  }

  /** A field that reads as the text. */
  static String field(String text) {
    boolean plain =
        !text.isEmpty()
            && text.equals(text.strip())
            && text.chars().noneMatch(c -> "\",;\t".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** The number that a field is, or NaN; "NaN" and what only Java takes for a number are none. */
  static double number(String field) {
    // Java also reads 1f, 2d and 0x1p3.
    if (field.isEmpty()
        || "fFdD".indexOf(field.charAt(field.length() - 1)) >= 0
        || field.contains("x")) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}

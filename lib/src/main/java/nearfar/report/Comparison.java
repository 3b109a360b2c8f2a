package nearfar.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import nearfar.evaluation.Spread;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Figures of several variants, such as losses, in the same units, such as seeds: kept as they come,
 * compared unit by unit, shown as mean ± standard deviation.
 *
 * <pre>{@code
 * var comparison = new Comparison();
 * for (double gained : new double[] {0.01, 0.02, 0.04}) {
 *   comparison.put("softmax", "accuracy", 0.9).put("ArcFace", "accuracy", 0.9 + gained);
 * }
 * show(comparison.table("three seeds"));
 * show(Spread.of(comparison.difference("ArcFace", "softmax", "accuracy")).interval());
 * }</pre>
 */
public final class Comparison {

  private final Map<String, Map<String, double[]>> values = new LinkedHashMap<>();

  /** Makes one without figures. */
  public Comparison() {}

  /**
   * Keeps the figure of the next unit: all variants must be given in the same order of units.
   *
   * @param variant such as a loss
   * @param figure what it is, with its unit; of "degrees" a table shows one decimal, else three
   * @param value the figure
   * @return this comparison
   * @throws IllegalArgumentException if the value is NaN or infinite
   */
  public Comparison put(String variant, String figure, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "figures must be finite, got " + value + " for " + figure + " of " + variant);
    }
    Map<String, double[]> row = values.computeIfAbsent(figure, key -> new LinkedHashMap<>());
    row.merge(variant, new double[] {value}, Comparison::joined);
    return this;
  }

  private static double[] joined(double[] a, double[] b) {
    return DoubleStream.concat(DoubleStream.of(a), DoubleStream.of(b)).toArray();
  }

  /**
   * The figures of a variant.
   *
   * @param variant its name
   * @param figure the figure's name
   * @return a value for each unit
   * @throws IllegalArgumentException if there is none
   */
  public double[] of(String variant, String figure) {
    double[] found = values.getOrDefault(figure, Map.of()).get(variant);
    if (found == null) {
      throw new IllegalArgumentException(
          "there is no \"" + figure + "\" of \"" + variant + "\" among " + values.keySet());
    }
    return found.clone();
  }

  /**
   * Mean and deviation of a variant's figure.
   *
   * @param variant its name
   * @param figure the figure's name
   * @return their spread over the units
   * @throws IllegalArgumentException if there are fewer than two values
   */
  public Spread spread(String variant, String figure) {
    return Spread.of(of(variant, figure));
  }

  /**
   * How much larger a variant's figure is than another's, unit by unit.
   *
   * @param variant its name
   * @param reference the other's name
   * @param figure the figure's name
   * @return variant − reference for each unit
   * @throws IllegalArgumentException if one has no such figure, or not as many as the other
   */
  public double[] difference(String variant, String reference, String figure) {
    double[] own = of(variant, figure);
    double[] other = of(reference, figure);
    if (own.length != other.length) {
      throw new IllegalArgumentException(
          "paired figures belong to the same units, got "
              + own.length
              + " of \""
              + variant
              + "\" and "
              + other.length
              + " of \""
              + reference
              + "\"");
    }
    for (int i = 0; i < own.length; i++) {
      own[i] -= other[i];
    }
    return own;
  }

  /**
   * All of it.
   *
   * @param title of the table
   * @return a row for each figure, a column for each variant, in the order in which they came; mean
   *     ± standard deviation, a lone value as it is, – where there is none
   */
  public Table table(String title) {
    List<String> variants =
        values.values().stream().flatMap(row -> row.keySet().stream()).distinct().toList();
    Table table = Table.create(title, StringColumn.create("figure", values.keySet()));
    for (String variant : variants) {
      table.addColumns(
          StringColumn.create(
              variant, values.keySet().stream().map(figure -> cell(variant, figure))));
    }
    return table;
  }

  private String cell(String variant, String figure) {
    double[] found = values.getOrDefault(figure, Map.of()).get(variant);
    String pattern = figure.contains("degrees") ? "%.1f" : "%.3f";
    return found == null
        ? "–"
        : found.length == 1
            ? String.format(Locale.ROOT, pattern, found[0])
            : Spread.of(found).text(pattern);
  }
}

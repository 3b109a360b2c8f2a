package nearfar.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import nearfar.evaluation.Agreement;
import nearfar.evaluation.AngleReport;
import nearfar.evaluation.AngleTable;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Interval;
import nearfar.evaluation.MarginAdvice;
import nearfar.evaluation.OpenSet;
import nearfar.evaluation.PerClass;
import nearfar.evaluation.Retrieval;
import nearfar.evaluation.Verification;
import nearfar.loss.Certificate;
import nearfar.training.History;
import nearfar.training.Provenance;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Results as Tablesaw tables: a row for each result, a column for each measure. Cells hold every
 * digit; what is printed is rounded. What there is no figure for is missing, and printed as a dash.
 */
public final class Tables {

  private Tables() {}

  /**
   * Retrieval and verification in one row.
   *
   * @param retrieval Recall@1, R-precision, MAP@R and the number of queries
   * @param verification AUC, EER, TAR@FAR 0.01 and 0.001 and the number of pairs; a FAR of less
   *     than one pair between classes has no figure. Where pairs were counted in cells, a last
   *     column says how far from its own a similarity may have been counted
   * @return the table
   */
  public static Table of(Retrieval retrieval, Verification verification) {
    Table table =
        Table.create(
            "retrieval and verification",
            number("Recall@1", "0.000", retrieval.recallAt(1)),
            number("R-precision", "0.000", retrieval.rPrecision()),
            number("MAP@R", "0.000", retrieval.mapAtR()),
            number("AUC", "0.000", verification.auc()),
            number("EER", "0.000", verification.eer()),
            number("TAR@FAR 0.01", "0.000", tar(verification, 0.01)),
            number("TAR@FAR 0.001", "0.000", tar(verification, 0.001)),
            whole("queries", retrieval.queries()),
            whole("pairs", verification.intraPairs() + verification.interPairs()));
    return counted(table, "similarity ±", verification.resolution());
  }

  /** Figures of all pairs kept are exact, and a column of zeros would tell nothing. */
  private static Table counted(Table table, String name, double resolution) {
    return resolution == 0 ? table : table.addColumns(number(name, "0.0E0", resolution));
  }

  private static double tar(Verification verification, double far) {
    return far * verification.interPairs() < 1 ? Double.NaN : verification.tarAtFar(far);
  }

  /**
   * The angles of the ArcFace paper's Table 3 in one row, in degrees.
   *
   * @param angles W-EC, W-Inter, Intra and Inter
   * @return the table
   */
  public static Table of(AngleTable angles) {
    return Table.create(
        "angles",
        number("W-EC (degrees)", "0.0", angles.wEc()),
        number("W-Inter (degrees)", "0.0", angles.wInter()),
        number("Intra (degrees)", "0.0", angles.intra()),
        number("Inter (degrees)", "0.0", angles.inter()));
  }

  /**
   * Means and standard deviations within and between classes, and the overlap, in one row; where
   * pairs were counted in cells, also how far from its own a figure may have been counted.
   *
   * @param distribution of angles or distances
   * @return the table
   */
  public static Table of(Distribution distribution) {
    boolean degrees = distribution.unit().equals("degrees");
    String pattern = degrees ? "0.0" : "0.000";
    String unit = distribution.unit().isEmpty() ? "" : " (" + distribution.unit() + ")";
    Table table =
        Table.create(
            distribution.quantity(),
            number("mean within" + unit, pattern, distribution.intra().mean()),
            number("std within" + unit, pattern, distribution.intra().std()),
            number("mean between" + unit, pattern, distribution.inter().mean()),
            number("std between" + unit, pattern, distribution.inter().std()),
            number("overlap", "0.000", distribution.overlap()));
    return counted(table, distribution.quantity() + " ±" + unit, distribution.resolution());
  }

  /**
   * The six angles of the ArcFace paper's Table 3 in one row, in degrees, and how much the angles
   * of all pairs within classes and between them overlap.
   *
   * @param report of any embeddings; what it has no figures for is missing
   * @return the table
   */
  public static Table of(AngleReport report) {
    AngleReport.Side train = report.train();
    AngleReport.Side test = report.test();
    return Table.create(
        "angle report",
        number("W-EC (degrees)", "0.0", train.angles().wEc()),
        number("W-Inter (degrees)", "0.0", train.angles().wInter()),
        number("Intra1 (degrees)", "0.0", train.angles().intra()),
        number("Inter1 (degrees)", "0.0", train.angles().inter()),
        number("Intra2 (degrees)", "0.0", test == null ? Double.NaN : test.angles().intra()),
        number("Inter2 (degrees)", "0.0", test == null ? Double.NaN : test.angles().inter()),
        number("overlap1", "0.000", train.pairs().overlap()),
        number("overlap2", "0.000", test == null ? Double.NaN : test.pairs().overlap()));
  }

  /**
   * Angles to class means, a row for each class, those that overlap most first.
   *
   * @param side {@link AngleReport#train()} or {@link AngleReport#test()}
   * @return the table
   */
  public static Table of(AngleReport.Side side) {
    List<AngleReport.ByClass> classes = side.classes();
    return Table.create(
        "angles to class means",
        texts("class", classes, AngleReport.ByClass::name),
        whole("images", classes, c -> c.toMeans().intra().size()),
        figures("own, mean (degrees)", "0.0", classes, c -> c.toMeans().intra().mean()),
        figures(
            "own, 95 % below (degrees)", "0.0", classes, c -> c.toMeans().intra().quantile(0.95)),
        figures("nearest other, mean (degrees)", "0.0", classes, c -> c.toMeans().inter().mean()),
        figures(
            "nearest other, 5 % below (degrees)",
            "0.0", classes, c -> c.toMeans().inter().quantile(0.05)),
        figures("overlap", "0.000", classes, c -> c.toMeans().overlap()),
        texts("nearest class", classes, AngleReport.ByClass::nearest));
  }

  /**
   * Retrieval and angles by class, a row for each, the worst first.
   *
   * @param report of all classes
   * @return the table
   */
  public static Table of(PerClass report) {
    List<PerClass.Row> rows = report.rows();
    return Table.create(
        "classes",
        texts("class", rows, PerClass.Row::name),
        whole("images", rows, PerClass.Row::images),
        figures("Recall@1", "0.000", rows, PerClass.Row::recallAt1),
        figures("MAP@R", "0.000", rows, PerClass.Row::mapAtR),
        figures("intra (degrees)", "0.0", rows, PerClass.Row::intra),
        texts("nearest class", rows, PerClass.Row::nearest),
        figures("its angle (degrees)", "0.0", rows, PerClass.Row::nearestAngle),
        texts("most confused with", rows, PerClass.Row::confused),
        whole("times", rows, PerClass.Row::confusions));
  }

  /**
   * How well clusters agree with classes, in one row.
   *
   * @param agreement of two partitions
   * @return the table
   */
  public static Table of(Agreement agreement) {
    return Table.create(
        "agreement",
        number("NMI", "0.000", agreement.nmi()),
        number("AMI", "0.000", agreement.ami()));
  }

  /**
   * Margins, scale and threshold with their reasons, a row for each.
   *
   * @param advice from a run
   * @return name, value (missing where none can be given), unit and reason
   */
  public static Table of(MarginAdvice advice) {
    List<MarginAdvice.Row> rows = advice.rows();
    return Table.create(
        "margin advice",
        texts("setting", rows, MarginAdvice.Row::name),
        figures("value", "0.000", rows, MarginAdvice.Row::value),
        texts("unit", rows, MarginAdvice.Row::unit),
        texts("reason", rows, MarginAdvice.Row::reason));
  }

  /**
   * Figures with their intervals, a row for each.
   *
   * @param title of the table
   * @param intervals by name, such as {@link OpenSet#intervals} gives them (a LinkedHashMap keeps
   *     an order)
   * @return name, figure, and both ends of the interval that holds 95 % of the replicates
   */
  public static Table intervals(String title, Map<String, Interval> intervals) {
    List<Interval> rows = List.copyOf(intervals.values());
    return Table.create(
        title,
        StringColumn.create("measure", intervals.keySet()),
        figures("figure", "0.000", rows, Interval::estimate),
        figures("from", "0.000", rows, Interval::lower),
        figures("to", "0.000", rows, Interval::upper));
  }

  /**
   * The epochs of a training, a row for each.
   *
   * @param history of a training
   * @return loss, accuracy in percent (missing without class vectors) and number of steps
   */
  public static Table of(History history) {
    var epochs = history.epochs();
    Table table =
        Table.create(
            "epochs",
            IntColumn.create("epoch", epochs.stream().mapToInt(History.Epoch::number).toArray()),
            number("loss", "0.0000", epochs.stream().mapToDouble(History.Epoch::loss).toArray()));
    if (history.hasAccuracy()) {
      table.addColumns(
          number(
              "accuracy (%)",
              "0.0", epochs.stream().mapToDouble(epoch -> 100 * epoch.accuracy()).toArray()));
    }
    return table.addColumns(
        IntColumn.create("steps", epochs.stream().mapToInt(History.Epoch::steps).toArray()));
  }

  /**
   * Where a trained network comes from, a row for each field.
   *
   * @param provenance of a training
   * @return field and value
   */
  public static Table of(Provenance provenance) {
    return of("provenance", provenance.fields());
  }

  /**
   * What was found about a loss, a row for each check.
   *
   * @param certificate of a loss
   * @return check, what was compared, the worst figure (missing if there is none), the allowed one
   *     and the verdict
   */
  public static Table of(Certificate certificate) {
    List<Certificate.Finding> findings = certificate.findings();
    return Table.create(
        "certificate of " + certificate.loss(),
        texts("check", findings, Certificate.Finding::check),
        texts("compared", findings, Certificate.Finding::compared),
        number(
            "worst", "0.0E0", findings.stream().mapToDouble(Certificate.Finding::worst).toArray()),
        number(
            "allowed",
            "0E0",
            findings.stream().mapToDouble(Certificate.Finding::allowed).toArray()),
        texts("verdict", findings, Certificate.Finding::verdict));
  }

  private static <T> StringColumn texts(String name, List<T> rows, Function<T, String> text) {
    return StringColumn.create(name, rows.stream().map(text));
  }

  /**
   * Any texts by name, a row for each, in the map's order.
   *
   * @param title of the table
   * @param fields by name
   * @return field and value
   */
  public static Table of(String title, Map<String, String> fields) {
    return Table.create(
        title,
        StringColumn.create("field", fields.keySet()),
        StringColumn.create("value", fields.values()));
  }

  /**
   * Tables of the same columns under each other, with a first column that says which is which.
   *
   * @param title of the table
   * @param first the first column's title, such as "loss"
   * @param tables by what the first column shows, in this order
   * @return one table
   * @throws IllegalArgumentException if there is no table, or columns differ
   */
  public static Table together(String title, String first, Map<String, Table> tables) {
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("there must be a table to put together, got none");
    }
    List<Table> labelled = new ArrayList<>();
    tables.forEach(
        (name, table) -> {
          String[] names = new String[table.rowCount()];
          Arrays.fill(names, name);
          labelled.add(table.copy().insertColumn(0, StringColumn.create(first, names)));
        });
    Table together = labelled.get(0).setName(title);
    for (Table table : labelled.subList(1, labelled.size())) {
      if (!table.columnNames().equals(together.columnNames())) {
        throw new IllegalArgumentException(
            "all tables must have the columns "
                + together.columnNames()
                + ", got "
                + table.columnNames());
      }
      together.append(table);
    }
    return together;
  }

  /**
   * A column of figures that keeps every digit and prints few, for tables of one's own.
   *
   * @param name of the column, with its unit
   * @param pattern what is printed, as for {@link DecimalFormat}: {@code "0.000"}
   * @param values the figures; NaN is missing, and printed as a dash
   * @return the column
   */
  public static DoubleColumn number(String name, String pattern, double... values) {
    DoubleColumn column = DoubleColumn.create(name, values);
    // Figures look alike in every country.
    column.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)), "–"));
    return column;
  }

  private static <T> DoubleColumn figures(
      String name, String pattern, List<T> rows, ToDoubleFunction<T> figure) {
    return number(name, pattern, rows.stream().mapToDouble(figure).toArray());
  }

  private static <T> LongColumn whole(String name, List<T> rows, ToLongFunction<T> count) {
    return whole(name, rows.stream().mapToLong(count).toArray());
  }

  private static LongColumn whole(String name, long... values) {
    LongColumn column = LongColumn.create(name, values);
    column.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)), "–"));
    return column;
  }
}

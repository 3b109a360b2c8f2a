package nearfar.notebook;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import nearfar.evaluation.Interval;
import nearfar.evaluation.Spread;
import org.jspecify.annotations.Nullable;

/**
 * A claim that could fail. It is supported if the whole 95 % interval of its figure is on the
 * rule's side, contradicted if the whole interval is on the other side, and undecided else.
 *
 * <p>A claim proves nothing if its rule cannot fail, so the measure states its range, and a rule
 * that all of the range keeps, or none of it, is refused. Nor does it if the rule also comes out
 * where nothing is to be found: so there is a control, and a claim whose control is supported too
 * is an error of the page.
 */
public final class Claim {

  /** What became of a claim. */
  public enum Verdict {
    /** The whole interval keeps the rule. */
    SUPPORTED("supported"),
    /** The whole interval breaks the rule. */
    CONTRADICTED("contradicted"),
    /** The interval has both. */
    UNDECIDED("undecided");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** What was found, as text, and the verdict. */
  record Outcome(String figure, String control, Verdict verdict) {}

  private record Measure(String what, double lowest, double highest) {}

  private record Rule(boolean above, double threshold) {

    boolean keeps(double value) {
      return above ? value > threshold : value < threshold;
    }

    Verdict of(Interval interval) {
      boolean lower = keeps(interval.lower());
      boolean upper = keeps(interval.upper());
      return lower && upper
          ? Verdict.SUPPORTED
          : lower || upper ? Verdict.UNDECIDED : Verdict.CONTRADICTED;
    }

    @Override
    public String toString() {
      return (above ? "> " : "< ") + number(threshold);
    }
  }

  private record Units(int size, String what, double deviation) {

    @Override
    public String toString() {
      return size + " " + what + "; detects " + number(new Spread(0, deviation, size).detectable());
    }
  }

  private final Claims claims;
  private final String statement;
  private @Nullable Measure measure;
  private @Nullable Rule rule;
  private @Nullable Units units;
  private @Nullable String control;
  private Set<Verdict> expected = EnumSet.of(Verdict.SUPPORTED);
  private final Map<String, Set<Verdict>> expectedOn = new LinkedHashMap<>();
  private @Nullable Outcome outcome;

  Claim(Claims claims, String statement) {
    this.claims = claims;
    this.statement = statement;
  }

  /**
   * States the primary measure.
   *
   * @param what the figure, its unit, and which images it is of
   * @param lowest the lowest value that it could take
   * @param highest the highest value that it could take; infinite if it has no bound
   * @return this claim
   * @throws IllegalArgumentException if the range is empty
   */
  public Claim measure(String what, double lowest, double highest) {
    if (!(lowest < highest)) {
      throw new IllegalArgumentException(
          "a measure needs a range, got [" + lowest + ", " + highest + "]");
    }
    measure = new Measure(what, lowest, highest);
    return this;
  }

  /**
   * The rule: the figure is above a threshold.
   *
   * @param threshold in the measure's range
   * @return this claim
   * @throws IllegalArgumentException if the range makes the rule one that cannot fail, or cannot
   *     hold
   * @throws IllegalStateException if there is no measure yet
   */
  public Claim above(double threshold) {
    return rule(new Rule(true, threshold));
  }

  /**
   * The rule: the figure is below a threshold.
   *
   * @param threshold in the measure's range
   * @return this claim
   * @throws IllegalArgumentException if the range makes the rule one that cannot fail, or cannot
   *     hold
   * @throws IllegalStateException if there is no measure yet
   */
  public Claim below(double threshold) {
    return rule(new Rule(false, threshold));
  }

  private Claim rule(Rule stated) {
    Measure of = given(measure, "measure");
    if (stated.keeps(of.lowest()) == stated.keeps(of.highest())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the rule \"%s\" %s for any value in [%s, %s], so it says nothing: %s",
              stated,
              stated.keeps(of.lowest()) ? "holds" : "fails",
              number(of.lowest()),
              number(of.highest()),
              statement));
    }
    rule = stated;
    return this;
  }

  /**
   * The design: how many independent units there are, and how far they are expected to differ.
   *
   * @param size how many, at least 2
   * @param what what they are, such as "seeds" or "unseen classes"
   * @param deviation the standard deviation among them, from a pilot with other seeds: from it the
   *     smallest effect that this design can show is computed ({@link Spread#detectable()})
   * @return this claim
   * @throws IllegalArgumentException if there are fewer than 2 units, or the deviation is negative
   */
  public Claim units(int size, String what, double deviation) {
    // Also refuses what no spread can have.
    units = new Units(new Spread(0, deviation, size).size(), what, deviation);
    return this;
  }

  /**
   * The control: what is measured in the same way although there is nothing to be found, such as
   * shuffled labels, an untrained network, or the same loss under two names.
   *
   * @param what what the control is
   * @return this claim
   */
  public Claim control(String what) {
    control = what;
    return this;
  }

  /**
   * The verdict that the page's text says; {@link Verdict#SUPPORTED} if nothing else is said. A
   * text such as "it does not pay" is true of two: contradicted, and undecided.
   *
   * @param verdict on the data sets that pages are written for
   * @param others that the text is true of as well
   * @return this claim
   */
  public Claim expect(Verdict verdict, Verdict... others) {
    expected = EnumSet.of(verdict, others);
    return this;
  }

  /**
   * The verdict that the page's text says for one of the data sets.
   *
   * @param dataset "glyphs" or "omniglot"
   * @param verdict on that set
   * @param others that the text is true of as well
   * @return this claim
   * @throws IllegalArgumentException if no page is written for such a set
   */
  public Claim expect(String dataset, Verdict verdict, Verdict... others) {
    if (!Claims.WRITTEN_FOR.contains(dataset)) {
      throw new IllegalArgumentException(
          "pages are written for " + Claims.WRITTEN_FOR + ", got " + dataset);
    }
    expectedOn.put(dataset, EnumSet.of(verdict, others));
    return this;
  }

  /**
   * Judges the claim by the figures of independent units: Student's interval of their mean.
   *
   * @param values a figure for each unit, two or more
   * @param control the same figures of the control, two or more
   * @return the verdict
   * @throws AssertionError on data that the page is written for, in its full form, if the control
   *     is supported too, or the verdict is not the one that was expected
   * @throws IllegalArgumentException if a figure is outside of the measure's range
   * @throws IllegalStateException if the claim was not stated in full
   */
  public Verdict judge(double[] values, double[] control) {
    Spread spread = Spread.of(values);
    return judge(
        spread.interval(), Spread.of(control).interval(), "detects " + number(spread.detectable()));
  }

  /**
   * Judges the claim by an interval, such as a bootstrap's over classes; a figure without any
   * uncertainty is an interval of width 0.
   *
   * @param value the figure with its 95 % interval
   * @param control the control's
   * @return the verdict
   * @throws AssertionError on data that the page is written for, in its full form, if the control
   *     is supported too, or the verdict is not the one that was expected
   * @throws IllegalArgumentException if a figure is outside of the measure's range
   * @throws IllegalStateException if the claim was not stated in full
   */
  public Verdict judge(Interval value, Interval control) {
    return judge(value, control, "interval " + number(value.width()) + " wide");
  }

  private Verdict judge(Interval value, Interval controlValue, String precision) {
    complete();
    checkRange(value);
    checkRange(controlValue);
    Rule stated = given(rule, "rule");
    Verdict found = stated.of(value);
    Verdict controls = stated.of(controlValue);
    outcome =
        new Outcome(
            text(value),
            text(controlValue) + " (" + given(control, "control") + "): " + controls.word(),
            found);
    String line =
        String.format(
            Locale.ROOT,
            "%s: %s: %s, rule %s; %s. Control (%s): %s, %s",
            found.word(),
            statement.endsWith(".") ? statement.substring(0, statement.length() - 1) : statement,
            text(value),
            stated,
            precision,
            given(control, "control"),
            text(controlValue),
            controls.word());
    if (claims.binding()) {
      if (controls == Verdict.SUPPORTED) {
        throw new AssertionError("✗ the control passes too, so the claim proves nothing: " + line);
      }
      Set<Verdict> said = expectedOn.getOrDefault(claims.dataset(), expected);
      if (!said.contains(found)) {
        String words = said.stream().map(Verdict::word).collect(Collectors.joining(" or "));
        throw new AssertionError("✗ the text says \"" + words + "\": " + line);
      }
      System.out.println("✓ " + line);
    } else {
      System.out.println("○ " + (claims.quick() ? "(quick form, means nothing) " : "here ") + line);
    }
    return found;
  }

  private void checkRange(Interval value) {
    Measure of = given(measure, "measure");
    if (!(value.estimate() >= of.lowest() && value.estimate() <= of.highest())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "\"%s\" was stated to be in [%s, %s], got %s",
              of.what(),
              number(of.lowest()),
              number(of.highest()),
              number(value.estimate())));
    }
  }

  void complete() {
    given(measure, "measure");
    given(rule, "rule");
    given(units, "number of units");
    given(control, "control");
  }

  private <T> T given(@Nullable T part, String name) {
    if (part == null) {
      throw new IllegalStateException(
          "a claim needs a measure, a rule, units and a control; there is no "
              + name
              + " for: "
              + statement);
    }
    return part;
  }

  String statement() {
    return statement;
  }

  String measureText() {
    return given(measure, "measure").what();
  }

  String ruleText() {
    return given(rule, "rule").toString();
  }

  String designText() {
    return given(units, "number of units").toString();
  }

  String controlText() {
    return given(control, "control");
  }

  @Nullable Outcome outcome() {
    return outcome;
  }

  private static String text(Interval value) {
    return number(value.estimate())
        + " ["
        + number(value.lower())
        + ", "
        + number(value.upper())
        + "]";
  }

  /** Three digits that say something, and none more. */
  private static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int digits = size == 0 ? 0 : Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + Math.min(digits, 4) + "f", value + 0.0);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}

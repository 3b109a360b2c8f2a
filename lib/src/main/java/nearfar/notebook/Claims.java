package nearfar.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The measured claims of a page. Each is stated before the run that it is about: its measure, its
 * rule, the number of units, the smallest effect that so many units can show, and a control for
 * which the rule must not come out.
 *
 * <pre>{@code
 * var claims = Page.claims();
 * var better = claims.claim("The network finds more neighbours than raw pixels do.")
 *     .measure("Recall@1 of the network minus that of raw pixels, unseen classes", -1, 1)
 *     .above(0)
 *     .units(3, "seeds", 0.01)
 *     .control("the same network before its first step");
 * show(claims.stated());
 * better.judge(new double[] {0.08, 0.07, 0.09}, new double[] {-0.03, -0.01, -0.02});
 * show(claims.verdicts());
 * }</pre>
 */
public final class Claims {

  /** The data that pages are written for: there, a verdict must be the text's. */
  static final Set<String> WRITTEN_FOR = Set.of("glyphs", "omniglot");

  private final String dataset;
  private final boolean quick;
  private final List<Claim> all = new ArrayList<>();

  Claims(String dataset, boolean quick) {
    this.dataset = dataset;
    this.quick = quick;
  }

  /**
   * Begins to state a claim.
   *
   * @param statement one sentence
   * @return the claim, to be completed with a measure, a rule, its units and a control
   */
  public Claim claim(String statement) {
    Claim claim = new Claim(this, statement);
    all.add(claim);
    return claim;
  }

  String dataset() {
    return dataset;
  }

  /** Whether a verdict that is not the text's stops the page. */
  boolean binding() {
    return WRITTEN_FOR.contains(dataset) && !quick;
  }

  boolean quick() {
    return quick;
  }

  /**
   * What is claimed, before the run.
   *
   * @return a row for each claim: statement, measure, rule, units with the smallest effect that
   *     they can show, control
   * @throws IllegalStateException if a claim lacks one of them
   */
  public Table stated() {
    all.forEach(Claim::complete);
    return Table.create(
        "Claims, stated before the run",
        column("claim", all, Claim::statement),
        column("measure", all, Claim::measureText),
        column("supported if", all, Claim::ruleText),
        column("design", all, Claim::designText),
        column("control", all, Claim::controlText));
  }

  /**
   * What came out.
   *
   * @return a row for each claim that was judged: statement, figure with its 95 % interval, the
   *     control's, verdict
   */
  public Table verdicts() {
    List<Claim> judged = all.stream().filter(claim -> claim.outcome() != null).toList();
    return Table.create(
        "Verdicts" + (quick ? " of the quick form, which mean nothing" : " on " + dataset),
        column("claim", judged, Claim::statement),
        column("figure [95 % interval]", judged, claim -> outcome(claim).figure()),
        column("supported if", judged, Claim::ruleText),
        column("control", judged, claim -> outcome(claim).control()),
        column("verdict", judged, claim -> outcome(claim).verdict().word()));
  }

  private static Claim.Outcome outcome(Claim claim) {
    return Objects.requireNonNull(claim.outcome());
  }

  private static StringColumn column(String name, List<Claim> rows, Function<Claim, String> text) {
    return StringColumn.create(name, rows.stream().map(text));
  }
}

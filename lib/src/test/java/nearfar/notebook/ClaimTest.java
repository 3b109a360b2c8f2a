package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import nearfar.evaluation.Interval;
import nearfar.notebook.Claim.Verdict;
import org.junit.jupiter.api.Test;

class ClaimTest {

  private static final double[] NOTHING = {-0.1, 0.1, 0.05, -0.05};

  private final Claims glyphs = new Claims("glyphs", false);
  private final Claims readers = new Claims("/some/folder", false);

  private static Claim better(Claims claims) {
    return claims
        .claim("The network is better.")
        .measure("difference in Recall@1", -1, 1)
        .above(0.05)
        .units(4, "seeds", 0.05)
        .control("the same network twice");
  }

  private static double[] around(double mean) {
    return new double[] {mean - 0.01, mean + 0.01, mean, mean};
  }

  @Test
  void theIntervalDecidesBetweenThreeVerdicts() {
    assertEquals(Verdict.SUPPORTED, better(readers).judge(around(0.2), NOTHING));
    assertEquals(Verdict.CONTRADICTED, better(readers).judge(around(-0.2), NOTHING));
    assertEquals(Verdict.UNDECIDED, better(readers).judge(around(0.05), NOTHING));
    Interval wide = new Interval(0.3, -0.1, 0.7);
    assertEquals(Verdict.UNDECIDED, better(readers).judge(wide, wide));
  }

  @Test
  void belowIsTheMirrorOfAbove() {
    Claim smaller =
        readers
            .claim("smaller")
            .measure("degrees", 0, 180)
            .below(20)
            .units(3, "seeds", 1)
            .control("softmax");
    assertEquals(
        Verdict.SUPPORTED, smaller.judge(new Interval(10, 9, 11), new Interval(30, 29, 31)));
    assertEquals(
        Verdict.CONTRADICTED, smaller.judge(new Interval(30, 29, 31), new Interval(30, 29, 31)));
  }

  @Test
  void aControlThatPassesTooThrows() {
    AssertionError error =
        assertThrows(AssertionError.class, () -> better(glyphs).judge(around(0.2), around(0.3)));
    assertTrue(error.getMessage().contains("the control passes too"), error.getMessage());
    assertTrue(error.getMessage().contains("the same network twice"), error.getMessage());
  }

  @Test
  void aRuleThatCannotFailOrCannotHoldThrows() {
    for (double threshold : new double[] {-1.5, 1, 2}) {
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class,
              () -> glyphs.claim("empty").measure("difference", -1, 1).above(threshold));
      assertTrue(error.getMessage().contains("says nothing"), error.getMessage());
    }
    // A corrected p that cannot be below 60 · 2 / 2001 is never below 0.05.
    assertThrows(
        IllegalArgumentException.class,
        () -> glyphs.claim("real").measure("Holm's p", 60 * 2 / 2001.0, 1).below(0.05));
  }

  @Test
  void onItsOwnDataTheVerdictMustBeTheTexts() {
    AssertionError error =
        assertThrows(AssertionError.class, () -> better(glyphs).judge(around(-0.2), NOTHING));
    assertTrue(error.getMessage().contains("the text says \"supported\""), error.getMessage());
    Claim honest = better(glyphs).expect(Verdict.UNDECIDED);
    assertEquals(Verdict.UNDECIDED, honest.judge(around(0.05), NOTHING));
    assertThrows(AssertionError.class, () -> honest.judge(around(0.2), NOTHING));
    Claim not = better(glyphs).expect(Verdict.CONTRADICTED, Verdict.UNDECIDED);
    assertEquals(Verdict.CONTRADICTED, not.judge(around(-0.2), NOTHING));
    assertEquals(Verdict.UNDECIDED, not.judge(around(0.05), NOTHING));
    assertThrows(AssertionError.class, () -> not.judge(around(0.2), NOTHING));
  }

  @Test
  void aSetMayHaveAVerdictOfItsOwn() {
    Claim there = better(new Claims("omniglot", false)).expect("omniglot", Verdict.CONTRADICTED);
    assertEquals(Verdict.CONTRADICTED, there.judge(around(-0.2), NOTHING));
    assertThrows(IllegalArgumentException.class, () -> there.expect("mnist", Verdict.SUPPORTED));
  }

  @Test
  void onAReadersDataAndInTheQuickFormThePageGoesOn() {
    assertEquals(Verdict.SUPPORTED, better(readers).judge(around(0.2), around(0.3)));
    Claims quick = new Claims("glyphs", true);
    assertEquals(Verdict.CONTRADICTED, better(quick).judge(around(-0.2), around(0.3)));
  }

  @Test
  void aClaimIsStatedInFullBeforeItIsJudged() {
    Claims claims = new Claims("glyphs", false);
    Claim bare = claims.claim("bare").measure("difference", -1, 1).above(0);
    assertThrows(IllegalStateException.class, () -> bare.judge(around(0.2), NOTHING));
    assertThrows(IllegalStateException.class, claims::stated);
    assertThrows(IllegalStateException.class, () -> claims.claim("no measure").above(0));
    assertThrows(IllegalArgumentException.class, () -> bare.units(1, "seed", 0.1));
  }

  @Test
  void aFigureOutsideOfItsStatedRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> better(readers).judge(around(1.7), NOTHING));
  }

  @Test
  void tablesSayWhatWasStatedAndWhatCameOut() {
    Claims claims = new Claims("glyphs", false);
    Claim claim = better(claims);
    String stated = claims.stated().print();
    assertTrue(stated.contains("> 0.05"), stated);
    // (t of 3 degrees of freedom, 3.182, + 0.842) · 0.05 / √4
    assertTrue(stated.contains("4 seeds; detects 0.101"), stated);
    assertEquals(0, claims.verdicts().rowCount());
    claim.judge(around(0.2), NOTHING);
    String verdicts = claims.verdicts().print();
    assertTrue(verdicts.contains("supported"), verdicts);
    assertTrue(verdicts.contains("the same network twice"), verdicts);
  }
}

package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import nearfar.evaluation.AngleReport;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

class ClassAnglesTest {

  private static AngleReport.Side side(int classes, double spread) {
    Embeddings e = Clouds.random(20 * classes, 6, classes, spread, 1);
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add("an alphabet with a very long name/character" + c);
    }
    return AngleReport.of(e.withClassNames(names), null, null).train();
  }

  @Test
  void showsBothDistributionsOfEachClassAndCutsNothingOff() {
    AngleReport.Side side = side(30, 0.6);
    Picture picture = Charts.anglesByClass(side, 12);
    assertEquals(0, Ink.onBorder(picture.image(), 12));
    assertEquals(640, picture.width());
    assertTrue(Ink.of(picture.image(), 0x0072B2) > 1000, "own, blue");
    assertTrue(Ink.of(picture.image(), 0xE69F00) > 1000, "others, orange");
    String alt = picture.altText();
    assertTrue(
        alt.startsWith("Angles to class means: the 12 of 30 classes that overlap most; "), alt);
    assertEquals(13, alt.split("; ").length);
    assertTrue(alt.contains(side.classes().get(0).name()), alt);
    assertArrayEquals(picture.png(), Charts.anglesByClass(side, 12).png());
    Picture all = Charts.anglesByClass(side(3, 2), 40);
    assertTrue(all.altText().startsWith("Angles to class means, by class (3); "));
    assertEquals(0, Ink.onBorder(all.image(), 12));
  }

  @Test
  void aWiderClassHasMoreBlue() {
    int tight = Ink.of(Charts.anglesByClass(side(5, 0.2), 5).image(), 0x0072B2);
    int wide = Ink.of(Charts.anglesByClass(side(5, 0.8), 5).image(), 0x0072B2);
    assertTrue(wide > 1.3 * tight, wide + " and " + tight);
    refused(() -> Charts.anglesByClass(side(3, 1), 0), "got 0");
  }
}

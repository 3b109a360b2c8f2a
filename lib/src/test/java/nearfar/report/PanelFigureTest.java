package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelFigureTest {

  private static Picture picture(int width, String text) {
    return Picture.of(new BufferedImage(2 * width, 200, BufferedImage.TYPE_INT_RGB), text);
  }

  @Test
  void showsEachPictureAtItsOwnSizeAndBreaksRowsBeforeLettersGetTooSmall() {
    PanelFigure figure = PanelFigure.of(3, List.of(picture(330, "one"), picture(240, "<two>")));
    Panels.assertSound(figure.html(), 2);
    assertEquals(List.of("one", "&lt;two&gt;"), Panels.altTexts(figure.html()));
    assertTrue(figure.html().contains("flex:1 1 302px;min-width:0px;max-width:330px"));
    assertTrue(figure.html().contains("flex:1 1 220px;min-width:0px;max-width:240px"));
    assertTrue(figure.html().contains("width=\"330\" height=\"100\""));
    assertEquals("one <two>", figure.altText());
    assertArrayEquals(
        Picture.grid(3, List.of(picture(330, "one"), picture(240, "<two>"))).png(),
        figure.picture().png());
  }

  @Test
  void noTwoPanelsAreDescribedAlike() {
    Picture same = picture(100, "the same");
    PanelFigure figure = PanelFigure.of(2, List.of(same, same, same));
    assertEquals(
        List.of("the same", "the same (2)", "the same (3)"), Panels.altTexts(figure.html()));
  }

  @Test
  void refusesNothingToShow() {
    refused(() -> PanelFigure.of(2, List.of()), "0 pictures");
    refused(() -> PanelFigure.of(0, List.of(picture(10, ""))), "0 columns");
  }
}

package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn of boxes and arrows. */
class DiagramsTest {

  private static final double[][] BEFORE = {{0, 0}, {3, 4}, {0, -1}};
  private static final double[][] AFTER = {{0, 0}, {0, 1}, {-6, -8}};

  @Test
  void thePipelineGoesFromTheImageToTheLoss() {
    PanelFigure figure = Charts.pipeline();
    Panels.assertSound(figure.html(), 3);
    assertTrue(figure.altText().startsWith("From an image to the loss: 1. image ("));
    assertTrue(figure.altText().contains("6. θ + m (the margin, only on the true class's angle)"));
    assertEquals(0, Ink.onBorder(figure.picture().image(), 8));
    assertLegible(figure);
  }

  @Test
  void aTripletSaysItsDistancesBeforeAndAfter() {
    PanelFigure figure = Charts.beforeAfter(BEFORE, AFTER);
    Panels.assertSound(figure.html(), 2);
    assertEquals(
        List.of(
            "Before: from the anchor to the positive 5.00, to the negative 1.00.",
            "After: from the anchor to the positive 1.00, to the negative 10.0."),
        Panels.altTexts(figure.html()));
    assertEquals(0, Ink.onBorder(figure.picture().image(), 8));
    assertLegible(figure);
    // Three in one point have neither arrows nor a direction to put letters in.
    Panels.assertSound(Charts.beforeAfter(new double[3][2], new double[3][2]).html(), 2);
    refused(
        () -> Charts.beforeAfter(BEFORE, new double[2][2]), "after", "[[0.0, 0.0], [0.0, 0.0]]");
    double[][] infinite = {{0, 0}, {1, Double.POSITIVE_INFINITY}, {0, 1}};
    refused(() -> Charts.beforeAfter(infinite, AFTER), "before", "Infinity");
  }

  private static void assertLegible(PanelFigure figure) {
    for (Panels.Text text : Panels.texts(figure.html())) {
      assertTrue(text.size() >= 12, text.toString());
    }
  }
}

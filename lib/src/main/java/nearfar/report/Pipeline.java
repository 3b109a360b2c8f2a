package nearfar.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;

/** From an image to the loss in nine boxes, three in a panel. */
final class Pipeline {

  private static final int WIDTH = 250;
  private static final int HEIGHT = 200;
  private static final int ROWS = 3;
  private static final double BOX = 92;
  private static final double TALL = 40;
  private static final double APART = 60;
  private static final double TOP = 20;

  /**
   * A box.
   *
   * @param sign in it
   * @param first line beside it
   * @param second line beside it
   * @param ground of the box
   */
  private record Step(String sign, String first, String second, Color ground) {}

  private static final Color PLAIN = new Color(0xF3, 0xF3, 0xF3);
  private static final Color ON_THE_SPHERE = Planes.onWhite(Style.color(Style.BLUE), 0.14);
  private static final Color MARGIN = Planes.onWhite(Style.color(Style.ORANGE), 0.3);

  private static final List<Step> STEPS =
      List.of(
          new Step("image", "pixels, in channels,", "rows and columns", PLAIN),
          new Step("network", "layers with weights;", "they are learned", PLAIN),
          new Step("x", "the embedding:", "D numbers", PLAIN),
          new Step("x / ‖x‖", "normalised: length 1,", "only the direction", ON_THE_SPHERE),
          new Step("θ", "the angles between x", "and all class vectors", ON_THE_SPHERE),
          new Step("θ + m", "the margin, only on", "the true class's angle", MARGIN),
          new Step("s · cos", "logits: cosines times", "the scale s", ON_THE_SPHERE),
          new Step("softmax", "probabilities p of", "the classes, sum 1", PLAIN),
          new Step("−log p", "the loss, with the", "true class's p", PLAIN));

  private Pipeline() {}

  static PanelFigure figure() {
    List<Drawing> panels = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int from = 0; from < STEPS.size(); from += ROWS) {
      panels.add(panel(from));
      texts.add("Steps " + (from + 1) + " to " + (from + ROWS) + ":" + words(from, from + ROWS));
    }
    String heading =
        "Boxes in the order of their numbers. Blue: on the unit sphere. Orange: the margin, in"
            + " training only. Plain softmax goes from x to the logits w·x + b directly.";
    return PanelFigure.of(
        "From an image to the loss",
        List.of(heading),
        List.of(panels),
        texts,
        "From an image to the loss:" + words(0, STEPS.size()));
  }

  private static String words(int from, int to) {
    StringBuilder words = new StringBuilder();
    for (int i = from; i < to; i++) {
      Step step = STEPS.get(i);
      words.append(' ').append(i + 1).append(". ").append(step.sign()).append(" (");
      words.append(step.first()).append(' ').append(step.second()).append(")");
      words.append(i + 1 == to ? "." : ",");
    }
    return words.toString();
  }

  private static Drawing panel(int from) {
    Drawing paper = new Drawing(WIDTH, HEIGHT);
    Font sign = Style.font(Font.BOLD, 13);
    double x = 8 + BOX / 2;
    for (int row = 0; row < ROWS; row++) {
      Step step = STEPS.get(from + row);
      double top = TOP + row * APART;
      RoundRectangle2D box = new RoundRectangle2D.Double(8, top, BOX, TALL, 8, 8);
      paper.fill(box, step.ground());
      paper.line(box, Style.FRAME, 1);
      paper.text(Integer.toString(from + row + 1), 13, top + 10, 0, Canvas.TEXT, Style.INK);
      paper.text(step.sign(), x + 4, top + TALL / 2 + 2, 0.5, sign, Style.INK);
      paper.text(step.first(), BOX + 15, top + 12, 0, Canvas.TEXT, Style.INK);
      paper.text(step.second(), BOX + 15, top + 28, 0, Canvas.TEXT, Style.INK);
      if (from + row > 0) {
        arrow(paper, x, row == 0 ? 3 : top - (APART - TALL) + 2, top - 1);
      }
    }
    if (from + ROWS < STEPS.size()) {
      double bottom = TOP + (ROWS - 1) * APART + TALL;
      arrow(paper, x, bottom + 2, HEIGHT - 2.0);
    }
    return paper;
  }

  private static void arrow(Drawing paper, double x, double from, double to) {
    paper.line(new Line2D.Double(x, from, x, to - 5), Style.INK, 1.6f);
    Path2D head = new Path2D.Double();
    head.moveTo(x - 4, to - 7);
    head.lineTo(x + 4, to - 7);
    head.lineTo(x, to);
    head.closePath();
    paper.fill(head, Style.INK);
  }
}

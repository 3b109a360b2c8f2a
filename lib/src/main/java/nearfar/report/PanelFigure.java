package nearfar.report;

import java.awt.Graphics2D;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Panels that stand side by side where there is room and in one column where there is not, each
 * with a description of its own. It is had in three forms: as HTML that needs nothing else, as one
 * {@link Picture} for what shows no HTML, and in words. Immutable.
 *
 * <p>In HTML no panel is shown wider than it is, and a row is broken before letters would be
 * smaller than 11/12 of their size (for charts, 11 pixels of the page); only a panel that is wider
 * than the page is made smaller.
 */
public final class PanelFigure {

  private static final int GAP = 8;
  private static final int LINE = 22;

  /**
   * A panel in HTML.
   *
   * @param address of the image, which is in it
   * @param width in pixels of the page
   * @param height in pixels of the page
   * @param least width from which its letters can be read
   * @param most width at which it is shown
   * @param altText what there is to see
   */
  private record Panel(
      String address, int width, int height, int least, int most, String altText) {}

  /** Panels under a line of text, which may be empty. */
  private record Row(String heading, List<Panel> panels) {}

  private final String title;
  private final List<Row> rows;
  private final Picture picture;

  private PanelFigure(String title, List<Row> rows, Picture picture) {
    this.title = title;
    this.rows = rows;
    this.picture = picture;
  }

  /**
   * Pictures as panels, such as charts that would be too small side by side in one picture.
   *
   * @param columns how many in a row of {@link #picture()}; HTML has as many as there is room for
   * @param pictures one or more, up to 350 pixels wide if telephones are to show them legibly
   * @return the figure
   * @throws IllegalArgumentException if there is no picture or no column
   */
  public static PanelFigure of(int columns, List<Picture> pictures) {
    Picture grid = Picture.grid(columns, pictures);
    return new PanelFigure("", List.of(new Row("", panels(pictures, 11 / 12.0))), grid);
  }

  /** Pictures in rows under headings, which may be shown at this share of their width. */
  static PanelFigure of(
      String title,
      List<String> headings,
      List<List<Picture>> pictures,
      double share,
      String altText) {
    List<Row> rows = new ArrayList<>();
    List<Picture> sheet = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      rows.add(new Row(headings.get(i), panels(pictures.get(i), share)));
      if (!headings.get(i).isEmpty()) {
        sheet.add(heading(headings.get(i)));
      }
      sheet.add(Picture.grid(pictures.get(i).size(), pictures.get(i)));
    }
    return new PanelFigure(title, rows, Picture.of(Picture.grid(1, sheet).image(), altText));
  }

  private static Picture heading(String text) {
    Canvas canvas = new Canvas((int) Style.width(text, Canvas.LABEL) + 20, LINE);
    canvas.text(text, 8, LINE / 2.0, 0, Canvas.LABEL, Style.INK);
    return canvas.picture(text);
  }

  private static List<Panel> panels(List<Picture> pictures, double share) {
    List<Panel> panels = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    for (Picture p : pictures) {
      String text = p.altText();
      for (int i = 2; !texts.add(text); i++) {
        text = p.altText() + " (" + i + ")";
      }
      int width = p.width();
      int height = Math.max(1, p.image().getHeight() / Picture.SCALE);
      String address = address("image/png", p.png());
      panels.add(new Panel(address, width, height, (int) (share * width), width, text));
    }
    return List.copyOf(panels);
  }

  private static String address(String type, byte[] file) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file);
  }

  /** Drawings of one size in rows under headings; altTexts are a text for each, row by row. */
  static PanelFigure of(
      String title,
      List<String> headings,
      List<List<Drawing>> drawings,
      List<String> altTexts,
      String altText) {
    List<Row> rows = new ArrayList<>();
    int i = 0;
    for (List<Drawing> row : drawings) {
      List<Panel> panels = new ArrayList<>();
      for (Drawing d : row) {
        byte[] svg = d.svg().getBytes(StandardCharsets.UTF_8);
        int width = d.width();
        panels.add(
            new Panel(
                address("image/svg+xml", svg),
                width,
                d.height(),
                width * 23 / 24,
                width * 3 / 2,
                altTexts.get(i++)));
      }
      rows.add(new Row(headings.get(rows.size()), List.copyOf(panels)));
    }
    return new PanelFigure(title, rows, sheet(title, headings, drawings, altText));
  }

  private static Picture sheet(
      String title, List<String> headings, List<List<Drawing>> drawings, String altText) {
    int width = 0;
    for (List<Drawing> row : drawings) {
      width = Math.max(width, row.stream().mapToInt(d -> d.width() + GAP).sum() - GAP);
    }
    List<List<String>> broken = new ArrayList<>();
    int top = Canvas.titleHeight(title, width + 2 * Canvas.MARGIN);
    int height = top;
    for (int r = 0; r < drawings.size(); r++) {
      broken.add(Style.broken(headings.get(r), Canvas.LABEL, width - 16.0));
      height += LINE * broken.get(r).size() + GAP + tallest(drawings.get(r));
    }
    Canvas canvas = new Canvas(width + 2 * Canvas.MARGIN, height + Canvas.MARGIN - GAP);
    canvas.title(title);
    Graphics2D g = canvas.graphics();
    double y = top;
    for (int r = 0; r < drawings.size(); r++) {
      for (String line : broken.get(r)) {
        canvas.text(line, Canvas.MARGIN + 8.0, y + 10, 0, Canvas.LABEL, Style.INK);
        y += LINE;
      }
      double x = Canvas.MARGIN;
      for (Drawing d : drawings.get(r)) {
        g.translate(x, y);
        d.paint(g);
        g.translate(-x, -y);
        x += d.width() + GAP;
      }
      y += GAP + tallest(drawings.get(r));
    }
    return canvas.picture(altText);
  }

  private static int tallest(List<Drawing> row) {
    return row.stream().mapToInt(Drawing::height).max().orElse(0);
  }

  /**
   * The figure as HTML: styles and images are inside, there is no script, and the ground is white
   * on dark pages too.
   *
   * @return one element
   */
  public String html() {
    StringBuilder out =
        new StringBuilder(
            "<div style=\"background-color:#ffffff;color:#222222;padding:8px;border-radius:6px\">");
    if (!title.isEmpty()) {
      out.append("<div style=\"font-weight:bold;font-size:15px;text-align:center\">");
      out.append(Drawing.escape(title)).append("</div>");
    }
    for (Row row : rows) {
      if (!row.heading().isEmpty()) {
        out.append("<div style=\"font-size:13px;line-height:1.35;padding:8px 8px 2px 8px\">");
        out.append(Drawing.escape(row.heading())).append("</div>");
      }
      out.append("<div style=\"display:flex;flex-wrap:wrap;justify-content:center\">");
      for (Panel p : row.panels()) {
        out.append("<div style=\"flex:1 1 ").append(p.least()).append("px;min-width:0px;");
        out.append("max-width:").append(p.most()).append("px;padding:4px\">");
        out.append("<img style=\"display:block;width:100%;height:auto\" width=\"");
        out.append(p.width()).append("\" height=\"").append(p.height());
        out.append("\" alt=\"").append(Drawing.escape(p.altText()));
        out.append("\" src=\"").append(p.address()).append("\"></div>");
      }
      out.append("</div>");
    }
    return out.append("</div>").toString();
  }

  /**
   * All panels in one image, for what shows no HTML.
   *
   * @return the picture, {@link #altText()} with it
   */
  public Picture picture() {
    return picture;
  }

  /**
   * What there is to see on all panels, for those who do not see them.
   *
   * @return plain text, not escaped for HTML
   */
  public String altText() {
    return picture.altText();
  }
}

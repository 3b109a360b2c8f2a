package nearfar.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import nearfar.report.Animation;
import nearfar.report.Markdown;
import nearfar.report.PanelFigure;
import nearfar.report.Picture;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * How values become outputs. Every one gets a text of its own: the kernel would add {@code
 * toString()}, which for a chart is an address that changes from run to run.
 */
final class Renderers {

  private Renderers() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(Chart.class)
        .preferring(MIMEType.IMAGE_PNG)
        .supporting(MIMEType.IMAGE_PNG, MIMEType.IMAGE_SVG, MIMEType.TEXT_PLAIN)
        .register(Renderers::chart);
    renderer
        .createRegistration(Picture.class)
        .preferring(MIMEType.IMAGE_PNG)
        .supporting(MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN)
        .register((picture, context) -> picture(picture, context.getOutputContainer()));
    renderer
        .createRegistration(PanelFigure.class)
        .preferring(MIMEType.TEXT_HTML)
        .supporting(MIMEType.TEXT_HTML, MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN)
        .register((figure, context) -> panels(figure, context.getOutputContainer()));
    renderer
        .createRegistration(Animation.class)
        .preferring(MIMEType.IMAGE_GIF)
        .supporting(MIMEType.IMAGE_GIF, MIMEType.TEXT_PLAIN)
        .register(
            (animation, context) ->
                image(
                    MIMEType.IMAGE_GIF,
                    animation.gif(),
                    animation.width(),
                    animation.altText(),
                    context.getOutputContainer()));
    renderer
        .createRegistration(BufferedImage.class)
        .preferring(MIMEType.IMAGE_PNG)
        .supporting(MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN)
        .register((image, context) -> image(image, context.getOutputContainer()));
    renderer
        .createRegistration(Table.class)
        .preferring(MIMEType.TEXT_HTML)
        .supporting(MIMEType.TEXT_HTML, MIMEType.TEXT_PLAIN)
        .register(Renderers::table);
    renderer
        .createRegistration(Markdown.class)
        .preferring(MIMEType.TEXT_MARKDOWN)
        .supporting(MIMEType.TEXT_MARKDOWN, MIMEType.TEXT_PLAIN)
        .register(Renderers::markdown);
    renderer
        .createRegistration(NDArray.class)
        .preferring(MIMEType.TEXT_PLAIN)
        .supporting(MIMEType.TEXT_PLAIN)
        .register((array, context) -> context.getOutputContainer().putText(ArrayText.of(array)));
    renderer
        .createRegistration(NDList.class)
        .preferring(MIMEType.TEXT_PLAIN)
        .supporting(MIMEType.TEXT_PLAIN)
        .register((list, context) -> context.getOutputContainer().putText(ArrayText.of(list)));
  }

  @SuppressWarnings("rawtypes") // The kernel registers by class, and a class has no arguments.
  private static void chart(Chart chart, RenderContext context) {
    Chart<?, ?> typed = chart;
    DisplayData out = context.getOutputContainer();
    context.renderIfRequested(MIMEType.IMAGE_SVG, () -> Picture.svg(typed));
    context.renderIfRequested(MIMEType.IMAGE_PNG, (type, data) -> picture(Picture.of(typed), data));
    out.putText(Picture.altText(typed));
  }

  static void picture(Picture picture, DisplayData out) {
    image(MIMEType.IMAGE_PNG, picture.png(), picture.width(), picture.altText(), out);
  }

  /** The best that a page can show: it takes HTML, and what shows none the image. */
  private static void panels(PanelFigure figure, DisplayData out) {
    out.putHTML(figure.html());
    picture(figure.picture(), out);
  }

  private static void image(BufferedImage image, DisplayData out) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String text = "image of " + image.getWidth() + " x " + image.getHeight() + " pixels";
    image(MIMEType.IMAGE_PNG, bytes.toByteArray(), image.getWidth(), text, out);
  }

  /** nbconvert and JupyterLab take the width from the metadata; nbconvert the alt text too. */
  private static void image(
      MIMEType type, byte[] file, int width, String altText, DisplayData out) {
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("width", width);
    metadata.put("alt", altText);
    out.putData(type, Base64.getEncoder().encodeToString(file), metadata);
    out.putText(altText);
  }

  private static void markdown(Markdown markdown, RenderContext context) {
    context.renderIfRequested(MIMEType.TEXT_MARKDOWN, markdown::text);
    context.getOutputContainer().putText(markdown.text());
  }

  private static void table(Table table, RenderContext context) {
    context.renderIfRequested(MIMEType.TEXT_HTML, () -> TableHtml.of(table));
    context.getOutputContainer().putText(table.print());
  }
}

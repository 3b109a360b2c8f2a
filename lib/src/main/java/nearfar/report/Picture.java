package nearfar.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;

/**
 * A chart or an image as pixels, with what a page needs beside them: how wide to show it, and its
 * description in words. Charts are drawn at 144 dpi, two pixels for each pixel of the page, so that
 * text stays sharp on fine screens. Immutable, but for those who write into {@link #image()}.
 */
public final class Picture {

  static final int SCALE = 2;
  private static final int GAP = 8;

  private final BufferedImage image;
  private final String altText;

  private Picture(BufferedImage image, String altText) {
    this.image = image;
    this.altText = altText;
  }

  /**
   * Draws a chart at twice its size.
   *
   * @param chart any XChart chart
   * @return the picture, {@link #altText(Chart)} with it
   */
  public static Picture of(Chart<?, ?> chart) {
    return of(chart, image -> {});
  }

  /** The chart over a ground that is drawn first, for which its own must be clear. */
  static Picture of(Chart<?, ?> chart, Consumer<BufferedImage> ground) {
    BufferedImage image =
        new BufferedImage(
            SCALE * chart.getWidth(), SCALE * chart.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    ground.accept(image);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(SCALE, SCALE);
    chart.paint(g, chart.getWidth(), chart.getHeight());
    g.dispose();
    return new Picture(image, altText(chart));
  }

  /**
   * Takes an image as it is; it is shown two of its pixels to one of the page.
   *
   * @param image the pixels
   * @param altText what there is to see, in words
   * @return the picture
   */
  public static Picture of(BufferedImage image, String altText) {
    return new Picture(image, altText);
  }

  /**
   * Pictures in rows, on white.
   *
   * @param columns how many in a row
   * @param pictures one or more
   * @return one picture of them all; its description is theirs, one after the other
   * @throws IllegalArgumentException if there is no picture or no column
   */
  public static Picture grid(int columns, List<Picture> pictures) {
    if (columns < 1 || pictures.isEmpty()) {
      throw new IllegalArgumentException(
          "a grid needs a column and a picture, got "
              + columns
              + " columns and "
              + pictures.size()
              + " pictures");
    }
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + across - 1) / across;
    int[] widths = new int[across];
    int[] heights = new int[down];
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage image = pictures.get(i).image;
      widths[i % across] = Math.max(widths[i % across], image.getWidth());
      heights[i / across] = Math.max(heights[i / across], image.getHeight());
    }
    int[] x = starts(widths);
    int[] y = starts(heights);
    BufferedImage sheet =
        new BufferedImage(
            x[across] - SCALE * GAP, y[down] - SCALE * GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      g.drawImage(pictures.get(i).image, x[i % across], y[i / across], null);
      texts.add(pictures.get(i).altText);
    }
    g.dispose();
    return new Picture(sheet, String.join(" ", texts));
  }

  /**
   * Charts in rows.
   *
   * @param columns how many in a row
   * @param charts one or more
   * @return one picture of them all
   * @throws IllegalArgumentException if there is no chart or no column
   */
  public static Picture grid(int columns, Chart<?, ?>... charts) {
    List<Picture> pictures = new ArrayList<>();
    for (Chart<?, ?> chart : charts) {
      pictures.add(of(chart));
    }
    return grid(columns, pictures);
  }

  private static int[] starts(int[] sizes) {
    int[] starts = new int[sizes.length + 1];
    for (int i = 0; i < sizes.length; i++) {
      starts[i + 1] = starts[i] + sizes[i] + SCALE * GAP;
    }
    return starts;
  }

  /**
   * The pixels, not a copy.
   *
   * @return the image, {@link #width()} × 2 pixels wide
   */
  public BufferedImage image() {
    return image;
  }

  /**
   * How wide to show it.
   *
   * @return in pixels of the page (CSS), half the image's
   */
  public int width() {
    return Math.max(1, image.getWidth() / SCALE);
  }

  /**
   * What there is to see, for those who do not see it.
   *
   * @return plain text, not escaped for HTML
   */
  public String altText() {
    return altText;
  }

  /**
   * The picture as a PNG file that says it has 144 dots per inch.
   *
   * @return the file's bytes
   */
  public byte[] png() {
    BufferedImage image = Palette.of(this.image);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(image), writer.getDefaultWriteParam());
      metadata.mergeTree("javax_imageio_png_1.0", resolution());
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, metadata));
    } catch (IIOInvalidTreeException e) {
      throw new IllegalStateException("this Java does not know a PNG's resolution", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOMetadataNode resolution() {
    String perMetre = Long.toString(Math.round(72 * SCALE / 0.0254));
    IIOMetadataNode size = new IIOMetadataNode("pHYs");
    size.setAttribute("pixelsPerUnitXAxis", perMetre);
    size.setAttribute("pixelsPerUnitYAxis", perMetre);
    size.setAttribute("unitSpecifier", "meter");
    IIOMetadataNode root = new IIOMetadataNode("javax_imageio_png_1.0");
    root.appendChild(size);
    return root;
  }

  /**
   * A chart as SVG: sharp at any size, but for scatter plots many times larger than PNG.
   *
   * @param chart any XChart chart
   * @return the document
   * @throws IllegalStateException if VectorGraphics2D, which XChart needs for it, is not there
   */
  public static String svg(Chart<?, ?> chart) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ChartEncoder.saveChart(chart, bytes, "svg");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError | RuntimeException e) {
      throw new IllegalStateException(
          "SVG needs de.erichseifert.vectorgraphics2d:VectorGraphics2D on the class path: "
              + e.getMessage(),
          e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * One sentence that says what a chart shows: its title, its axes and, with the figures in their
   * names, the series of its legend.
   *
   * @param chart any XChart chart
   * @return plain text, not escaped for HTML
   */
  public static String altText(Chart<?, ?> chart) {
    StringBuilder text = new StringBuilder(chart.getTitle().isBlank() ? "Chart" : chart.getTitle());
    if (chart instanceof AxesChart<?, ?> axes) {
      text.append(": ").append(axes.getYAxisTitle()).append(" against ");
      text.append(axes.getXAxisTitle());
    }
    List<String> names = new ArrayList<>();
    for (Series series : chart.getSeriesCollection()) {
      if (series.isShowInLegend()) {
        names.add(series.getName());
      }
    }
    if (names.size() > 12) {
      text.append("; ").append(names.size()).append(" series");
    } else if (!names.isEmpty()) {
      text.append("; ").append(String.join("; ", names));
    }
    return text.append('.').toString();
  }
}

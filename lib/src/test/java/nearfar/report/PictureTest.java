package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

class PictureTest {

  private static XYChart chart() {
    return Charts.lines(
        "A < B & C",
        "time (s)",
        "size (px)",
        Map.of("line", new double[][] {{1, 2, 4}, {3, 1, 2}}));
  }

  @Test
  void isAPngOf144DotsPerInchTwiceAsWideAsItIsShown() throws IOException {
    Picture picture = Picture.of(chart());
    byte[] png = picture.png();
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(1280, read.getWidth());
    assertEquals(800, read.getHeight());
    assertEquals(640, picture.width());
    assertEquals(Ink.all(picture.image()), Ink.all(read));
    // The chunk pHYs: pixels per metre across and down, and 1 for metres.
    int at = new String(png, StandardCharsets.ISO_8859_1).indexOf("pHYs") + 4;
    assertTrue(at > 4);
    ByteBuffer chunk = ByteBuffer.wrap(png, at, 9);
    assertEquals(5669, chunk.getInt());
    assertEquals(5669, chunk.getInt());
    assertEquals(1, chunk.get());
  }

  @Test
  void isTheSameBytesForTheSameChart() {
    assertArrayEquals(Picture.of(chart()).png(), Picture.of(chart()).png());
  }

  @Test
  void describesAChartInASentence() {
    assertEquals("A < B & C: size (px) against time (s); line.", Picture.altText(chart()));
  }

  @Test
  void countsSeriesWhereThereAreTooManyToName() {
    XYChart chart = chart();
    for (int i = 0; i < 12; i++) {
      chart.addSeries("s" + i, new double[] {1}, new double[] {1});
    }
    assertTrue(Picture.altText(chart).endsWith("; 13 series."), Picture.altText(chart));
  }

  @Test
  void isSvgOnRequest() throws Exception {
    String svg = Picture.svg(chart());
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    svg.replaceAll("<!DOCTYPE[^>]*>", "").getBytes(StandardCharsets.UTF_8)));
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertTrue(svg.contains("640"));
  }

  @Test
  void standsInRowsWithOthers() {
    Picture small = Picture.of(new BufferedImage(100, 50, BufferedImage.TYPE_INT_RGB), "Black.");
    Picture grid = Picture.grid(2, List.of(small, Picture.of(chart()), small));
    // Columns as wide as their widest, rows as high as their highest, 16 pixels between.
    assertEquals(100 + 16 + 1280, grid.image().getWidth());
    assertEquals(800 + 16 + 50, grid.image().getHeight());
    assertEquals(100 * 50, Ink.in(grid.image(), 0, 816, 100, 50));
    assertEquals(0, Ink.in(grid.image(), 100, 0, 16, 866));
    assertEquals("Black. A < B & C: size (px) against time (s); line. Black.", grid.altText());
    assertEquals(640, Picture.grid(3, chart()).width());
    refused(() -> Picture.grid(0, chart()), "0 columns");
    refused(() -> Picture.grid(2), "0 pictures");
  }
}

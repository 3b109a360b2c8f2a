package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

class AnimationTest {

  /**
   * What a browser makes of a GIF.
   *
   * @param seen the screen after each frame
   * @param places of what each frame changed
   * @param delays in hundredths of a second
   */
  private record Played(List<BufferedImage> seen, List<Rectangle> places, List<Integer> delays) {}

  private static Played play(byte[] gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    List<BufferedImage> seen = new ArrayList<>();
    List<Rectangle> places = new ArrayList<>();
    List<Integer> delays = new ArrayList<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
      reader.setInput(in);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        IIOMetadataNode root =
            (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode place = child(root, "ImageDescriptor");
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        assertEquals("doNotDispose", control.getAttribute("disposalMethod"));
        assertEquals(
            0, root.getElementsByTagName("LocalColorTable").getLength(), "a table of its own");
        BufferedImage part = reader.read(i);
        Rectangle at =
            new Rectangle(
                Integer.parseInt(place.getAttribute("imageLeftPosition")),
                Integer.parseInt(place.getAttribute("imageTopPosition")),
                part.getWidth(),
                part.getHeight());
        BufferedImage before = i == 0 ? part : seen.get(i - 1);
        BufferedImage now =
            new BufferedImage(before.getWidth(), before.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = now.createGraphics();
        g.drawImage(before, 0, 0, null);
        g.drawImage(part, at.x, at.y, null);
        g.dispose();
        seen.add(now);
        places.add(at);
        delays.add(Integer.parseInt(control.getAttribute("delayTime")));
      }
    } finally {
      reader.dispose();
    }
    return new Played(seen, places, delays);
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
  }

  /** White with a square of 8 pixels of the page that moves down the diagonal. */
  private static Picture square(int step, Color color) {
    BufferedImage image = new BufferedImage(200, 120, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 200, 120);
    g.setColor(color);
    g.fillRect(20 * step, 20 * step, 16, 16);
    g.dispose();
    return Picture.of(image, "A square at " + step + ".");
  }

  @Test
  void playsEveryFrameInItsColoursAndOnlyWhatChanged() throws IOException {
    List<Picture> frames = new ArrayList<>();
    for (int step = 0; step < 5; step++) {
      frames.add(square(step, Style.color(step)));
    }
    frames.add(frames.get(4));
    Animation animation = Animation.of(frames, 125);
    assertEquals(6, animation.frames());
    assertEquals(100, animation.width());
    assertEquals(
        "Animation of 6 frames, of which the last is: A square at 4.", animation.altText());
    Played played = play(animation.gif());
    assertEquals(6, played.seen().size());
    for (int step = 0; step < 5; step++) {
      for (int x = 0; x < 100; x++) {
        for (int y = 0; y < 60; y++) {
          boolean inside = x / 10 == step && y / 10 == step && x % 10 < 8 && y % 10 < 8;
          int expected = inside ? Style.color(step).getRGB() : -1;
          assertEquals(expected, played.seen().get(step).getRGB(x, y), step + ": " + x + ", " + y);
        }
      }
    }
    assertEquals(new Rectangle(0, 0, 100, 60), played.places().get(0));
    assertEquals(new Rectangle(10, 10, 18, 18), played.places().get(2));
    assertEquals(new Rectangle(0, 0, 1, 1), played.places().get(5), "nothing changed");
    assertEquals(List.of(13, 13, 13, 13, 13, 52), played.delays());
  }

  @Test
  void playsWithoutEnd() {
    byte[] gif = Animation.of(2, i -> square(i, Color.RED), 100).gif();
    String text = new String(gif, StandardCharsets.ISO_8859_1);
    assertTrue(text.startsWith("GIF89a"));
    assertTrue(text.contains("NETSCAPE2.0\u0003\u0001\u0000\u0000\u0000"));
    assertEquals(text.indexOf("NETSCAPE"), text.lastIndexOf("NETSCAPE"));
  }

  /** As long as an animation of a training may be: every point moves in every frame. */
  private static Picture training(int frame) {
    Random random = new Random(5);
    double[][] vectors = new double[300][];
    int[] labels = new int[300];
    for (int i = 0; i < 300; i++) {
      labels[i] = i % 6;
      double spread = 1.3 - frame / 40.0;
      double[] center = {frame / 12.0 * Math.cos(labels[i]), frame / 12.0 * Math.sin(labels[i])};
      vectors[i] =
          new double[] {
            center[0] + spread * random.nextGaussian(), center[1] + spread * random.nextGaussian()
          };
    }
    XYChart chart = Charts.features(Embeddings.of(vectors, labels));
    chart.getStyler().setXAxisMin(-5.0).setXAxisMax(5.0).setYAxisMin(-4.0).setYAxisMax(4.0);
    return Picture.of(chart);
  }

  @Test
  void fortyScatterPlotsTakeLessThanAMegabyteAndLookAsTheyWere() throws IOException {
    Animation animation = Animation.of(40, AnimationTest::training, 100);
    byte[] gif = animation.gif();
    assertTrue(gif.length < 700_000, animation.toString());
    assertEquals(640, animation.width());
    BufferedImage seen = play(gif).seen().get(20);
    BufferedImage drawn = training(20).image();
    long difference = 0;
    for (int y = 0; y < seen.getHeight(); y++) {
      for (int x = 0; x < seen.getWidth(); x++) {
        for (int shift = 0; shift <= 16; shift += 8) {
          int sum = 0;
          for (int k = 0; k < 4; k++) {
            sum += drawn.getRGB(2 * x + k % 2, 2 * y + k / 2) >> shift & 0xFF;
          }
          int off = Math.abs(sum / 4 - (seen.getRGB(x, y) >> shift & 0xFF));
          assertTrue(off < 64, off + " levels at " + x + ", " + y);
          difference += off;
        }
      }
    }
    double mean = difference / 3.0 / seen.getWidth() / seen.getHeight();
    assertTrue(mean < 0.3, "mean difference " + mean + " of 255 levels");
  }

  @Test
  void isTheSameBytesForTheSameFrames() {
    List<Picture> frames = List.of(square(0, Color.BLUE), square(1, Color.RED));
    byte[] gif = Animation.of(frames, 100).gif();
    assertArrayEquals(gif, Animation.of(2, frames::get, 100).gif());
    Animation animation = Animation.of(frames, 100);
    animation.gif()[0] = 0;
    assertArrayEquals(gif, animation.gif());
    assertEquals("animation: 2 frames, 2 kB", animation.toString());
  }

  @Test
  void refusesWhatCannotBePlayed() {
    refused(() -> Animation.of(List.of(), 100), "a frame", "got 0");
    refused(() -> Animation.of(1, i -> square(i, Color.RED), 10), "20 to 60000", "got 10");
    Picture other = Picture.of(new BufferedImage(30, 40, BufferedImage.TYPE_INT_RGB), "");
    refused(
        () -> Animation.of(List.of(square(0, Color.RED), other), 100),
        "100 × 60",
        "15 × 20",
        "position 1");
  }
}

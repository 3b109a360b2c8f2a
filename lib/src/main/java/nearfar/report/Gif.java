package nearfar.report;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes a GIF of frames that share one table of colours. After the first, a frame is the smallest
 * rectangle with all that has changed, and in it what has not changed is transparent: long runs of
 * one index, which LZW packs best.
 */
final class Gif {

  private static final String STREAM = "javax_imageio_gif_stream_1.0";
  private static final String IMAGE = "javax_imageio_gif_image_1.0";

  private Gif() {}

  /**
   * Packs frames of one size.
   *
   * @param delay of each frame, in hundredths of a second
   * @param hold how many times as long the last one stays
   */
  static byte[] of(List<BufferedImage> frames, int delay, int hold) {
    Palette palette = Palette.shared(frames, 255);
    int clear = palette.size();
    IndexColorModel colours = palette.withClear();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(stream(writer, colours, frames.get(0)));
      int width = frames.get(0).getWidth();
      int height = frames.get(0).getHeight();
      int[] before = new int[0];
      for (int i = 0; i < frames.size(); i++) {
        int[] now = palette.indices(frames.get(i));
        Rectangle changed = i == 0 ? new Rectangle(width, height) : changed(before, now, width);
        byte[] pixels = new byte[changed.width * changed.height];
        for (int p = 0; p < pixels.length; p++) {
          int at = (changed.y + p / changed.width) * width + changed.x + p % changed.width;
          pixels[p] = (byte) (i > 0 && before[at] == now[at] ? clear : now[at]);
        }
        BufferedImage part =
            new BufferedImage(
                changed.width, changed.height, BufferedImage.TYPE_BYTE_INDEXED, colours);
        part.getRaster().setDataElements(0, 0, changed.width, changed.height, pixels);
        int time = i == frames.size() - 1 ? Math.min(0xFFFF, hold * delay) : delay;
        IIOMetadata about = image(writer, part, changed, i == 0, time, clear);
        writer.writeToSequence(new IIOImage(part, null, about), null);
        before = now;
      }
      writer.endWriteSequence();
    } catch (IIOInvalidTreeException e) {
      throw new IllegalStateException("this Java does not know a GIF's metadata", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The smallest rectangle with every pixel that differs; a pixel where none does. */
  private static Rectangle changed(int[] before, int[] now, int width) {
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right = -1;
    int bottom = -1;
    for (int p = 0; p < now.length; p++) {
      if (before[p] != now[p]) {
        left = Math.min(left, p % width);
        right = Math.max(right, p % width);
        top = Math.min(top, p / width);
        bottom = p / width;
      }
    }
    return right < 0
        ? new Rectangle(1, 1)
        : new Rectangle(left, top, right - left + 1, bottom - top + 1);
  }

  private static IIOMetadata stream(
      ImageWriter writer, IndexColorModel colours, BufferedImage first)
      throws IIOInvalidTreeException {
    IIOMetadata metadata = writer.getDefaultStreamMetadata(null);
    IIOMetadataNode root = new IIOMetadataNode(STREAM);
    root.appendChild(
        node(
            "LogicalScreenDescriptor",
            "logicalScreenWidth",
            first.getWidth(),
            "logicalScreenHeight",
            first.getHeight(),
            "colorResolution",
            8,
            "pixelAspectRatio",
            0));
    // The same as the frames' own table, or the writer would add that to each.
    int entries = colours.getMapSize();
    IIOMetadataNode table =
        node("GlobalColorTable", "sizeOfGlobalColorTable", entries, "backgroundColorIndex", 0);
    table.setAttribute("sortFlag", "FALSE");
    for (int i = 0; i < entries; i++) {
      int rgb = colours.getRGB(i);
      table.appendChild(
          node(
              "ColorTableEntry",
              "index",
              i,
              "red",
              rgb >> 16 & 0xFF,
              "green",
              rgb >> 8 & 0xFF,
              "blue",
              rgb & 0xFF));
    }
    root.appendChild(table);
    metadata.mergeTree(STREAM, root);
    return metadata;
  }

  private static IIOMetadata image(
      ImageWriter writer, BufferedImage part, Rectangle place, boolean first, int delay, int clear)
      throws IIOInvalidTreeException {
    // Of the image itself: createFromRenderedImage would give the default table of its kind.
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(part), null);
    IIOMetadataNode root = new IIOMetadataNode(IMAGE);
    IIOMetadataNode descriptor =
        node(
            "ImageDescriptor",
            "imageLeftPosition",
            place.x,
            "imageTopPosition",
            place.y,
            "imageWidth",
            place.width,
            "imageHeight",
            place.height);
    descriptor.setAttribute("interlaceFlag", "FALSE");
    root.appendChild(descriptor);
    IIOMetadataNode control =
        node("GraphicControlExtension", "delayTime", delay, "transparentColorIndex", clear);
    control.setAttribute("disposalMethod", "doNotDispose");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "TRUE");
    root.appendChild(control);
    if (first) {
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(new byte[] {1, 0, 0}); // again, without end
      IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
      extensions.appendChild(loop);
      root.appendChild(extensions);
    }
    metadata.mergeTree(IMAGE, root);
    return metadata;
  }

  /** An element with numbers as attributes: name, number, name, number, … */
  private static IIOMetadataNode node(String name, Object... attributes) {
    IIOMetadataNode node = new IIOMetadataNode(name);
    for (int i = 0; i < attributes.length; i += 2) {
      node.setAttribute(attributes[i].toString(), attributes[i + 1].toString());
    }
    return node;
  }
}

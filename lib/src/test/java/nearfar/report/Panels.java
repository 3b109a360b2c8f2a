package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is in the HTML of panels. */
final class Panels {

  private static final Pattern IMAGE =
      Pattern.compile("<img [^>]* alt=\"([^\"]*)\" src=\"([^\"]*)\"");
  private static final String SVG = "data:image/svg+xml;base64,";

  /** A text of a drawing, and how large. */
  record Text(String text, double size) {}

  private Panels() {}

  static List<String> altTexts(String html) {
    return IMAGE.matcher(html).results().map(found -> found.group(1)).toList();
  }

  /** All that is loaded is inside, each panel has its own description, and no text is cut off. */
  static void assertSound(String html, int panels) {
    List<MatchResult> images = IMAGE.matcher(html).results().toList();
    assertEquals(panels, images.size());
    assertEquals(panels, altTexts(html).stream().distinct().count());
    for (MatchResult image : images) {
      assertTrue(image.group(2).startsWith("data:image/"), image.group(2));
    }
    assertEquals(panels, html.split("src=", -1).length - 1);
    assertTrue(!html.contains("url(") && !html.contains("<script") && !html.contains("href"));
    texts(html);
  }

  static List<Text> texts(String html) {
    List<Text> all = new ArrayList<>();
    IMAGE
        .matcher(html)
        .results()
        .filter(found -> found.group(2).startsWith(SVG))
        .forEach(found -> add(parsed(found.group(2).substring(SVG.length())), all));
    return all;
  }

  private static Document parsed(String base64) {
    byte[] file = Base64.getDecoder().decode(base64);
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(file));
    } catch (Exception e) {
      throw new AssertionError(new String(file, StandardCharsets.UTF_8), e);
    }
  }

  private static void add(Document svg, List<Text> all) {
    String[] box = svg.getDocumentElement().getAttribute("viewBox").split(" ", -1);
    NodeList texts = svg.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      Element text = (Element) texts.item(i);
      int size = Integer.parseInt(text.getAttribute("font-size"));
      boolean bold = text.hasAttribute("font-weight");
      double width = Style.width(text.getTextContent(), Style.font(bold ? 1 : 0, size));
      double x = Double.parseDouble(text.getAttribute("x"));
      String anchor = text.getAttribute("text-anchor");
      double left = x - (anchor.equals("end") ? width : anchor.equals("middle") ? width / 2 : 0);
      double y = Double.parseDouble(text.getAttribute("y"));
      assertTrue(
          left >= 0 && left + width <= Double.parseDouble(box[2]) && y > size / 2.0,
          () -> text.getTextContent() + " is cut off");
      assertTrue(y < Double.parseDouble(box[3]) - 2, () -> text.getTextContent() + " is too low");
      all.add(new Text(text.getTextContent(), size));
    }
  }
}

package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import nearfar.report.Animation;
import nearfar.report.Charts;
import nearfar.report.Markdown;
import nearfar.report.PanelFigure;
import nearfar.report.Picture;
import nearfar.training.History;
import nearfar.training.Progress;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class NearfarExtensionTest {

  private static final History HISTORY =
      History.of(new double[] {3, 2, 1}, List.of(new History.Epoch(1, 2, 0.5, 3, 0)));

  private final TestKernel kernel = new TestKernel();

  @AfterEach
  void uninstall() {
    Notebook.screen(null);
    Progress.install(() -> Progress.lines(System.out));
  }

  private DisplayData shown(Object... values) {
    kernel.displayed.clear();
    Notebook.show(values);
    assertEquals(values.length, kernel.displayed.size());
    return kernel.displayed.get(0);
  }

  private static String text(DisplayData data) {
    return String.valueOf(data.getData(MIMEType.TEXT_PLAIN));
  }

  private static String printed(Runnable action, boolean toError) {
    PrintStream before = toError ? System.err : System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try {
      if (toError) {
        System.setErr(to);
      } else {
        System.setOut(to);
      }
      action.run();
    } finally {
      if (toError) {
        System.setErr(before);
      } else {
        System.setOut(before);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theKernelFindsTheExtension() {
    List<Extension> found =
        ServiceLoader.load(Extension.class).stream().map(ServiceLoader.Provider::get).toList();
    assertEquals(1, found.size());
    assertInstanceOf(NearfarExtension.class, found.get(0));
  }

  @Test
  void theEntryNamesNothingButTheKernelsOwnTypes() {
    for (Class<?> type : List.of(NearfarExtension.class, Notebook.class)) {
      for (Method method : type.getDeclaredMethods()) {
        for (Class<?> named :
            IntStream.rangeClosed(0, method.getParameterCount())
                .mapToObj(i -> i == 0 ? method.getReturnType() : method.getParameterTypes()[i - 1])
                .toList()) {
          assertTrue(
              named.isPrimitive()
                  || named.isArray()
                  || named.getName().startsWith("java.")
                  || named == BaseKernel.class,
              method.toString());
        }
      }
    }
  }

  @Test
  void importsAreOneEvaluation() {
    new NearfarExtension().install(kernel);
    assertEquals(1, kernel.evaluated.size());
    assertTrue(kernel.evaluated.get(0).contains("import nearfar.training.*;"));
    assertTrue(kernel.evaluated.get(0).contains("import static nearfar.notebook.Notebook.show;"));
  }

  // A kernel that does not fit

  private static final class Older extends TestKernel {
    private final boolean withoutVersion;

    Older(boolean withoutVersion) {
      this.withoutVersion = withoutVersion;
    }

    @Override
    public DisplayData eval(String code) {
      throw new NoSuchMethodError("eval");
    }

    @Override
    public String getVersion() {
      if (withoutVersion) {
        throw new NoSuchMethodError("getVersion");
      }
      return "0.9";
    }
  }

  @Test
  void aKernelThatDoesNotFitLivesAndSaysSoInTheNotebookToo() {
    String atStart =
        printed(
            () -> assertDoesNotThrow(() -> new NearfarExtension().install(new Older(false))), true);
    assertTrue(
        atStart.contains("this kernel (version 0.9) or its class path does not fit"), atStart);
    assertTrue(atStart.contains("Expected JJava 1.0-a8: run environment/setup"), atStart);
    String inNotebook =
        printed(
            () ->
                assertEquals(
                    "42" + System.lineSeparator(), printed(() -> Notebook.show(42), false)),
            true);
    assertEquals(atStart, inNotebook);
    assertEquals("", printed(() -> printed(() -> Notebook.show(42), false), true), "once");
  }

  @Test
  void evenAKernelWithoutAVersion() {
    String message = printed(() -> new NearfarExtension().install(new Older(true)), true);
    assertTrue(message.contains("(version unknown)"), message);
    printed(() -> printed(() -> Notebook.show(1), false), true);
  }

  // What is shown

  @Test
  void chartsAreImagesWithWidthAndAltText() throws IOException {
    new NearfarExtension().install(kernel);
    DisplayData data = shown(Charts.loss(HISTORY));
    byte[] png = Base64.getDecoder().decode(String.valueOf(data.getData(MIMEType.IMAGE_PNG)));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(2 * Charts.loss(HISTORY).getWidth(), image.getWidth());
    assertFalse(data.hasDataForType(MIMEType.IMAGE_SVG));
    assertTrue(text(data).startsWith("Loss during training"), text(data));
    assertFalse(text(data).contains("@"));
    Map<?, ?> metadata = metadata(data);
    assertEquals(Charts.loss(HISTORY).getWidth(), metadata.get("width"));
    assertEquals(text(data), metadata.get("alt"));
  }

  private static Map<?, ?> metadata(DisplayData data) {
    return metadata(data, "image/png");
  }

  /** The metadata has no accessor. */
  private static Map<?, ?> metadata(DisplayData data, String type) {
    for (java.lang.reflect.Field field : DisplayData.class.getDeclaredFields()) {
      try {
        field.setAccessible(true);
        if (field.get(data) instanceof Map<?, ?> map
            && map.get(type) instanceof Map<?, ?> metadata) {
          return metadata;
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("no metadata of " + type);
  }

  @Test
  void svgOnRequest() {
    new NearfarExtension().install(kernel);
    DisplayData data = kernel.getRenderer().renderAs(Charts.loss(HISTORY), "image/svg+xml");
    assertTrue(String.valueOf(data.getData(MIMEType.IMAGE_SVG)).contains("<svg"));
    assertFalse(data.hasDataForType(MIMEType.IMAGE_PNG));
  }

  @Test
  void picturesAndImages() {
    new NearfarExtension().install(kernel);
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    DisplayData plain = shown(image);
    assertEquals("image of 40 x 20 pixels", text(plain));
    assertEquals(40, metadata(plain).get("width"));
    DisplayData picture = shown(Picture.of(image, "a black field"));
    assertEquals("a black field", text(picture));
    assertEquals(20, metadata(picture).get("width"));
  }

  @Test
  void animationsAreGifsWithWidthAndAltText() {
    new NearfarExtension().install(kernel);
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    Animation animation = Animation.of(List.of(Picture.of(image, "a black field")), 100);
    DisplayData data = shown(animation);
    assertArrayEquals(
        animation.gif(),
        Base64.getDecoder().decode(String.valueOf(data.getData(MIMEType.IMAGE_GIF))));
    // A still image beside it would be shown in its place.
    assertFalse(data.hasDataForType(MIMEType.IMAGE_PNG));
    assertEquals("Animation of 1 frames, of which the last is: a black field", text(data));
    assertEquals(20, metadata(data, "image/gif").get("width"));
    assertEquals(text(data), metadata(data, "image/gif").get("alt"));
  }

  @Test
  void panelsAreHtmlWithAnImageForWhatShowsNone() {
    new NearfarExtension().install(kernel);
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    PanelFigure figure = PanelFigure.of(2, List.of(Picture.of(image, "a black field")));
    DisplayData data = shown(figure);
    assertEquals(figure.html(), String.valueOf(data.getData(MIMEType.TEXT_HTML)));
    assertArrayEquals(
        figure.picture().png(),
        Base64.getDecoder().decode(String.valueOf(data.getData(MIMEType.IMAGE_PNG))));
    assertEquals("a black field", text(data));
    assertEquals("a black field", metadata(data).get("alt"));
  }

  @Test
  void tablesAreHtmlAndEscaped() {
    new NearfarExtension().install(kernel);
    Table table =
        Table.create(
            "<script>",
            StringColumn.create("a<b", "x & \"y\"", "it's"),
            DoubleColumn.create("value", 0.25, 3));
    DisplayData data = shown(table);
    String html = String.valueOf(data.getData(MIMEType.TEXT_HTML));
    assertTrue(html.contains("<caption>&lt;script&gt;</caption>"), html);
    assertTrue(html.contains("<th style=\"text-align: left\">a&lt;b</th>"), html);
    assertTrue(html.contains("<td style=\"text-align: left\">x &amp; &quot;y&quot;</td>"), html);
    assertTrue(html.contains("it&#39;s"), html);
    assertTrue(html.contains("<td style=\"text-align: right\">0.25</td>"), html);
    assertTrue(text(data).contains("it's"), text(data));
  }

  @Test
  void markdownStaysMarkdown() {
    new NearfarExtension().install(kernel);
    DisplayData data = shown(new Markdown("see [04](04-arcface.ipynb)"));

    assertEquals("see [04](04-arcface.ipynb)", data.getData(MIMEType.TEXT_MARKDOWN));
    assertEquals("see [04](04-arcface.ipynb)", text(data));
  }

  @Test
  void longTablesAreCutAndSaySo() {
    new NearfarExtension().install(kernel);
    Table table = Table.create("t", IntColumn.create("i", IntStream.range(0, 61).toArray()));
    String html = String.valueOf(shown(table).getData(MIMEType.TEXT_HTML));
    assertEquals(61, html.split("<tr>", -1).length - 1);
    assertTrue(html.contains("The first 60 of 61 rows."), html);
  }

  @Test
  void arraysShowShapeTypeAndFirstValues() {
    new NearfarExtension().install(kernel);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray small = manager.create(new float[] {1, -0.5f, 2e-7f, 3, 4, 5}, new Shape(2, 3));
      int held = manager.getManagedArrays().size();
      List<String> lines = text(shown(small)).lines().toList();
      assertEquals(3, lines.size());
      assertTrue(lines.get(0).startsWith("(2, 3) float32 on cpu"), lines.get(0));
      assertEquals(
          List.of("1.0000", "-0.50000", "2.0000e-07"),
          Arrays.asList(lines.get(1).strip().split(" +")));

      NDArray large = manager.arange(1_000_000f).reshape(1000, 1000);
      String text = text(shown(large));
      assertTrue(text.length() < 1000, text);
      assertEquals(8, text.lines().count());
      assertTrue(text.lines().toList().get(1).endsWith("7.0000 …"), text);
      assertTrue(text.endsWith("\n…"), text);
      large.close();

      assertTrue(text(shown(manager.create(7L))).endsWith(" 7"));
      assertTrue(text(shown(manager.create(new boolean[] {true, false}))).endsWith("true false"));
      assertTrue(text(shown(manager.create(new Shape(0, 3)))).startsWith("(0, 3) float32"));
      assertTrue(
          text(shown(manager.ones(new Shape(2, 2, 2), DataType.INT32)))
              .matches("(?s)\\(2, 2, 2\\) int32 on [^\n]*\n( +1){8}"));
      NDArray named = manager.create(2f);
      named.setName("loss");
      assertTrue(text(shown(new NDList(small, named))).startsWith("NDList of 2\n(2, 3) float32"));
      assertTrue(text(shown(new NDList(named))).contains("\nloss: () float32"));
      small.close();
      assertEquals("array (closed)", text(shown(small)));
      assertTrue(held > 0);
    }
  }

  @Test
  void showingAnArrayLeavesNothingBehind() {
    new NearfarExtension().install(kernel);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.zeros(new Shape(100, 100));
      shown(array);
      assertEquals(1, manager.getManagedArrays().size());
      assertEquals(100 * 100, array.toFloatArray().length);
    }
  }

  @Test
  void anythingElseIsText() {
    new NearfarExtension().install(kernel);
    shown("one", 2, List.of(3));
    assertEquals(List.of("one", "2", "[3]"), kernel.displayed.stream().map(d -> text(d)).toList());
    assertEquals("[1, 2]", text(shown(new int[] {1, 2})));
    assertEquals("[0.5]", text(shown((Object) new double[] {0.5})));
    kernel.displayed.clear();
    Notebook.show((Object[]) null);
    Notebook.show((Object) null);
    assertEquals(List.of("null", "null"), kernel.displayed.stream().map(d -> text(d)).toList());
    assertNotNull(kernel.displayed.get(0));
  }

  @Test
  void outsideANotebookItPrints() {
    assertEquals(
        "a" + System.lineSeparator() + "1" + System.lineSeparator(),
        printed(() -> Notebook.show("a", 1), false));
  }
}

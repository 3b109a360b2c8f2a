package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nearfar.data.DataException;
import nearfar.evaluation.Interval;
import nearfar.evaluation.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

  @TempDir Path folder;

  @Test
  void whatOnePagePutsAnotherReads() {
    Figures figures = new Figures("03", folder, "glyphs");
    figures
        .put("MAP@R, unseen", new Interval(0.6, 0.5, 0.7))
        .put("angle, degrees", new Spread(12, 1, 5))
        .put("memory, MB", 1156);
    assertEquals("page 03 keeps 3 figures for other pages", figures.toString());
    var read = Figures.read(folder.resolve("03.json"));
    assertEquals(3, read.size());
    assertEquals(
        new Figures.Figure("glyphs", new Interval(0.6, 0.5, 0.7)), read.get("MAP@R, unseen"));
    assertEquals(new Spread(12, 1, 5).interval(), read.get("angle, degrees").value());
    assertEquals("1156.000", read.get("memory, MB").toString());
  }

  @Test
  void aPageThatHasNotRunHasNoneAndADamagedFileIsNamed() throws IOException {
    assertTrue(Figures.read(folder.resolve("09.json")).isEmpty());
    Path damaged = Files.writeString(folder.resolve("10.json"), "{\"a\": {\"dataset\": \"x\"}}");
    DataException error = assertThrows(DataException.class, () -> Figures.read(damaged));
    assertTrue(error.getMessage().contains("10.json"), error.getMessage());
    Files.writeString(damaged, "[1, 2");
    assertThrows(DataException.class, () -> Figures.read(damaged));
  }
}

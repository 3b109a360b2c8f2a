package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {

  @Test
  void aTableHasALineForEachRow() {
    assertEquals(
        "| loss | page |\n| --- | --- |\n| ArcFace | [04](04-arcface.ipynb) |\n",
        Markdown.table(
                List.of("loss", "page"), List.of(List.of("ArcFace", "[04](04-arcface.ipynb)")))
            .toString());
  }

  @Test
  void whatWouldEndACellDoesNot() {
    assertEquals(
        "| a |\n| --- |\n| \\|x\\| one two |\n",
        Markdown.table(List.of("a"), List.of(List.of("|x| one\ntwo"))).text());
  }

  @Test
  void everyRowHasTheColumnsOfTheHeader() {
    assertEquals(
        "a row needs a cell for each of the columns [a, b], got [1]",
        assertThrows(
                IllegalArgumentException.class,
                () -> Markdown.table(List.of("a", "b"), List.of(List.of("1"))))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Markdown.table(List.of(), List.of()));
  }
}

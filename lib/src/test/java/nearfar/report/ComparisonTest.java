package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class ComparisonTest {

  private final Comparison comparison =
      new Comparison()
          .put("a", "angle, degrees", 10)
          .put("b", "angle, degrees", 13)
          .put("a", "angle, degrees", 20)
          .put("b", "angle, degrees", 21)
          .put("b", "accuracy", 0.5);

  @Test
  void unitsArePairedInTheirOrder() {
    assertArrayEquals(new double[] {10, 20}, comparison.of("a", "angle, degrees"));
    assertArrayEquals(new double[] {3, 1}, comparison.difference("b", "a", "angle, degrees"));
    assertEquals(15, comparison.spread("a", "angle, degrees").mean());
  }

  @Test
  void aRowForEachFigureAndAColumnForEachVariant() {
    Table table = comparison.table("two seeds");
    assertEquals(List.of("figure", "a", "b"), table.columnNames());
    assertEquals(List.of("angle, degrees", "accuracy"), table.stringColumn(0).asList());
    assertEquals(List.of("15.0 ± 7.1", "–"), table.stringColumn(1).asList());
    assertEquals(List.of("17.0 ± 5.7", "0.500"), table.stringColumn(2).asList());
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertEquals(
        "there is no \"accuracy\" of \"a\" among [angle, degrees, accuracy]",
        assertThrows(IllegalArgumentException.class, () -> comparison.of("a", "accuracy"))
            .getMessage());
    comparison.put("a", "accuracy", 0.5).put("a", "accuracy", 0.6);
    assertEquals(
        "paired figures belong to the same units, got 2 of \"a\" and 1 of \"b\"",
        assertThrows(
                IllegalArgumentException.class, () -> comparison.difference("a", "b", "accuracy"))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> comparison.put("a", "accuracy", Double.NaN));
  }
}

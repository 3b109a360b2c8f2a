package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import nearfar.data.Glyphs;
import nearfar.data.ImageSet;
import nearfar.training.Knobs;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class PageTest {

  @Test
  void aSetThatIsTooSmallLeavesThePageOut() {
    ImageSet images = Glyphs.generate(3, 5, 7);
    assertSame(images, Page.fitting(images, 3, 5));
    PageLeftOut few = assertThrows(PageLeftOut.class, () -> Page.fitting(images, 4, 2));
    assertEquals(
        "this page needs 4 classes with 2 images each or more, got 3 classes, the smallest of 5"
            + " images",
        few.getMessage());
    assertThrows(PageLeftOut.class, () -> Page.fitting(images, 2, 6));
  }

  @Test
  void theHeadNamesDataSeedFormAndDevice() {
    ImageSet images = Glyphs.generate(3, 2, 5);
    Table head = Page.head(images, 42, 1.5);

    List<String> values = head.stringColumn("value").asList();
    assertTrue(values.contains(images.toString()), values::toString);
    assertTrue(values.contains("42"), values::toString);
    assertTrue(values.contains("1.5 minutes on two CPU cores"), values::toString);
    assertTrue(values.contains(Knobs.device().toString()), values::toString);
    assertEquals(
        images.checksum().substring(0, 16) + "…",
        values.get(head.stringColumn("field").asList().indexOf("its SHA-256")));
  }
}

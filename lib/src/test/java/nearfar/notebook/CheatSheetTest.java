package nearfar.notebook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import nearfar.Jar;
import nearfar.loss.CenterVarianceLoss;
import nearfar.loss.CrossBatchMemory;
import nearfar.loss.EmbeddingLoss;
import nearfar.loss.EmbeddingNormLoss;
import org.junit.jupiter.api.Test;

/** A new loss gets a card. */
class CheatSheetTest {

  /** These go beside or around a loss. */
  private static final Set<Class<?>> ADDED_TO_OTHERS =
      Set.of(CenterVarianceLoss.class, CrossBatchMemory.class, EmbeddingNormLoss.class);

  @Test
  void everyLossHasACard() throws IOException, URISyntaxException {
    Path page = Path.of("notebooks", "cheat-sheet.ipynb");
    String text = Files.readString(Files.exists(page) ? page : Path.of("..").resolve(page));
    List<String> missing =
        Jar.all().stream()
            .filter(EmbeddingLoss.class::isAssignableFrom)
            .filter(type -> !Modifier.isAbstract(type.getModifiers()))
            .filter(type -> !ADDED_TO_OTHERS.contains(type))
            .map(Class::getSimpleName)
            .filter(name -> !text.contains(name + ".of(") && !text.contains(name + ".semiHard("))
            .filter(name -> !text.contains(name + ".mean("))
            .toList();
    assertTrue(missing.isEmpty(), () -> "notebooks/cheat-sheet.ipynb has no card of " + missing);
  }
}

package nearfar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import nearfar.evaluation.Embeddings;
import org.junit.jupiter.api.Test;

class FilmTest {

  private static Embeddings embeddings(double spread) {
    return Embeddings.of(
        new double[][] {{1, 0}, {1, spread}, {0, 1}, {-spread, 1}}, new int[] {0, 0, 1, 1});
  }

  @Test
  void aFrameForEachEpochWhateverTheOrderOfTrainings() {
    Film film = new Film();
    for (String loss : new String[] {"one", "two"}) {
      for (int epoch : new int[] {5, 0}) {
        film.add(epoch, loss, embeddings(epoch == 0 ? 0.9 : 0.1), null);
      }
    }
    String alt = film.animation(100).altText();
    assertTrue(alt.startsWith("Animation of 2 frames"), alt);
    // The last frame is the narrow one, of epoch 5.
    assertTrue(alt.contains("one: within classes: mean 6°"), alt);
    assertTrue(alt.contains("two: within classes: mean 6°"), alt);
  }

  @Test
  void noFrameIsRefused() {
    assertEquals(
        "a film needs a frame: add one, got none",
        assertThrows(IllegalStateException.class, () -> new Film().animation(100)).getMessage());
  }
}

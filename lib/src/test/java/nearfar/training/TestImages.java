package nearfar.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import nearfar.data.ImageSet;

/** Small sets that a network learns in no time: each class a bar at its own place, with noise. */
final class TestImages {

  private TestImages() {}

  static ImageSet bars(int classes, int perClass, int size, long seed) {
    Random random = new Random(seed);
    float[][] pixels = new float[classes * perClass][size * size];
    int[] labels = new int[pixels.length];
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add("bar " + c);
    }
    for (int i = 0; i < pixels.length; i++) {
      int c = i % classes;
      labels[i] = c;
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          boolean ink = row * classes / size == c;
          pixels[i][row * size + column] = (ink ? 0.7f : 0.1f) + 0.2f * random.nextFloat();
        }
      }
    }
    return ImageSet.of("bars", 1, size, size, pixels, labels, names);
  }
}

package nearfar.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Matrix products and nothing else: what an exact result cannot do without. */
final class Products {

  static final Products NONE = new Products("", List.of());

  private final String text;
  private final List<NDArray[]> pairs;

  private Products(String text, List<NDArray[]> pairs) {
    this.text = text;
    this.pairs = pairs;
  }

  /** Of a text such as 128x64x1000,128x1000x64: (128, 64) with (64, 1000), then … */
  static Products of(String text) {
    NDManager manager = NDManager.newBaseManager();
    List<NDArray[]> pairs = new ArrayList<>();
    for (String product : text.split(",", -1)) {
      String[] sizes = product.split("x", -1);
      long m = Long.parseLong(sizes[0]);
      long k = Long.parseLong(sizes[1]);
      long n = Long.parseLong(sizes[2]);
      pairs.add(
          new NDArray[] {
            manager.randomNormal(new Shape(m, k)), manager.randomNormal(new Shape(k, n))
          });
    }
    return new Products(text, pairs);
  }

  String text() {
    return text;
  }

  void multiply() {
    for (NDArray[] pair : pairs) {
      pair[0].matMul(pair[1]).close();
    }
  }
}

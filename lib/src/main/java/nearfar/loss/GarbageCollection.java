package nearfar.loss;

import java.nio.ByteBuffer;

/**
 * A garbage collection, after which small pieces of memory that the JVM has freed hold other
 * figures: what {@link nearfar.distance.Constant} is about happens at once instead of seldom.
 */
final class GarbageCollection {

  private static final int PIECES = 4000;

  private GarbageCollection() {}

  static void provoke() {
    System.gc();
    try {
      Thread.sleep(20); // buffers are freed by a thread of the JVM's own
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ByteBuffer[] pieces = new ByteBuffer[PIECES];
    for (int i = 0; i < PIECES; i += 2) {
      pieces[i] = ByteBuffer.allocateDirect(Float.BYTES).putFloat(12345f);
      pieces[i + 1] = ByteBuffer.allocateDirect(Double.BYTES).putDouble(12345);
    }
  }
}

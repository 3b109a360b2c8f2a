package nearfar.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What new rows begin with, block after block. */
interface Filling {

  /** Numbers in a block, a multiple of 16: see {@link Normals}. */
  int BLOCK_NUMBERS = 1 << 20;

  /** Fills a block from its position to its limit. */
  void fill(FloatBuffer block);

  /** Takes a filled block of little-endian float32. */
  interface Taker<E extends Exception> {
    void take(ByteBuffer block) throws E;
  }

  /** Fills so many numbers in blocks; the last has at least 16 of them where there are as many. */
  static <E extends Exception> void blocks(long numbers, Filling filling, Taker<E> taker) throws E {
    int most = BLOCK_NUMBERS + 15;
    ByteBuffer block =
        ByteBuffer.allocateDirect(Float.BYTES * (int) Math.min(most, numbers))
            .order(ByteOrder.LITTLE_ENDIAN);
    long left = numbers;
    while (left > 0) {
      int size = left <= most ? (int) left : BLOCK_NUMBERS;
      block.clear().limit(Float.BYTES * size);
      filling.fill(block.asFloatBuffer());
      taker.take(block);
      left -= size;
    }
  }

  /** Zeros. */
  static void zeros(FloatBuffer block) {
    float[] nothing = new float[1 << 12];
    while (block.hasRemaining()) {
      block.put(nothing, 0, Math.min(nothing.length, block.remaining()));
    }
  }
}

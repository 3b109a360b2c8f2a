package nearfar.data;

/**
 * SplitMix64 (Steele, Lea and Flood 2014): sixteen lines that are the same on every machine and
 * every JDK, which {@code java.util.SplittableRandom} promises only for {@code nextLong}. A stream
 * is named by a path of numbers, so that what is drawn for one class or one sample does not depend
 * on how many others were asked for.
 */
final class Rng {

  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  private Rng(long state) {
    this.state = state;
  }

  static Rng of(long seed, long... path) {
    long s = mix(seed + GAMMA);
    for (long p : path) {
      s = mix((s ^ mix(p + GAMMA)) + GAMMA);
    }
    return new Rng(s);
  }

  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), with 53 bits. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Uniform in [0, bound); the bias is below bound / 2^53. */
  int nextInt(int bound) {
    return (int) (nextDouble() * bound);
  }

  /**
   * Close to the standard normal distribution but never beyond 4: a sum of uniforms, in plain
   * arithmetic. That a jitter is bounded is welcome, too: no sample is thrown out of its image.
   */
  double nextGaussian() {
    // Five uniforms on [-1, 1] have variance 5/3.
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      sum += uniform(-1, 1);
    }
    return sum * 0.7745966692414834;
  }

  /** A random order of the numbers 0 to size - 1. */
  int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

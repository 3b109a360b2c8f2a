package nearfar.mining;

/**
 * A state for random numbers that depends on a seed and on the batch's labels in their order, and
 * on nothing else: what {@link RandomTriplets} says about draws holds for all that start from it.
 */
final class LabelSeed {

  private LabelSeed() {}

  static long of(long seed, int[] labels) {
    long state = mix(seed);
    for (int label : labels) {
      state = mix(state ^ label);
    }
    return state;
  }

  /** A step of SplitMix64 (Steele, Lea and Flood 2014): neighbouring seeds give other draws. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

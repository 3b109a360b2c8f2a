package nearfar.evaluation;

/**
 * The k most similar of what is offered, the most similar first; of equally similar ones those of
 * lower numbers.
 */
final class Best {

  private final double[] similarities;
  private final long[] numbers;
  private int size;

  Best(int k) {
    this.similarities = new double[k];
    this.numbers = new long[k];
  }

  /** Whether it is among the k now. */
  boolean offer(double similarity, long number) {
    int place = size;
    while (place > 0 && before(similarity, number, place - 1)) {
      place--;
    }
    if (place == similarities.length) {
      return false;
    }
    int moved = Math.min(size, similarities.length - 1) - place;
    System.arraycopy(similarities, place, similarities, place + 1, moved);
    System.arraycopy(numbers, place, numbers, place + 1, moved);
    similarities[place] = similarity;
    numbers[place] = number;
    size = Math.min(size + 1, similarities.length);
    return true;
  }

  private boolean before(double similarity, long number, int place) {
    return similarity > similarities[place]
        || (similarity == similarities[place] && number < numbers[place]);
  }

  int size() {
    return size;
  }

  double similarity(int place) {
    return similarities[place];
  }

  long number(int place) {
    return numbers[place];
  }

  /** No nearness that is read at or below this can change the k any more. */
  float floor(Similarity similarity, PairTiles tiles) {
    return size < similarities.length
        ? Float.NEGATIVE_INFINITY
        : tiles.floor(similarity.nearness(similarities[size - 1]));
  }
}

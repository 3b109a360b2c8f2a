package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The most similar pairs of all, as one core finds them. */
final class NearestPairs implements PairTiles.Reader {

  private final Similarity similarity;
  private final double[][] rows;
  private final NearestRows.Choice choice;
  private final PairTiles tiles;
  private final Best best;
  private float floor = Float.NEGATIVE_INFINITY;

  private NearestPairs(
      Similarity similarity,
      double[][] rows,
      NearestRows.Choice choice,
      PairTiles tiles,
      int most) {
    this.similarity = similarity;
    this.rows = rows;
    this.choice = choice;
    this.tiles = tiles;
    this.best = new Best(most);
  }

  /** The pairs {i, j}, i &lt; j, that the choice allows, as numbers {@code i << 32 | j}. */
  static Best of(Similarity similarity, double[][] rows, int most, NearestRows.Choice choice) {
    PairTiles tiles = new PairTiles(rows, similarity.granule());
    List<NearestPairs> cores = Collections.synchronizedList(new ArrayList<>());
    tiles.read(
        0,
        rows.length,
        "the search of similar pairs",
        () -> {
          NearestPairs pairs = new NearestPairs(similarity, rows, choice, tiles, most);
          cores.add(pairs);
          return pairs;
        });
    Best best = new Best(most);
    for (NearestPairs pairs : cores) {
      for (int place = 0; place < pairs.best.size(); place++) {
        best.offer(pairs.best.similarity(place), pairs.best.number(place));
      }
    }
    return best;
  }

  @Override
  public void read(int i, int from, int to, float[] nearness, int offset, boolean mutual) {
    for (int j = from; j < to; j++) {
      if (nearness[j - offset] > floor && choice.may(i, j)) {
        double exact = similarity.of(rows[i], rows[j]) + 0.0;
        if (best.offer(exact, (long) Math.min(i, j) << 32 | Math.max(i, j))) {
          floor = best.floor(similarity, tiles);
        }
      }
    }
  }
}

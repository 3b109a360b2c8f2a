package nearfar.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Counts the figures of all pairs in fine cells, for more pairs than can be kept. The nearness of a
 * pair in single precision leaves open where in an interval its figure is; where that is short the
 * pair is counted by its nearness, and elsewhere, as for small angles, its figure is computed in
 * double precision. So every figure is counted within a known distance of its own, and none is left
 * out.
 */
final class PairCounts implements PairTiles.Reader {

  /** 1 MB of counts each for nearness and figures, within and between classes. */
  private static final int CELLS = 1 << 17;

  /** The parts of the figures' range within which nearness must tell a figure. */
  private static final double PARTS = 1 << 14;

  private final int[] labels;
  private final double[][] rows;
  private final Pairs.Figure figure;
  private final PairTiles tiles;

  /** Cells of nearness for each unit of it, counted from 0 downwards, and those that tell. */
  private final double perNearness;

  private final int firstTold;
  private final int endTold;

  private final double lowest;
  private final double width;

  /** By nearness and by figure, of pairs within classes [0] and between them [1]. */
  private final long[][] byNearness = new long[2][CELLS];

  private final long[][] byFigure = new long[2][CELLS];

  private PairCounts(int[] labels, double[][] rows, Pairs.Figure figure, PairTiles tiles) {
    this.labels = labels;
    this.rows = rows;
    this.figure = figure;
    this.tiles = tiles;
    this.perNearness = CELLS / -tiles.farthest();
    DoubleUnaryOperator at = figure.ofNearness();
    double one = at.applyAsDouble(0);
    double other = at.applyAsDouble(tiles.unscaled(tiles.farthest()));
    this.lowest = Math.min(one, other);
    this.width = Math.abs(one - other) / CELLS;
    if (!Double.isFinite(width)) {
      throw new IllegalArgumentException(
          figure.name()
              + " leave the range of double precision, from "
              + one
              + " to "
              + other
              + ": divide the embeddings by their largest entry");
    }
    double allowed = Math.abs(one - other) / PARTS;
    int first = 0;
    while (first < CELLS && !(spread(first) <= allowed)) {
      first++;
    }
    int end = first;
    while (end < CELLS && spread(end) <= allowed) {
      end++;
    }
    this.firstTold = first;
    this.endTold = end;
  }

  static Pairs of(int[] labels, double[][] rows, Pairs.Figure figure) {
    PairTiles tiles = new PairTiles(rows, figure.granule());
    List<PairCounts> cores = Collections.synchronizedList(new ArrayList<>());
    tiles.read(
        0,
        rows.length,
        "counting " + figure.name(),
        () -> {
          PairCounts counts = new PairCounts(labels, rows, figure, tiles);
          cores.add(counts);
          return counts;
        });
    PairCounts sum = cores.get(0);
    for (PairCounts counts : cores.subList(1, cores.size())) {
      sum.add(counts);
    }
    return sum.pairs();
  }

  @Override
  public void read(int i, int from, int to, float[] nearness, int offset, boolean mutual) {
    for (int j = from; j < to; j++) {
      int kind = labels[i] == labels[j] ? 0 : 1;
      int cell = (int) Math.min(CELLS - 1, Math.max(0, -nearness[j - offset] * perNearness));
      if (cell >= firstTold && cell < endTold) {
        byNearness[kind][cell]++;
      } else {
        byFigure[kind][cellOf(figure.exact().applyAsDouble(rows[i], rows[j]))]++;
      }
    }
  }

  /** Rows all alike have one figure, and cells no width: 0 / 0 is cell 0. */
  private int cellOf(double value) {
    return (int) Math.min(CELLS - 1, Math.max(0, (value - lowest) / width));
  }

  /** The figure at the near end of what a cell of nearness may hold, and at the far end. */
  private double near(int cell) {
    double nearness = Math.min(0, -cell / perNearness + tiles.least());
    return figure.ofNearness().applyAsDouble(tiles.unscaled(nearness));
  }

  private double far(int cell) {
    double nearness = -(cell + 1) / perNearness - tiles.mostSlack();
    return figure.ofNearness().applyAsDouble(tiles.unscaled(nearness));
  }

  /** How far a figure in a cell of nearness may be from the middle one. */
  private double spread(int cell) {
    return Math.abs(near(cell) - far(cell)) / 2;
  }

  private void add(PairCounts other) {
    for (int kind = 0; kind < 2; kind++) {
      for (int cell = 0; cell < CELLS; cell++) {
        byNearness[kind][cell] += other.byNearness[kind][cell];
        byFigure[kind][cell] += other.byFigure[kind][cell];
      }
    }
  }

  private Pairs pairs() {
    double spread = 0;
    for (int kind = 0; kind < 2; kind++) {
      for (int cell = firstTold; cell < endTold; cell++) {
        if (byNearness[kind][cell] > 0) {
          spread = Math.max(spread, spread(cell));
          byFigure[kind][cellOf((near(cell) + far(cell)) / 2)] += byNearness[kind][cell];
        }
      }
    }
    return new Pairs(sample(byFigure[0]), sample(byFigure[1]), spread + width / 2);
  }

  /** The middle of each cell that has a figure. */
  private Sample sample(long[] counts) {
    double[] values = new double[CELLS];
    long[] upTo = new long[CELLS];
    int places = 0;
    long sum = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      if (counts[cell] > 0) {
        sum += counts[cell];
        values[places] = lowest + (cell + 0.5) * width;
        upTo[places++] = sum;
      }
    }
    return new Sample(Arrays.copyOf(values, places), Arrays.copyOf(upTo, places));
  }
}

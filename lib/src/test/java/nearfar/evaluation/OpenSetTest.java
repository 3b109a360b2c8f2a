package nearfar.evaluation;

import static nearfar.Tolerances.FLOAT64;
import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSetTest {

  private static final double[] RATES = {0, 1e-3, 0.01, 0.1, 0.5, 1};

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isRetrievalAndVerificationWhereEachClassIsDrawnOnce(long seed) {
    for (Embeddings e :
        List.of(Clouds.tied(seed), Clouds.cube(seed), Clouds.random(60, 4, 6, 0.7, seed))) {
      OpenSet set = OpenSet.of(e);
      assertEquals(e.classes(), set.classes());
      assertEquals(Retrieval.of(e).recallAt(1), set.recallAt1(set.once()), FLOAT64);
      assertEquals(Retrieval.of(e).mapAtR(), set.mapAtR(set.once()), FLOAT64);
      Verification v = Verification.of(e);
      assertEquals(v.eer(), set.eer(set.once()), FLOAT64);
      for (double far : RATES) {
        assertEquals(v.tarAtFar(far), set.tarAtFar(far, set.once()), FLOAT64, "FAR " + far);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void equalsBruteForceHoweverOftenClassesAreDrawn(long seed) {
    for (Embeddings e :
        List.of(Clouds.tied(seed), Clouds.cube(seed), Clouds.random(60, 4, 6, 0.7, seed))) {
      int[] labels = Arrays.stream(e.labels()).distinct().sorted().toArray();
      OpenSet set = OpenSet.of(e);
      int[][] draws = Bootstrap.of(20, seed).draws(labels.length);
      for (int[] draw : draws) {
        int[] times =
            Arrays.stream(e.labels()).map(y -> draw[Arrays.binarySearch(labels, y)]).toArray();
        if (Arrays.stream(draw).filter(c -> c > 0).count() > 1 && withinPairs(e, times)) {
          equalsBruteForce(e, set, times, draw);
        }
      }
    }
  }

  private static boolean withinPairs(Embeddings e, int[] times) {
    for (int j = 0; j < e.size(); j++) {
      for (int i = 0; i < j; i++) {
        if (e.label(i) == e.label(j) && times[i] > 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Writes each pair down as often as it counts, and counts anew at every threshold. */
  private static void equalsBruteForce(Embeddings e, OpenSet set, int[] times, int[] draw) {
    List<Double> within = new ArrayList<>();
    List<Double> between = new ArrayList<>();
    TreeSet<Double> thresholds = new TreeSet<>(List.of(2.0));
    for (int j = 0; j < e.size(); j++) {
      for (int i = 0; i < j; i++) {
        double s = RetrievalTest.rounded(RetrievalTest.similarity(e, i, j, Similarity.COSINE));
        boolean same = e.label(i) == e.label(j);
        for (int t = 0; t < (same ? times[i] : times[i] * times[j]); t++) {
          (same ? within : between).add(s);
          thresholds.add(s);
        }
      }
    }
    double[] tars = new double[RATES.length];
    double nearest = 2;
    double eer = Double.NaN;
    for (double threshold : thresholds.descendingSet()) {
      double tar = within.stream().filter(s -> s >= threshold).count() / (double) within.size();
      double far = between.stream().filter(s -> s >= threshold).count() / (double) between.size();
      for (int k = 0; k < RATES.length; k++) {
        tars[k] = far <= RATES[k] ? tar : tars[k];
      }
      if (Math.abs(far - (1 - tar)) < nearest - FLOAT64) {
        nearest = Math.abs(far - (1 - tar));
        eer = (far + 1 - tar) / 2;
      }
    }
    assertEquals(eer, set.eer(draw), FLOAT64);
    for (int k = 0; k < RATES.length; k++) {
      assertEquals(tars[k], set.tarAtFar(RATES[k], draw), FLOAT64);
    }
    Retrieval retrieval = Retrieval.of(e);
    int[] rows = retrieval.queryRows();
    double[] precisions = retrieval.averagePrecisions();
    double weight = 0;
    double recall = 0;
    double map = 0;
    for (int q = 0; q < rows.length; q++) {
      weight += times[rows[q]];
      recall += times[rows[q]] * (retrieval.firstHit(q) == 1 ? 1 : 0);
      map += times[rows[q]] * precisions[q];
    }
    assertEquals(recall / weight, set.recallAt1(draw), FLOAT64);
    assertEquals(map / weight, set.mapAtR(draw), FLOAT64);
  }

  @Test
  void perQueryFiguresAreWhatTheMeansAreOf() {
    Embeddings e = Clouds.tied(3);
    Retrieval r = Retrieval.of(e);
    assertEquals(r.queries(), r.averagePrecisions().length);
    assertEquals(r.mapAtR(), Arrays.stream(r.averagePrecisions()).average().orElseThrow(), FLOAT64);
    for (int row : r.queryRows()) {
      assertEquals(true, e.label(row) < 10, "rows of classes with several members");
    }
  }

  @Test
  void refusesDrawsWithoutAFigure() {
    OpenSet set = OpenSet.of(Clouds.random(12, 3, 3, 0.5, 7));
    refused(() -> set.mapAtR(1, 1), "each of the 3 classes", "[1, 1]");
    refused(() -> set.eer(1, -1, 3), "[1, -1, 3]");
    refused(() -> set.eer(0, 3, 0), "between two", "and 0:");
    refused(() -> set.recallAt1(0, 0, 0), "must be drawn");
    refused(() -> set.tarAtFar(2, set.once()), "got 2.0");
    refused(
        () -> OpenSet.of(Embeddings.of(new double[][] {{1}, {2}}, new int[] {0, 0})),
        "pairs between classes");
  }

  @Test
  void intervalsAreThoseOfTheDraws() {
    OpenSet set = OpenSet.of(Clouds.random(90, 3, 15, 0.9, 7));
    var intervals = set.intervals(Bootstrap.of(200, 3));
    assertEquals(List.of("Recall@1", "MAP@R", "EER"), List.copyOf(intervals.keySet()));
    int[][] draws = Bootstrap.of(200, 3).draws(15);
    double[] eer = Arrays.stream(draws).mapToDouble(set::eer).toArray();
    assertEquals(Interval.of(set.eer(set.once()), eer), intervals.get("EER"));
    double[] recall = Arrays.stream(draws).mapToDouble(set::recallAt1).toArray();
    assertEquals(Interval.of(set.recallAt1(set.once()), recall), intervals.get("Recall@1"));
    double[] map = Arrays.stream(draws).mapToDouble(set::mapAtR).toArray();
    assertEquals(Interval.of(set.mapAtR(set.once()), map), intervals.get("MAP@R"));
  }
}

package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import nearfar.loss.ScaledCosines;
import nearfar.loss.TripletActivity;
import nearfar.training.Diagnosis.Kind;
import org.junit.jupiter.api.Test;

/** Where each threshold lies: just on this side nothing, just on that side a diagnosis. */
class RoundsTest {

  private static final int ROWS = 40;

  private static Examination embeddings(double norm, double spread) {
    return new Examination(
        1,
        norm,
        spread,
        new float[0],
        new float[ROWS],
        new float[0],
        new float[0],
        Optional.empty(),
        Optional.empty());
  }

  private static Examination triplets(TripletActivity activity) {
    return new Examination(
        0.2,
        1,
        0.5,
        new float[0],
        new float[ROWS],
        new float[0],
        new float[0],
        Optional.of(activity),
        Optional.empty());
  }

  /** Four classes of which the last {@code wrong} images are given to class 0, being of class 3. */
  private static Examination rows(float last, int wrong, float sureness, double scale) {
    float[] labels = new float[ROWS];
    float[] chosen = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      boolean miss = i >= ROWS - wrong;
      labels[i] = miss ? 3 : i % 3;
      chosen[i] = miss ? 0 : labels[i];
      sure[i] = sureness;
    }
    boolean cosines = scale > 0;
    return new Examination(
        1,
        1,
        0.5,
        new float[] {1, 1, 1, last},
        labels,
        chosen,
        cosines ? sure : new float[0],
        Optional.empty(),
        cosines ? Optional.of(new ScaledCosines(scale, 1)) : Optional.empty());
  }

  /** What is found when the same is seen so many times, after the first look. */
  private static List<Kind> after(Examination first, int looks, Examination then) {
    Rounds rounds = new Rounds();
    assertEquals(List.of(), rounds.look(first, 1, 1));
    return again(rounds, looks, then);
  }

  private static List<Kind> again(Rounds rounds, int looks, Examination then) {
    return IntStream.range(0, looks)
        .mapToObj(i -> rounds.look(then, 1, i + 2))
        .flatMap(List::stream)
        .map(Diagnosis::kind)
        .toList();
  }

  @Test
  void aPointTakesThreeLooksInARow() {
    Examination healthy = embeddings(5, 0.5);
    Examination point = embeddings(5, 0.0099);
    assertEquals(List.of(), after(healthy, 2, point));
    assertEquals(List.of(Kind.COLLAPSE), after(healthy, 3, point));
    assertEquals(List.of(Kind.COLLAPSE), after(healthy, 30, point), "each kind once");
    // 0.0101 of the length is no point, where lengths have grown.
    assertEquals(List.of(), after(embeddings(1, 0.5), 30, embeddings(50, 0.0101)));
    Rounds rounds = new Rounds();
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(), again(rounds, 2, point));
      assertEquals(List.of(), again(rounds, 1, healthy));
    }
  }

  @Test
  void shrinkingToATenthIsCollapseWhereLengthsCount() {
    assertEquals(List.of(), after(embeddings(5, 1), 9, embeddings(0.51, 1)));
    assertEquals(List.of(Kind.COLLAPSE), after(embeddings(5, 1), 9, embeddings(0.49, 1)));
    Examination cosines = rows(1, 0, 0.5f, 30);
    Examination shorter =
        new Examination(
            1,
            1e-3,
            0.5,
            cosines.rows(),
            cosines.labels(),
            cosines.chosen(),
            cosines.sureness(),
            Optional.empty(),
            cosines.cosines());
    assertEquals(List.of(), after(cosines, 9, shorter));
  }

  @Test
  void tripletsCollapseBesideTheirMargin() {
    TripletActivity healthy = new TripletActivity(100, 50, 100, 50, 1, 0.2);
    assertEquals(
        List.of(),
        after(triplets(healthy), 9, triplets(new TripletActivity(100, 100, 9, 9, 0.011, 0.2))));
    assertEquals(
        List.of(Kind.COLLAPSE),
        after(triplets(healthy), 50, triplets(new TripletActivity(100, 100, 9, 9, 0.009, 0.2))),
        "all are active, but that is no second illness");
    assertEquals(
        List.of(Kind.COLLAPSE),
        after(
            triplets(healthy),
            50,
            triplets(new TripletActivity(100, 100, 9, 9, 0.049, Double.NaN))));
    assertEquals(
        List.of(),
        after(
            triplets(healthy),
            50,
            triplets(new TripletActivity(100, 100, 9, 9, 0.051, Double.NaN))));
  }

  @Test
  void tripletsNeedTenLooks() {
    Examination healthy = triplets(new TripletActivity(100, 50, 10, 10, 1, 0.2));
    Examination idle = triplets(new TripletActivity(100, 5, 10, 0, 1, 0.2));
    assertEquals(List.of(), after(healthy, 9, idle));
    assertEquals(List.of(Kind.NO_ACTIVE_TRIPLETS), after(healthy, 10, idle));
    Examination all = triplets(new TripletActivity(100, 99, 10, 10, 1, 0.2));
    assertEquals(List.of(), after(healthy, 9, all));
    assertEquals(List.of(Kind.ALL_TRIPLETS_ACTIVE), after(healthy, 10, all));
    assertEquals(
        List.of(), after(healthy, 50, triplets(new TripletActivity(100, 98, 10, 10, 1, 0.2))));
  }

  @Test
  void normsExplodeFromAThousandTimes() {
    assertEquals(List.of(), after(embeddings(0.1, 0.5), 9, embeddings(999, 0.5)));
    assertEquals(
        List.of(Kind.EXPLODING_NORMS), after(embeddings(0.1, 0.5), 9, embeddings(1001, 0.5)));
    assertEquals(List.of(), after(embeddings(10, 0.5), 9, embeddings(9999, 0.5)));
    Examination rows = rows(1, 0, 0, 0);
    assertEquals(List.of(), after(rows, 9, rows(999, 0, 0, 0)));
    assertEquals(List.of(Kind.EXPLODING_NORMS), after(rows, 9, rows(1001, 0, 0, 0)));
  }

  @Test
  void aVectorIsDeadWithoutALengthOrWithoutItsImages() {
    Examination healthy = rows(1, 0, 0, 0);
    assertEquals(List.of(), after(healthy, 9, rows(1.1e-3f, 0, 0, 0)));
    assertEquals(List.of(Kind.DEAD_CLASS_VECTORS), after(healthy, 3, rows(0.9e-3f, 0, 0, 0)));
    // Two images a look, all misses: 20 of them after ten looks, and two looks more to be sure.
    assertEquals(List.of(), after(healthy, 11, rows(1, 2, 0, 0)));
    assertEquals(List.of(Kind.DEAD_CLASS_VECTORS), after(healthy, 12, rows(1, 2, 0, 0)));
    // Many images in few looks are a class that is merely learnt last.
    assertEquals(List.of(), after(healthy, 9, rows(1, 20, 0, 0)));
    // Where nothing is learnt, no class is dead.
    assertEquals(List.of(), after(healthy, 50, rows(1, 21, 0, 0)));
    Rounds rounds = new Rounds();
    Examination hit = rows(1, 2, 0, 0);
    float[] right = hit.chosen().clone();
    right[ROWS - 1] = 3;
    Examination once =
        new Examination(
            1,
            1,
            0.5,
            hit.rows(),
            hit.labels(),
            right,
            new float[0],
            hit.triplets(),
            hit.cosines());
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(), again(rounds, 9, hit));
      assertEquals(List.of(), again(rounds, 1, once));
    }
  }

  @Test
  void aScaleIsJudgedByItsBoundAndByMistakesThatItIsSureOf() {
    // C = 4: 3 e^(-s 4/3) = 1 at s = 0.824.
    assertEquals(List.of(), again(new Rounds(), 9, rows(1, 0, 0.5f, 0.83)));
    assertEquals(List.of(Kind.SCALE_TOO_SMALL), again(new Rounds(), 9, rows(1, 0, 0.5f, 0.82)));
    assertEquals(List.of(), again(new Rounds(), 9, rows(1, 3, 0.999f, 1000)), "3 mistakes");
    assertEquals(List.of(), again(new Rounds(), 9, rows(1, 4, 0.98f, 1000)), "not sure");
    assertEquals(List.of(), again(new Rounds(), 2, rows(1, 4, 0.999f, 1000)), "two looks");
    assertEquals(List.of(Kind.SCALE_TOO_LARGE), again(new Rounds(), 3, rows(1, 4, 0.999f, 1000)));
    Examination half = rows(1, 4, 0.999f, 1000);
    Arrays.fill(half.sureness(), ROWS - 2, ROWS, 0.5f);
    assertEquals(List.of(), again(new Rounds(), 9, half), "two of four");
  }

  @Test
  void missesOfSampledClassesAreCountedByClassNotByRow() {
    Rounds rounds = new Rounds();
    List<Diagnosis> found = List.of();
    for (int look = 1; found.isEmpty() && look <= 50; look++) {
      // The missed images are of class 700 in one look and of 800 in the next.
      int missed = look % 2 == 0 ? 700 : 800;
      found = rounds.look(rows(1, 2, 0, 0).of(new int[] {look, 100, 200, missed}, 1000), 1, look);
      if (!found.isEmpty()) {
        // Ten looks of either make twenty misses; from then on each look shows one, three in a row.
        assertEquals(21, look);
        assertEquals(Kind.DEAD_CLASS_VECTORS, found.get(0).kind());
        assertEquals(true, found.get(0).seen().contains("class 800 (22 images)"), found.toString());
      }
    }
    assertEquals(1, found.size());
  }
}

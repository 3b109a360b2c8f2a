package nearfar.evaluation;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How much nearer embeddings are to their own class direction than to the nearest other.
 *
 * @param direction what the directions are, in words
 * @param own angles to the own direction, in degrees
 * @param angles to the nearest other direction less own ones, in degrees
 * @param cosines of own angles less those of the others
 * @param neighbours angles of directions to the nearest other direction, in degrees
 */
record Rooms(String direction, Sample own, Sample angles, Sample cosines, Sample neighbours) {

  static Rooms of(Embeddings units, double @Nullable [][] classVectors) {
    double[][] rows = units.rows();
    int[] labels = units.labels();
    ClassSums sums = new ClassSums(rows, labels);
    ClassDirections directions =
        classVectors == null
            ? ClassDirections.means(units)
            : ClassDirections.vectors(units, classVectors);
    double[] own = directions.own(rows, labels);
    double[] other = directions.other(rows, labels);
    int[] kept = IntStream.range(0, rows.length).toArray();
    if (classVectors == null) {
      // A mean with the embedding in it is nearer to it than that of the class would be.
      kept = Arrays.stream(kept).filter(i -> sums.count(sums.placeOf(i)) > 1).toArray();
      for (int i : kept) {
        own[i] = Similarity.COSINE.degrees(Similarity.COSINE.ofAny(rows[i], sums.meanOfRest(i)));
      }
    }
    return new Rooms(
        classVectors == null ? "class mean" : "class vector",
        sample(kept, i -> own[i]),
        sample(kept, i -> other[i] - own[i]),
        sample(kept, i -> Math.cos(Math.toRadians(own[i])) - Math.cos(Math.toRadians(other[i]))),
        Sample.of(directions.neighbourAngles()));
  }

  private static Sample sample(int[] rows, IntToDoubleFunction figure) {
    return Sample.of(Arrays.stream(rows).mapToDouble(figure).toArray());
  }
}

package nearfar.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import nearfar.data.ImageSet;
import nearfar.evaluation.AngleReport;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Distances;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Interval;
import nearfar.evaluation.Sample;
import nearfar.evaluation.Verification;
import nearfar.training.History;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The pictures of metric learning, as values: an XChart chart can still be changed (its title, for
 * instance) before it is shown, and knows nothing of where it is shown. All are drawn alike, on
 * white, in colours that the colour-blind tell apart.
 */
public final class Charts {

  private Charts() {}

  /**
   * How the loss fell over the epochs: a thin line through the steps, a bold one through the mean
   * of each epoch, drawn at its middle.
   *
   * @param history of a training, also of one that has not ended
   * @return the chart
   * @throws IllegalArgumentException if there is no step with a finite loss
   */
  public static XYChart loss(History history) {
    double[] losses = finite(history.stepLosses());
    if (Arrays.stream(losses).allMatch(Double::isNaN)) {
      throw new IllegalArgumentException(
          "a loss curve needs a finite loss, got " + losses.length + " steps without one");
    }
    List<History.Epoch> epochs = history.epochs();
    // Steps of an epoch that has not ended are as long as those of the last that has.
    double[] x = new double[losses.length];
    double start = 0;
    int i = 0;
    int steps = losses.length;
    for (History.Epoch epoch : epochs) {
      steps = epoch.steps();
      for (int step = 0; step < steps; step++, i++) {
        x[i] = start + (step + 0.5) / steps;
      }
      start++;
    }
    for (int step = 0; i < losses.length; step++, i++) {
      x[i] = start + (step + 0.5) / steps;
    }
    XYChart chart = Style.xy("Loss during training", "epoch", "loss", Style.WIDTH, Style.HEIGHT);
    XYSeries perStep = chart.addSeries("each step", x, losses);
    perStep.setLineColor(Style.color(0, 0.45));
    perStep.setLineStyle(Style.line(0, 1));
    perStep.setMarker(losses.length > 30 ? SeriesMarkers.NONE : Style.marker(0));
    perStep.setMarkerColor(Style.color(0, 0.45));
    double[] means = finite(epochs.stream().mapToDouble(History.Epoch::loss).toArray());
    if (!Arrays.stream(means).allMatch(Double::isNaN)) {
      double[] middles = new double[means.length];
      Arrays.setAll(middles, k -> k + 0.5);
      History.Epoch last = epochs.get(epochs.size() - 1);
      String name = "mean of each epoch, at the end " + digits(last.loss());
      if (history.hasAccuracy()) {
        name += String.format(Locale.ROOT, " (accuracy %.1f %%)", 100 * last.accuracy());
      }
      XYSeries perEpoch = chart.addSeries(name, middles, means);
      perEpoch.setLineColor(Style.color(1));
      perEpoch.setLineStyle(Style.line(0, 2.5f));
      perEpoch.setMarker(Style.marker(0));
      perEpoch.setMarkerColor(Style.color(1));
    }
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(Math.ceil(x[x.length - 1]));
    Style.breakLegend(chart);
    return chart;
  }

  /** Infinite losses as NaN, a gap in the line: it shows where a training diverged. */
  private static double[] finite(double[] losses) {
    return Arrays.stream(losses).map(x -> Double.isFinite(x) ? x : Double.NaN).toArray();
  }

  /**
   * Embeddings of two entries on the plane, a colour and a form for each class, equal units on both
   * axes.
   *
   * @param embeddings N vectors of 2 entries
   * @return the chart
   * @throws IllegalArgumentException if embeddings do not have 2 entries
   */
  public static XYChart features(Embeddings embeddings) {
    return features(embeddings, null);
  }

  /**
   * Embeddings of two entries on the plane, a colour and a form for each class, equal units on both
   * axes; class vectors are rays from the origin with the class's name at their end. A ray shows
   * the direction only: all are as long as the farthest embedding. Names of more than seven letters
   * are shortened, and those of more than 20 classes are numbers.
   *
   * @param embeddings N vectors of 2 entries
   * @param classVectors (C, 2), by label; null draws none
   * @return the chart
   * @throws IllegalArgumentException if embeddings or class vectors do not have 2 entries, or a
   *     class vector is zero
   */
  public static XYChart features(Embeddings embeddings, double @Nullable [][] classVectors) {
    return Planes.features(embeddings, classVectors, Double.NaN);
  }

  /**
   * As {@link #features(Embeddings, double[][])}, on a plane that reaches equally far in all
   * directions: pictures of one training, such as the frames of an animation, are then comparable.
   *
   * @param embeddings N vectors of 2 entries
   * @param classVectors (C, 2), by label; null draws none
   * @param reach how far from the origin the plane is seen at least, and how long rays are
   * @return the chart
   * @throws IllegalArgumentException as {@link #features(Embeddings, double[][])}, or if an
   *     embedding is farther from the origin
   */
  public static XYChart features(
      Embeddings embeddings, double @Nullable [][] classVectors, double reach) {
    return Planes.features(embeddings, classVectors, positive(reach));
  }

  /**
   * Embeddings of two entries on the plane as {@link #features(Embeddings, double[][], double)}
   * draws them, and among them the way that each class's center went: a line in the class's colour,
   * with a disc at its end.
   *
   * @param embeddings N vectors of 2 entries
   * @param centers the centers (C, 2), by label, at one time after the other: one or more
   * @param reach how far from the origin the plane is seen at least
   * @return the chart
   * @throws IllegalArgumentException as {@link #features(Embeddings, double[][], double)}, or if
   *     there are no centers, not as many at all times, or one is farther from the origin
   */
  public static XYChart centers(Embeddings embeddings, List<double[][]> centers, double reach) {
    return Ways.of(embeddings, centers, reach);
  }

  /**
   * Embeddings of two entries on the plane, over what a classifier decides there: each point of the
   * plane is faintly in the colour of its class, with a gray line between two.
   *
   * @param embeddings N vectors of 2 entries
   * @param classOf the label for a point of the plane (2), 0 or more; it is asked for every pixel,
   *     and must not keep the array
   * @param classVectors (C, 2), by label; null draws none
   * @return the picture of {@link #features(Embeddings, double[][])} on that ground
   * @throws IllegalArgumentException as {@link #features(Embeddings, double[][])}, or if a label is
   *     negative
   */
  public static Picture regions(
      Embeddings embeddings, ToIntFunction<double[]> classOf, double @Nullable [][] classVectors) {
    return Planes.regions(features(embeddings, classVectors), classOf);
  }

  /**
   * As {@link #regions(Embeddings, ToIntFunction, double[][])} with a title of one's own, for
   * pictures side by side. Their axes are alike if their farthest embeddings are equally long.
   *
   * @param title of the picture
   * @param embeddings N vectors of 2 entries
   * @param classOf the label for a point of the plane (2), 0 or more; it is asked for every pixel,
   *     and must not keep the array
   * @param classVectors (C, 2), by label; null draws none
   * @return the picture
   * @throws IllegalArgumentException as {@link #regions(Embeddings, ToIntFunction, double[][])}
   */
  public static Picture regions(
      String title,
      Embeddings embeddings,
      ToIntFunction<double[]> classOf,
      double @Nullable [][] classVectors) {
    XYChart chart = features(embeddings, classVectors);
    chart.setTitle(title);
    return Planes.regions(chart, classOf);
  }

  /**
   * Several networks' decisions side by side, as {@link #regions(Embeddings, ToIntFunction,
   * double[][])} shows those of one: a panel for each, whose axes reach to its own farthest
   * embedding, as the panel says. Panels are small enough for telephones; class vectors are rays
   * without names.
   *
   * @param features N vectors of 2 entries for each network, by its name, in the order of the
   *     panels (a LinkedHashMap keeps one); class names are those of the first
   * @param classOf for each network the label for a point of the plane (2), 0 or more
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @return the figure, its panels 190 pixels wide, with a legend of the classes
   * @throws IllegalArgumentException as {@link #planes(Map, Map)}, or if a network has no classOf,
   *     or a label is negative
   */
  public static PanelFigure regions(
      Map<String, Embeddings> features,
      Map<String, ToIntFunction<double[]>> classOf,
      Map<String, double[][]> classVectors) {
    return PlanePanels.of(features, classOf, classVectors, Double.NaN);
  }

  /**
   * As {@link #regions(Map, Map, Map)}, with the same axes for all panels.
   *
   * @param features N vectors of 2 entries for each network, by its name
   * @param classOf for each network the label for a point of the plane (2), 0 or more
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @param reach how far axes reach from the origin
   * @return the figure
   * @throws IllegalArgumentException as {@link #regions(Map, Map, Map)}, or if an embedding lies
   *     beyond an axis
   */
  public static PanelFigure regions(
      Map<String, Embeddings> features,
      Map<String, ToIntFunction<double[]>> classOf,
      Map<String, double[][]> classVectors,
      double reach) {
    return PlanePanels.of(features, classOf, classVectors, positive(reach));
  }

  /**
   * Several networks' embeddings of two entries side by side, such as Wen's picture of features for
   * rising λ: a panel for each, whose axes reach to its own farthest embedding, as the panel says.
   * Panels are small enough for telephones; class vectors are rays without names.
   *
   * @param features N vectors of 2 entries for each network, by its name, in the order of the
   *     panels (a LinkedHashMap keeps one); class names are those of the first
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @return the figure, its panels 190 pixels wide, with a legend of the classes
   * @throws IllegalArgumentException if there is none, embeddings or class vectors do not have 2
   *     entries, or class vectors have no features
   */
  public static PanelFigure planes(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors) {
    return PlanePanels.of(features, Map.of(), classVectors, Double.NaN);
  }

  /**
   * As {@link #planes(Map, Map)}, with the same axes for all panels.
   *
   * @param features N vectors of 2 entries for each network, by its name
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @param reach how far axes reach from the origin
   * @return the figure
   * @throws IllegalArgumentException as {@link #planes(Map, Map)}, or if an embedding lies beyond
   *     an axis
   */
  public static PanelFigure planes(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors, double reach) {
    return PlanePanels.of(features, Map.of(), classVectors, positive(reach));
  }

  private static double positive(double reach) {
    if (!(reach > 0) || !Double.isFinite(reach)) {
      throw new IllegalArgumentException("the plane must reach farther than 0, got " + reach);
    }
    return reach;
  }

  /**
   * The way from an image to the loss, in nine boxes: image, network, embedding x, its direction,
   * the angles θ to the class vectors, the margin on that of the true class, the scale, softmax,
   * and the loss.
   *
   * @return the figure, in three panels that stand below each other where a page is narrow
   */
  public static PanelFigure pipeline() {
    return Pipeline.figure();
  }

  /**
   * What a triplet's training does, as figure 3 of FaceNet (Schroff 2015) shows it: an anchor, a
   * positive of its class and a negative of another, before and after, on the same axes, with
   * arrows from the anchor and the Euclidean distances along them. The panel "after" also shows, in
   * gray, where the three were before.
   *
   * @param before anchor, positive and negative, each (2)
   * @param after the same three, afterwards
   * @return the figure
   * @throws IllegalArgumentException if there are not three points of 2 finite entries
   */
  public static PanelFigure beforeAfter(double[][] before, double[][] after) {
    return BeforeAfter.of(before, after);
  }

  /**
   * Embeddings of three entries on the unit sphere, as {@link #sphere(Embeddings, double[][])}
   * without class vectors.
   *
   * @param embeddings N vectors of 3 entries, of any length but zero
   * @return the picture
   * @throws IllegalArgumentException if embeddings do not have 3 entries, or one is the zero vector
   */
  public static Picture sphere(Embeddings embeddings) {
    return sphere(embeddings, null);
  }

  /**
   * Embeddings of three entries on the unit sphere: each is divided by its length, so that what is
   * seen are directions and the angles between them. A colour and a form for each class, the far
   * half smaller and fainter, over lines of equal azimuth and elevation every 30 degrees. Class
   * vectors are rays from the origin with a ring where they leave the sphere, and the class's name
   * at their end. Names of more than seven letters are shortened there, and those of more than 20
   * classes are numbers.
   *
   * @param embeddings N vectors of 3 entries, of any length but zero
   * @param classVectors (C, 3), by label; null draws none
   * @return the picture, seen from azimuth 35°, elevation 25°
   * @throws IllegalArgumentException if embeddings or class vectors do not have 3 entries, or one
   *     is the zero vector
   */
  public static Picture sphere(Embeddings embeddings, double @Nullable [][] classVectors) {
    return sphere(embeddings, classVectors, 35, 25);
  }

  /**
   * As {@link #sphere(Embeddings, double[][])}, seen from elsewhere: an animation turns the sphere
   * by a little more azimuth in each frame.
   *
   * @param embeddings N vectors of 3 entries, of any length but zero
   * @param classVectors (C, 3), by label; null draws none
   * @param azimuth of the eye, in degrees: from 0 it looks along the first feature, from 90 along
   *     the second
   * @param elevation of the eye, in degrees from -90 to 90: from 90 it looks down the third feature
   * @return the picture
   * @throws IllegalArgumentException as {@link #sphere(Embeddings, double[][])}, or if an angle is
   *     not in its range
   */
  public static Picture sphere(
      Embeddings embeddings, double @Nullable [][] classVectors, double azimuth, double elevation) {
    return Sphere.of(embeddings, classVectors, azimuth, elevation);
  }

  /**
   * Points on the plane with arrows, in equal units on both axes: forces on embeddings, which are
   * the negative gradients, or ways that centers went.
   *
   * @param title of the chart
   * @param arrows by name, in the order of the legend (a LinkedHashMap keeps one): rows {x, y}, a
   *     point, or {x, y, dx, dy}, a point and an arrow from it to (x + dx, y + dy)
   * @return the chart
   * @throws IllegalArgumentException if there is no point, or a row is not of that form and finite
   */
  public static XYChart arrows(String title, Map<String, double[][]> arrows) {
    return Planes.arrows(title, arrows);
  }

  /**
   * How the angles of all pairs are distributed, within and between classes.
   *
   * @param embeddings N vectors
   * @return the chart of {@link Angles#of(Embeddings)}
   * @throws IllegalArgumentException as {@link Angles#of(Embeddings)}
   */
  public static XYChart angles(Embeddings embeddings) {
    return density(Angles.of(embeddings));
  }

  /**
   * How the Euclidean distances of all pairs are distributed, within and between classes.
   *
   * @param embeddings N vectors
   * @return the chart of {@link Distances#of(Embeddings)}
   * @throws IllegalArgumentException as {@link Distances#of(Embeddings)}
   */
  public static XYChart distances(Embeddings embeddings) {
    return density(Distances.of(embeddings));
  }

  /**
   * Two densities over each other, each of area 1, and the area that they share in gray; means,
   * deviations and the shared area are in the legend.
   *
   * @param distribution what is within classes and what between them
   * @return the chart
   */
  public static XYChart density(Distribution distribution) {
    boolean degrees = distribution.unit().equals("degrees");
    String unit = distribution.unit().isEmpty() ? "" : " (" + distribution.unit() + ")";
    long pairs = distribution.intra().size() + distribution.inter().size();
    String title =
        String.format(
            Locale.ROOT,
            "%s of %,d pairs of embeddings",
            capitalized(distribution.quantity()),
            pairs);
    XYChart chart =
        Style.xy(
            title,
            distribution.quantity() + unit,
            degrees ? "density (per degree)" : "density",
            Style.WIDTH,
            Style.HEIGHT);
    double[] within = distribution.density(distribution.intra());
    double[] between = distribution.density(distribution.inter());
    double[] common = new double[within.length];
    Arrays.setAll(common, b -> Math.min(within[b], between[b]));
    double[] edges = distribution.edges();
    // Blue and orange: the two of the palette that differ most in lightness, so in gray too.
    XYSeries far =
        steps(chart, "between classes: " + summary(distribution.inter(), degrees), edges, between);
    far.setFillColor(Style.color(Style.ORANGE, 0.35));
    far.setLineColor(Style.color(Style.ORANGE));
    XYSeries near =
        steps(chart, "within classes: " + summary(distribution.intra(), degrees), edges, within);
    near.setFillColor(Style.color(Style.BLUE, 0.3));
    near.setLineColor(Style.color(Style.BLUE));
    String shared = String.format(Locale.ROOT, "overlap: %.3f", distribution.overlap());
    XYSeries both = steps(chart, shared, edges, common);
    both.setFillColor(Style.SHARED);
    both.setLineColor(Style.SHARED);
    Style.breakLegend(chart);
    XYStyler s = chart.getStyler();
    s.setXAxisMin(distribution.lower()).setXAxisMax(distribution.upper()).setYAxisMin(0.0);
    if (degrees) {
      s.setXAxisTickLabelsFormattingFunction(x -> String.format(Locale.ROOT, "%.0f°", x));
    }
    return chart;
  }

  /**
   * The signature figure of a loss: how the angles (upper row) and the Euclidean distances (lower
   * row) of all pairs are distributed within classes (blue) and between them (orange), for images
   * that the network was trained on, for other images of the same classes (held-out), and for
   * images of classes that it was never trained on (unseen). Overlap is gray: the area ∫ min(f, g)
   * that both densities have in common. Dashed lines are means, which each panel says in figures,
   * with the overlap.
   *
   * <p>Axes are alike on all pages, so that losses compare: angles from 0° to 180° in bins of 3°;
   * distances in units of the mean distance between classes of the training images, from 0 to 2.5
   * in 60 bins, and on to the next half beyond the greatest distance. The panels of a row have one
   * scale of density; a peak that is more than 1.5 times as high as those of both other panels is
   * cut, and its height written beside it. No pair is left out and none is sampled.
   *
   * @param loss its name, for the title and the descriptions, such as "ArcFace"
   * @param training embeddings of images that the network was trained on
   * @param heldOut embeddings of other images of the same classes
   * @param unseen embeddings of images of other classes
   * @return the figure; its description begins "Angles and distances of" and says all means and
   *     overlaps
   * @throws IllegalArgumentException as {@link Angles#of(Embeddings)}, after the name of the set
   */
  public static PanelFigure anglesAndDistances(
      String loss, Embeddings training, Embeddings heldOut, Embeddings unseen) {
    return AnglesAndDistances.of(loss, training, heldOut, unseen);
  }

  /**
   * How the angles of all pairs are distributed, within and between classes, on a half rose: 0° is
   * on the right, 90° above, 180° on the left.
   *
   * @param embeddings N vectors
   * @return the picture of {@link #rose(Distribution)} for {@link Angles#of(Embeddings)}
   * @throws IllegalArgumentException as {@link Angles#of(Embeddings)}
   */
  public static Picture rose(Embeddings embeddings) {
    return rose(Angles.of(embeddings));
  }

  /**
   * Two densities of angles on a half rose, each of the same area, and the area that they share in
   * gray; dashed spokes are the means. A wedge's area is its share of the pairs, so that its radius
   * is the root of the density: rings say which.
   *
   * @param angles within classes and between them, in degrees from 0 to 180
   * @return the picture
   * @throws IllegalArgumentException if the distribution is not one of angles from 0 to 180 degrees
   */
  public static Picture rose(Distribution angles) {
    return Rose.of(angles, Double.NaN);
  }

  /**
   * As {@link #rose(Distribution)}, on rings of one scale: pictures of one training, such as the
   * frames of an animation, are then comparable.
   *
   * @param angles within classes and between them, in degrees from 0 to 180
   * @param highest density that there is room for, per degree
   * @return the picture
   * @throws IllegalArgumentException as {@link #rose(Distribution)}, or if a density is higher
   */
  public static Picture rose(Distribution angles, double highest) {
    if (!(highest > 0) || !Double.isFinite(highest)) {
      throw new IllegalArgumentException("the highest density must be above 0, got " + highest);
    }
    return Rose.of(angles, highest);
  }

  /**
   * Networks side by side: for each its embeddings of two entries in a disc, and below them the
   * half rose of their angles, all roses on one scale. Each disc reaches to its network's farthest
   * embedding, whose length is at its rim: directions compare, lengths do not. Numbers are those of
   * classes, at the ends of class vectors, or at the mean directions where there are none.
   *
   * @param features N vectors of 2 entries for each network, by its name, in the order of the
   *     columns (a LinkedHashMap keeps one); class names are those of the first
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @return the picture, 230 pixels wide for each network
   * @throws IllegalArgumentException if there is none, embeddings or class vectors do not have 2
   *     entries, class vectors have no features, or as {@link #rose(Embeddings)}
   */
  public static Picture overview(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors) {
    return Overview.of(features, classVectors, Double.NaN);
  }

  /**
   * As {@link #overview(Map, Map)}, with roses on a scale of one's own: the frames of an animation
   * are then comparable.
   *
   * @param features N vectors of 2 entries for each network, by its name
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @param highest density that roses have room for, per degree
   * @return the picture
   * @throws IllegalArgumentException as {@link #overview(Map, Map)}, or if a density is higher
   */
  public static Picture overview(
      Map<String, Embeddings> features, Map<String, double[][]> classVectors, double highest) {
    if (!(highest > 0) || !Double.isFinite(highest)) {
      throw new IllegalArgumentException("the highest density must be above 0, got " + highest);
    }
    return Overview.of(features, classVectors, highest);
  }

  /**
   * Networks side by side in two rows, of training images and of held-out ones: panels as the
   * columns of {@link #overview(Map, Map)}, all roses of both rows on one scale. Each disc reaches
   * to its own farthest embedding. Where a page is narrow, panels stand below each other.
   *
   * @param training N vectors of 2 entries for each network, by its name, in the order of the
   *     columns (a LinkedHashMap keeps one): of images that it was trained on; class names are
   *     those of the first
   * @param heldOut of the same networks in the same order: of other images of the same classes
   * @param classVectors (C, 2) by label, for those networks that have them, by the same names
   * @return the figure, its panels 190 pixels wide
   * @throws IllegalArgumentException as {@link #overview(Map, Map)}, or if the rows are not of the
   *     same networks
   */
  public static PanelFigure overview(
      Map<String, Embeddings> training,
      Map<String, Embeddings> heldOut,
      Map<String, double[][]> classVectors) {
    Map<String, Map<String, Embeddings>> sets = new LinkedHashMap<>();
    sets.put("training images", training);
    sets.put("held-out images", heldOut);
    return Overview.rows(sets, classVectors);
  }

  /** A histogram's outline: every bin's density from its lower edge to its upper. */
  private static XYSeries steps(XYChart chart, String name, double[] edges, double[] density) {
    int bins = density.length;
    double[] x = new double[bins + 3];
    double[] y = new double[bins + 3];
    // From the axis up at the first edge. The first bin is in two halves, since XChart puts ticks
    // at the data where they are equally spaced, and at round figures where they are not.
    x[0] = edges[0];
    x[1] = edges[0];
    y[1] = density[0];
    x[2] = (edges[0] + edges[1]) / 2;
    y[2] = density[0];
    for (int b = 1; b < bins; b++) {
      x[b + 2] = edges[b];
      y[b + 2] = density[b];
    }
    // And down to the axis at the last.
    x[bins + 2] = edges[bins];
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea);
    series.setLineStyle(Style.line(0, 1.8f));
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  private static String summary(Sample sample, boolean degrees) {
    return degrees
        ? degrees(sample)
        : "mean " + digits(sample.mean()) + ", std " + digits(sample.std());
  }

  static String degrees(Sample angles) {
    return String.format(Locale.ROOT, "mean %.1f°, std %.1f°", angles.mean(), angles.std());
  }

  /**
   * The ROC curve, with AUC and EER in the legend.
   *
   * @param verification of all pairs
   * @return the chart of {@link #roc(Map)}
   */
  public static XYChart roc(Verification verification) {
    return roc(Map.of("embeddings", verification));
  }

  /**
   * ROC curves over each other: at each false accept rate the true accept rate that {@link
   * Verification#tarAtFar(double)} gives. The false accept rate is on a logarithmic axis, which
   * begins at the least power of ten that is a pair or more of those between classes, 1e-6 at
   * least.
   *
   * @param verifications by name, in the order of the legend (a LinkedHashMap keeps one)
   * @return the chart
   * @throws IllegalArgumentException if there is none
   */
  public static XYChart roc(Map<String, Verification> verifications) {
    if (verifications.isEmpty()) {
      throw new IllegalArgumentException("a ROC chart needs a verification, got none");
    }
    long pairs =
        verifications.values().stream().mapToLong(Verification::interPairs).max().orElseThrow();
    double least = Math.pow(10, -Math.max(1, Math.min(6, Math.floor(Math.log10((double) pairs)))));
    XYChart chart =
        Style.xy(
            "ROC: pairs of one class accepted, against pairs of two",
            "false accept rate (FAR)",
            "true accept rate (TAR)",
            Style.WIDTH,
            Style.HEIGHT);
    int i = 0;
    for (Map.Entry<String, Verification> entry : verifications.entrySet()) {
      Verification v = entry.getValue();
      String name =
          String.format(Locale.ROOT, "%s: AUC %.3f, EER %.3f", entry.getKey(), v.auc(), v.eer());
      double[][] curve = thinned(v, least);
      XYSeries series = chart.addSeries(name, curve[0], curve[1]);
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Step);
      series.setLineColor(Style.color(i));
      series.setLineStyle(Style.line(0, 2.2f));
      series.setMarker(SeriesMarkers.NONE);
      i++;
    }
    double[] far = new double[121];
    Arrays.setAll(far, k -> Math.pow(least, 1 - k / 120.0));
    XYSeries chance = chart.addSeries("chance: AUC 0.5", far, far);
    chance.setLineColor(new Color(0x88, 0x88, 0x88));
    chance.setLineStyle(Style.line(0, 1));
    chance.setMarker(SeriesMarkers.NONE);
    XYStyler s = chart.getStyler();
    s.setXAxisLogarithmic(true);
    s.setXAxisMin(least).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    Style.breakLegend(chart);
    return chart;
  }

  /** The curve from the least rate to 1, without corners that would fall on the same pixel. */
  private static double[][] thinned(Verification v, double least) {
    List<double[]> kept = new ArrayList<>();
    double[] last = {least, v.tarAtFar(least)};
    kept.add(last);
    List<Verification.Point> roc = v.roc();
    for (int i = 0; i < roc.size(); i++) {
      double[] p = {roc.get(i).far(), roc.get(i).tar()};
      boolean end = i == roc.size() - 1;
      if (p[0] <= least && !end) {
        continue;
      }
      double across = Math.log(p[0] / last[0]) / -Math.log(least);
      if (across > 5e-4 || p[1] - last[1] > 5e-4 || end) {
        kept.add(p);
        last = p;
      }
    }
    return new double[][] {
      kept.stream().mapToDouble(p -> p[0]).toArray(), kept.stream().mapToDouble(p -> p[1]).toArray()
    };
  }

  /**
   * Lines through points, with an optional band about each: a colour, a kind of dashes and, up to
   * 30 points, a marker for each line.
   *
   * @param title of the chart
   * @param xLabel of the x-axis, with its unit
   * @param yLabel of the y-axis, with its unit
   * @param lines by name, in the order of the legend (a LinkedHashMap keeps one): {x, y}, or {x, y,
   *     lower, upper} with the edges of the band, all equally long; x rising
   * @return the chart; a dashed line of more than 30 points has the ends of its dashes as data
   * @throws IllegalArgumentException if there is no line, or one is not of that form
   */
  public static XYChart lines(
      String title, String xLabel, String yLabel, Map<String, double[][]> lines) {
    return lines(title, xLabel, yLabel, lines, name -> name, name -> name);
  }

  /**
   * As {@link #lines(String, String, String, Map)}, with colours by one key and dashes by another,
   * such as the loss by its colour and the learning rate by its dashes: for names such as "softmax,
   * rate 0.01" they are {@code name -> name.split(",")[0]} and {@code name -> name.split(",")[1]}.
   * Keys are numbered in the order in which they first occur; there are 11 colours and 4 kinds of
   * dashes, the first of which is none.
   *
   * @param title of the chart
   * @param xLabel of the x-axis, with its unit
   * @param yLabel of the y-axis, with its unit
   * @param lines by name, as for {@link #lines(String, String, String, Map)}
   * @param colorKey of a line's name, what its colour stands for
   * @param dashKey of a line's name, what its dashes and its markers stand for
   * @return the chart
   * @throws IllegalArgumentException as {@link #lines(String, String, String, Map)}
   */
  public static XYChart lines(
      String title,
      String xLabel,
      String yLabel,
      Map<String, double[][]> lines,
      UnaryOperator<String> colorKey,
      UnaryOperator<String> dashKey) {
    XYChart chart = Lines.of(title, xLabel, yLabel, lines, colorKey, dashKey);
    Dashes.cut(chart);
    return chart;
  }

  /**
   * As {@link #lines(String, String, String, Map)}, with x on a logarithmic axis: for knobs that
   * are tried in powers, and for costs against sizes.
   *
   * @param title of the chart
   * @param xLabel of the x-axis, with its unit
   * @param yLabel of the y-axis, with its unit
   * @param lines by name, as for {@link #lines(String, String, String, Map)}; every x above 0
   * @return the chart
   * @throws IllegalArgumentException as {@link #lines(String, String, String, Map)}, or if an x is
   *     not above 0
   */
  public static XYChart logLines(
      String title, String xLabel, String yLabel, Map<String, double[][]> lines) {
    return logLines(title, xLabel, yLabel, lines, name -> name, name -> name);
  }

  /**
   * As {@link #logLines(String, String, String, Map)}, with colours by one key and dashes by
   * another, as {@link #lines(String, String, String, Map, UnaryOperator, UnaryOperator)} has them.
   *
   * @param title of the chart
   * @param xLabel of the x-axis, with its unit
   * @param yLabel of the y-axis, with its unit
   * @param lines by name, as for {@link #lines(String, String, String, Map)}; every x above 0
   * @param colorKey of a line's name, what its colour stands for
   * @param dashKey of a line's name, what its dashes and its markers stand for
   * @return the chart
   * @throws IllegalArgumentException as {@link #logLines(String, String, String, Map)}
   */
  public static XYChart logLines(
      String title,
      String xLabel,
      String yLabel,
      Map<String, double[][]> lines,
      UnaryOperator<String> colorKey,
      UnaryOperator<String> dashKey) {
    XYChart chart = Lines.of(title, xLabel, yLabel, lines, colorKey, dashKey);
    double[] all = lines.values().stream().flatMapToDouble(v -> Arrays.stream(v[0])).toArray();
    double least = Arrays.stream(all).min().orElseThrow();
    if (!(least > 0)) {
      throw new IllegalArgumentException(
          "on a logarithmic axis every x must be above 0, got " + least + ": leave it out");
    }
    // Over less than two powers of ten, their multiples have labels too.
    boolean wide = Arrays.stream(all).max().orElseThrow() >= 100 * least;
    chart.getStyler().setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(wide);
    Dashes.cut(chart);
    return chart;
  }

  /**
   * How figures of several kinds are distributed: outlines of histograms over each other, each of
   * area 1, told apart by colour and by dashes. All are on one grid of 60 bins from the least
   * figure to the greatest; every figure is counted. Means, deviations (over n) and counts are in
   * the legend.
   *
   * @param title of the chart
   * @param xLabel what the figures are, with their unit
   * @param samples figures by name, in the order of the legend (a LinkedHashMap keeps one)
   * @return the chart
   * @throws IllegalArgumentException if there is no sample, or one is empty or has a figure that is
   *     not finite
   */
  public static XYChart densities(String title, String xLabel, Map<String, double[]> samples) {
    return Lines.densities(title, xLabel, samples);
  }

  /**
   * As {@link #densities(String, String, Map)}, on a grid of one's own, such as 0 to 180 for angles
   * in degrees: charts of several pages are then comparable.
   *
   * @param title of the chart
   * @param xLabel what the figures are, with their unit
   * @param lower where the grid begins
   * @param upper where it ends
   * @param samples figures by name, in the order of the legend (a LinkedHashMap keeps one)
   * @return the chart
   * @throws IllegalArgumentException as {@link #densities(String, String, Map)}, or if a figure is
   *     outside of the grid, or that is empty
   */
  public static XYChart densities(
      String title, String xLabel, double lower, double upper, Map<String, double[]> samples) {
    return Lines.densities(title, xLabel, lower, upper, samples);
  }

  /**
   * A figure over two knobs: a cell for each pair of settings, light where the figure is large,
   * with the figure in it. Cells are equally large, whatever the distances between settings.
   *
   * @param title of the picture
   * @param xLabel what the columns are, with its unit
   * @param xs settings of the columns, from left to right
   * @param yLabel what the rows are, with its unit
   * @param ys settings of the rows, from the lowest up
   * @param values (rows, columns): {@code values[r][c]} belongs to {@code ys[r]} and {@code xs[c]};
   *     NaN, where there is none, is hatched
   * @param unit what the values are, with their unit
   * @return the picture
   * @throws IllegalArgumentException if there is no value, one is infinite, or rows or columns are
   *     not as many as settings
   */
  public static Picture heatMap(
      String title,
      String xLabel,
      double[] xs,
      String yLabel,
      double[] ys,
      double[][] values,
      String unit) {
    return HeatMap.of(title, xLabel, HeatMap.ticks(xs), yLabel, HeatMap.ticks(ys), values, unit);
  }

  /**
   * A figure of every pair of two things with names, as {@link #heatMap(String, String, double[],
   * String, double[], double[][], String)} shows it of two knobs.
   *
   * @param title of the picture
   * @param xLabel what the columns are
   * @param columns their names, from left to right
   * @param yLabel what the rows are
   * @param rows their names, from the top down
   * @param values (rows, columns); NaN, where there is none, is hatched
   * @param unit what the values are, with their unit
   * @return the picture
   * @throws IllegalArgumentException if there is no value, one is infinite, or rows or columns are
   *     not as many as names
   */
  public static Picture heatMap(
      String title,
      String xLabel,
      List<String> columns,
      String yLabel,
      List<String> rows,
      double[][] values,
      String unit) {
    List<String> upwards = new ArrayList<>(rows);
    Collections.reverse(upwards);
    List<double[]> upwardValues = new ArrayList<>(List.of(values));
    Collections.reverse(upwardValues);
    return HeatMap.of(
        title,
        xLabel,
        columns.toArray(String[]::new),
        yLabel,
        upwards.toArray(String[]::new),
        upwardValues.toArray(double[][]::new),
        unit);
  }

  /**
   * Figures with their intervals, a row and a colour for each, in this order from the top. Up to
   * twelve have their figures beside them; more are drawn closer together.
   *
   * @param title of the picture
   * @param xLabel what the figures are, with their unit
   * @param intervals by name (a LinkedHashMap keeps an order)
   * @return the picture
   * @throws IllegalArgumentException if there is no interval
   */
  public static Picture intervals(String title, String xLabel, Map<String, Interval> intervals) {
    return Intervals.of(title, xLabel, Double.NaN, intervals, Map.of());
  }

  /**
   * As {@link #intervals(String, String, Map)}, with a small dot below each interval for each
   * single figure, such as one for each seed.
   *
   * @param title of the picture
   * @param xLabel what the figures are, with their unit
   * @param intervals by name (a LinkedHashMap keeps an order)
   * @param points figures for some or all of the names
   * @return the picture
   * @throws IllegalArgumentException if there is no interval, or a point is not finite or of a name
   *     that has no interval
   */
  public static Picture intervals(
      String title, String xLabel, Map<String, Interval> intervals, Map<String, double[]> points) {
    return Intervals.of(title, xLabel, Double.NaN, intervals, points);
  }

  /**
   * As {@link #intervals(String, String, Map)}, about a figure that is dashed: intervals that
   * contain it are blue with a hollow dot, those that do not vermillion with a full one.
   *
   * @param title of the picture
   * @param xLabel what the figures are, with their unit
   * @param reference 0 for differences, or the truth where it is known
   * @param intervals by name (a LinkedHashMap keeps an order)
   * @return the picture
   * @throws IllegalArgumentException if there is no interval, or the reference is NaN or infinite
   */
  public static Picture intervals(
      String title, String xLabel, double reference, Map<String, Interval> intervals) {
    if (!Double.isFinite(reference)) {
      throw new IllegalArgumentException("the reference must be finite, got " + reference);
    }
    return Intervals.of(title, xLabel, reference, intervals, Map.of());
  }

  /**
   * A contact sheet of images under their class's name.
   *
   * @param images the set
   * @param columns how many in a row
   * @param indices which images, in reading order
   * @return the picture
   * @throws IllegalArgumentException if there is no column or no index, or an index is not in the
   *     set
   */
  public static Picture images(ImageSet images, int columns, int... indices) {
    return images(images, columns, i -> images.classNames().get(images.label(i)), indices);
  }

  /**
   * A contact sheet of images with a line of text below each.
   *
   * @param images the set
   * @param columns how many in a row
   * @param caption the text for an index; empty texts for all leave out the line
   * @param indices which images, in reading order
   * @return the picture
   * @throws IllegalArgumentException if there is no column or no index, or an index is not in the
   *     set
   */
  public static Picture images(
      ImageSet images, int columns, IntFunction<String> caption, int... indices) {
    if (columns < 1 || indices.length == 0) {
      throw new IllegalArgumentException(
          "a contact sheet needs a column and an image, got "
              + columns
              + " columns and "
              + indices.length
              + " images");
    }
    return ContactSheet.of(images, Math.min(columns, indices.length), caption, indices);
  }

  /**
   * Where retrieval goes wrong: images beside the nearest of their class and the nearest of
   * another, with the angles between them. The ones that lie farthest on the wrong side come first;
   * where fewer are wrong than there is room for, those follow that are nearest to it.
   *
   * @param images the set
   * @param embeddings of all images, in their order
   * @param rows how many at most, of two queries each
   * @return the picture
   * @throws IllegalArgumentException if there is no row, embeddings are not those of the images, no
   *     class has two images, there is but one class, or an embedding is the zero vector
   */
  public static Picture wrongNeighbours(ImageSet images, Embeddings embeddings, int rows) {
    return WrongNeighbours.of(images, embeddings, rows);
  }

  static String digits(double x) {
    if (x == 0 || !Double.isFinite(x)) {
      return x == 0 ? "0" : Double.toString(x);
    }
    double size = Math.abs(x);
    return size >= 1e5 || size < 1e-4
        ? String.format(Locale.ROOT, "%.2e", x)
        : String.format(
            Locale.ROOT,
            size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f",
            x);
  }

  /**
   * How angles are distributed by class: for each class those of its embeddings to their mean
   * (blue, a disc at the median), and to the nearest mean of another class (orange, a square). A
   * thin line holds the middle 90 % of the angles, a bold one the middle half. The classes that
   * overlap most are on top.
   *
   * @param side {@link AngleReport#train()} or {@link AngleReport#test()}
   * @param most how many classes at most
   * @return the picture
   * @throws IllegalArgumentException if there is to be no class
   */
  public static Picture anglesByClass(AngleReport.Side side, int most) {
    return ClassAngles.of(side, most);
  }

  static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}

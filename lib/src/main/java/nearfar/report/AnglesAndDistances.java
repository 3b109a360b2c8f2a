package nearfar.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Distances;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;

/** One network's angles and distances, of training, held-out and unseen images, on equal axes. */
final class AnglesAndDistances {

  /** Where the axis of distances ends, if no distance is greater. */
  private static final double FARTHEST = 2.5;

  private AnglesAndDistances() {}

  static PanelFigure of(String loss, Embeddings training, Embeddings heldOut, Embeddings unseen) {
    Map<String, Embeddings> sets = new LinkedHashMap<>();
    sets.put("training images", training);
    sets.put("held-out images", heldOut);
    sets.put("unseen images", unseen);
    Map<String, Distribution> angles = new LinkedHashMap<>();
    Map<String, Distribution> distances = new LinkedHashMap<>();
    double unit = 0;
    double greatest = 0;
    for (Map.Entry<String, Embeddings> entry : sets.entrySet()) {
      Distribution d;
      try {
        angles.put(entry.getKey(), Angles.of(entry.getValue()));
        d = Distances.of(entry.getValue());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(entry.getKey() + ": " + e.getMessage(), e);
      }
      if (distances.isEmpty()) {
        // All of them in one point have distances too: 0.
        unit = d.inter().mean() > 0 ? d.inter().mean() : 1;
      }
      distances.put(entry.getKey(), d);
      greatest = Math.max(greatest, Math.max(d.intra().max(), d.inter().max()));
    }
    double end = Math.max(FARTHEST, Math.ceil(2 * greatest / unit) / 2);
    double last = end * unit;
    distances.replaceAll((name, d) -> d.on(0, last));
    String one =
        Charts.digits(unit) + ", the mean distance between classes of the training images.";
    List<DensityPanel> upper =
        row("Angles, ", angles, 1, 45, x -> text("%.1f°", x), x -> text("%.0f°", x));
    List<DensityPanel> lower =
        row(
            "Distances, ",
            distances,
            unit,
            end > 4 ? Math.ceil(end / 5) : end > FARTHEST ? 1 : 0.5,
            x -> text("%.2f", x),
            Style::tick);
    List<DensityPanel> panels = new ArrayList<>(upper);
    panels.addAll(lower);
    String title = "Angles and distances of " + loss;
    List<String> altTexts = panels.stream().map(p -> alone(loss, p)).toList();
    StringBuilder all = new StringBuilder(title).append(". ");
    panels.forEach(p -> all.append(p.title()).append(": ").append(p.words()).append(". "));
    all.append("Of distances, 1 = ").append(one);
    return PanelFigure.of(
        title,
        List.of(
            "Angles of all pairs: density per degree. Dashed lines are means.",
            "Distances of all pairs: density per 1, where 1\u00a0=\u00a0" + one),
        List.of(
            upper.stream().map(DensityPanel::drawing).toList(),
            lower.stream().map(DensityPanel::drawing).toList()),
        altTexts,
        all.toString());
  }

  private static List<DensityPanel> row(
      String what,
      Map<String, Distribution> distributions,
      double unit,
      double step,
      DoubleFunction<String> figure,
      DoubleFunction<String> tick) {
    double[] peaks =
        distributions.values().stream()
            .mapToDouble(d -> DensityPanel.highest(d, unit))
            .sorted()
            .toArray();
    // One narrow peak must not make the other panels flat: it is cut, and its height written.
    double top = 1.05 * Math.min(peaks[2], 1.5 * peaks[1]);
    List<DensityPanel> row = new ArrayList<>();
    distributions.forEach(
        (name, d) -> row.add(new DensityPanel(what + name, d, unit, step, top, figure, tick)));
    return row;
  }

  private static String alone(String loss, DensityPanel panel) {
    Distribution d = panel.distribution();
    return String.format(
        Locale.ROOT,
        "%s, %s: densities of %,d pairs, %s.",
        loss,
        panel.title(),
        d.intra().size() + d.inter().size(),
        panel.words());
  }

  private static String text(String format, double x) {
    return String.format(Locale.ROOT, format, x);
  }
}

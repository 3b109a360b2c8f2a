package nearfar.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * The results of {@code environment/bench} as a picture: for each kind of work cost against size,
 * both in powers of ten, of ours, of the peers and of the bare matrix products.
 */
final class CostChart {

  private static final String OURS = "ours";
  private static final String EAGER = "PyTorch eager";
  private static final String FLOOR = "matrix products alone";

  private CostChart() {}

  /**
   * Draws.
   *
   * @param arguments the results, and the PNG to write
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, Map<String, SortedMap<Double, Double>>> works = read(Path.of(arguments[0]));
    List<Picture> panels = new ArrayList<>();
    works.values().removeIf(lines -> lines.values().stream().allMatch(line -> line.size() < 2));
    works.forEach((work, lines) -> panels.add(Picture.of(panel(work, lines))));
    if (panels.isEmpty()) {
      System.err.println("no kind of work was measured at two sizes: there is nothing to draw");
      return;
    }
    Files.write(Path.of(arguments[1]), Picture.grid(3, panels).png());
  }

  /** By work, by who, from size to milliseconds; works without a size are left out. */
  private static Map<String, Map<String, SortedMap<Double, Double>>> read(Path file)
      throws IOException {
    Map<String, Map<String, SortedMap<Double, Double>>> works = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(file);
    List<String> columns = List.of(lines.get(0).split(",", -1));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      String size = cells[columns.indexOf("size")];
      if (!size.contains("=")) {
        continue;
      }
      double x = Double.parseDouble(size.split("[= ]", -1)[1]);
      Map<String, SortedMap<Double, Double>> of =
          works.computeIfAbsent(
              cells[columns.indexOf("work")] + ", " + size.substring(0, 1),
              key -> new LinkedHashMap<>());
      add(of, OURS, x, cells[columns.indexOf("ours_ms")]);
      add(of, cells[columns.indexOf("peer")], x, cells[columns.indexOf("peer_ms")]);
      add(of, FLOOR, x, cells[columns.indexOf("floor_ms")]);
    }
    return works;
  }

  private static void add(
      Map<String, SortedMap<Double, Double>> lines, String name, double x, String ms) {
    if (!ms.isEmpty()) {
      lines.computeIfAbsent(name, key -> new TreeMap<>()).put(x, Double.parseDouble(ms));
    }
  }

  private static XYChart panel(String work, Map<String, SortedMap<Double, Double>> lines) {
    String[] parts = work.split(", ", -1);
    XYChart chart = Style.xy(parts[0], parts[1], "milliseconds", 340, 320);
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    double least = Double.MAX_VALUE;
    double most = 0;
    for (Map.Entry<String, SortedMap<Double, Double>> line : lines.entrySet()) {
      List<Double> x = new ArrayList<>(line.getValue().keySet());
      List<Double> y = new ArrayList<>(line.getValue().values());
      least = Math.min(least, y.stream().min(Double::compare).orElseThrow());
      most = Math.max(most, y.stream().max(Double::compare).orElseThrow());
      XYSeries series = chart.addSeries(line.getKey(), x, y);
      // The same colour and form for the same side in every panel; the floor is gray and dashed.
      int i =
          line.getKey().equals(OURS)
              ? Style.BLUE
              : line.getKey().equals(FLOOR) ? 6 : line.getKey().equals(EAGER) ? 2 : 1;
      series.setLineColor(i == 6 ? Style.FRAME : Style.color(i));
      series.setMarkerColor(i == 6 ? Style.FRAME : Style.color(i));
      series.setMarker(Style.marker(i));
      series.setLineStyle(Style.line(i == 6 ? 1 : 0, i == 0 ? 2.4f : 1.6f));
    }
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(most))));
    Style.breakLegend(chart);
    return chart;
  }
}

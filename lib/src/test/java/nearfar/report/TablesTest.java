package nearfar.report;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nearfar.evaluation.Agreement;
import nearfar.evaluation.AngleReport;
import nearfar.evaluation.AngleTable;
import nearfar.evaluation.Angles;
import nearfar.evaluation.Bootstrap;
import nearfar.evaluation.Clouds;
import nearfar.evaluation.Distribution;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Interval;
import nearfar.evaluation.MarginAdvice;
import nearfar.evaluation.OpenSet;
import nearfar.evaluation.PerClass;
import nearfar.evaluation.Retrieval;
import nearfar.evaluation.Verification;
import nearfar.loss.Certificate;
import nearfar.loss.NormalizedSoftmaxLoss;
import nearfar.training.History;
import nearfar.training.Provenance;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TablesTest {

  private static final Embeddings CLOUD = Clouds.random(120, 5, 6, 0.8, 1);

  @Test
  void keepsAllDigitsAndPrintsAFew() {
    Retrieval r = Retrieval.of(CLOUD);
    Verification v = Verification.of(CLOUD);
    Table t = Tables.of(r, v);
    assertEquals(1, t.rowCount());
    assertEquals(r.mapAtR(), t.doubleColumn("MAP@R").getDouble(0));
    assertEquals(r.recallAt(1), t.doubleColumn("Recall@1").getDouble(0));
    assertEquals(r.rPrecision(), t.doubleColumn("R-precision").getDouble(0));
    assertEquals(v.auc(), t.doubleColumn("AUC").getDouble(0));
    assertEquals(v.eer(), t.doubleColumn("EER").getDouble(0));
    assertEquals(v.tarAtFar(0.01), t.doubleColumn("TAR@FAR 0.01").getDouble(0));
    assertEquals(v.tarAtFar(0.001), t.doubleColumn("TAR@FAR 0.001").getDouble(0));
    assertEquals(String.format(Locale.ROOT, "%.3f", v.auc()), t.getString(0, "AUC"));
    assertEquals("120", t.getString(0, "queries"));
    assertEquals("7,140", t.getString(0, "pairs"));
  }

  @Test
  void hasNoFigureForARateOfLessThanOnePair() {
    Embeddings few = Clouds.random(20, 3, 2, 0.5, 1);
    Table t = Tables.of(Retrieval.of(few), Verification.of(few));
    assertTrue(t.doubleColumn("TAR@FAR 0.001").isMissing(0));
    assertEquals("–", t.getString(0, "TAR@FAR 0.001"));
    assertTrue(!t.doubleColumn("TAR@FAR 0.01").isMissing(0));
  }

  @Test
  void saysHowFiguresOfMorePairsThanAreKeptWereCounted() {
    Embeddings many = Clouds.random(10_100, 3, 400, 0.5, 1);
    Verification v = Verification.of(many);
    Table t = Tables.of(Retrieval.of(many), v);
    assertEquals(v.resolution(), t.doubleColumn("similarity ±").getDouble(0));
    assertEquals(10_100L * 10_099 / 2, t.longColumn("pairs").getLong(0));
    Distribution d = Angles.of(many);
    assertEquals(d.resolution(), Tables.of(d).doubleColumn("angle ± (degrees)").getDouble(0));
    assertFalse(Tables.of(Angles.of(CLOUD)).columnNames().contains("angle ± (degrees)"));
  }

  @Test
  void showsAnglesWithAndWithoutClassVectors() {
    Table t = Tables.of(new AngleTable(14.26, 71.61, 38.45, 24.01));
    assertEquals(
        List.of("W-EC (degrees)", "W-Inter (degrees)", "Intra (degrees)", "Inter (degrees)"),
        t.columnNames());
    assertEquals("14.3", t.getString(0, 0));
    assertEquals("24.0", t.getString(0, 3));
    Table without = Tables.of(AngleTable.of(CLOUD));
    assertEquals("–", without.getString(0, 0));
    Distribution d = Angles.of(CLOUD);
    Table means = Tables.of(d);
    assertEquals(d.intra().mean(), means.doubleColumn("mean within (degrees)").getDouble(0));
    assertEquals(d.overlap(), means.doubleColumn("overlap").getDouble(0));
  }

  @Test
  void showsEpochsAndProvenance() {
    double[] losses = {4, 3, 2, 1};
    History h =
        History.of(
            losses,
            List.of(new History.Epoch(1, 3.5, 0.5, 2, 0), new History.Epoch(2, 1.5, 0.753, 2, 0)));
    Table t = Tables.of(h);
    assertEquals(List.of("epoch", "loss", "accuracy (%)", "steps"), t.columnNames());
    assertEquals("1.5000", t.getString(1, "loss"));
    assertEquals("75.3", t.getString(1, "accuracy (%)"));
    History headless = History.of(losses, List.of(new History.Epoch(1, 3.5, Double.NaN, 2, 0)));
    assertEquals(List.of("epoch", "loss", "steps"), Tables.of(headless).columnNames());
    assertEquals(0, Tables.of(History.of(losses, List.of())).rowCount());
    Provenance p =
        new Provenance(
            "rings: 3 images",
            "abc",
            7,
            Map.of("epochs", "2"),
            Map.of("Java", "17"),
            Duration.ofMillis(1500));
    Table fields = Tables.of(p);
    assertEquals(p.fields().size(), fields.rowCount());
    assertEquals("checksum", fields.getString(1, "field"));
    assertEquals("abc", fields.getString(1, "value"));
  }

  @Test
  void putsTablesUnderEachOther() {
    Map<String, Table> two = new LinkedHashMap<>();
    two.put("softmax", Tables.of(new AngleTable(1, 2, 3, 4)));
    two.put("arcface", Tables.of(new AngleTable(5, 6, 7, 8.04)));
    Table t = Tables.together("losses", "loss", two);
    assertEquals("losses", t.name());
    assertEquals(2, t.rowCount());
    assertEquals("arcface", t.getString(1, "loss"));
    assertEquals("8.0", t.getString(1, "Inter (degrees)"));
    assertEquals("angles", two.get("softmax").name());
    assertEquals(4, two.get("softmax").columnCount());
    refused(() -> Tables.together("", "", Map.of()), "got none");
    two.put("other", Tables.of("x", Map.of("a", "b")));
    refused(() -> Tables.together("losses", "loss", two), "[loss, field, value]");
  }

  @Test
  void showsACertificate() {
    Certificate certificate = Certificate.of(NormalizedSoftmaxLoss.of(8));
    Table t = Tables.of(certificate);
    assertEquals("certificate of normalized-softmax(scale=8.0)", t.name());
    assertEquals(List.of("check", "compared", "worst", "allowed", "verdict"), t.columnNames());
    assertEquals(certificate.findings().size(), t.rowCount());
    assertEquals("gradient", t.getString(0, "check"));
    assertEquals("embeddings: 108 slopes", t.getString(0, "compared"));
    assertEquals(certificate.findings().get(0).worst(), t.doubleColumn("worst").getDouble(0));
    assertEquals("1E-7", t.getString(0, "allowed"));
    assertEquals("passed", t.getString(0, "verdict"));
  }

  @Test
  void showsAnAngleReportAndItsClasses() {
    AngleReport report = AngleReport.of(CLOUD, null, CLOUD);
    Table t = Tables.of(report);
    assertEquals(1, t.rowCount());
    assertEquals("–", t.getString(0, "W-EC (degrees)"));
    assertEquals(report.train().angles().intra(), t.doubleColumn("Intra1 (degrees)").getDouble(0));
    assertEquals(t.getString(0, "Inter1 (degrees)"), t.getString(0, "Inter2 (degrees)"));
    assertEquals(report.train().pairs().overlap(), t.doubleColumn("overlap2").getDouble(0));
    assertTrue(Tables.of(AngleReport.of(CLOUD, null, null)).doubleColumn("overlap2").isMissing(0));
    Table classes = Tables.of(report.train());
    assertEquals(6, classes.rowCount());
    assertEquals("20", classes.getString(0, "images"));
    assertEquals(report.train().classes().get(0).nearest(), classes.getString(0, "nearest class"));
  }

  @Test
  void showsClassesAgreementIntervalsAndAdvice() {
    PerClass classes = PerClass.of(CLOUD);
    Table t = Tables.of(classes);
    assertEquals(6, t.rowCount());
    assertEquals(classes.rows().get(0).mapAtR(), t.doubleColumn("MAP@R").getDouble(0));
    assertEquals(classes.rows().get(0).name(), t.getString(0, "class"));
    assertTrue(t.doubleColumn("MAP@R").getDouble(0) <= t.doubleColumn("MAP@R").getDouble(5));
    assertEquals("0.500", Tables.of(new Agreement(0.75, 0.5)).getString(0, "AMI"));
    Map<String, Interval> intervals = OpenSet.of(CLOUD).intervals(Bootstrap.of(50, 7));
    Table i = Tables.intervals("unseen", intervals);
    assertEquals(List.of("measure", "figure", "from", "to"), i.columnNames());
    assertEquals("EER", i.getString(2, "measure"));
    assertEquals(Verification.of(CLOUD).eer(), i.doubleColumn("figure").getDouble(2), 1e-12);
    Table advice = Tables.of(MarginAdvice.of(CLOUD, 6));
    assertEquals(5, advice.rowCount());
    assertEquals("scale", advice.getString(3, "setting"));
    assertTrue(advice.getString(3, "reason").startsWith("AdaCos"));
  }
}

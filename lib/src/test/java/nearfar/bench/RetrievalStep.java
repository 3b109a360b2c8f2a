package nearfar.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import nearfar.evaluation.Embeddings;
import nearfar.evaluation.Retrieval;

/** MAP@R and Recall@1 of vectors that are in memory. */
final class RetrievalStep implements Work {

  private final float[][] vectors;
  private final int[] labels;

  private RetrievalStep(float[][] vectors, int[] labels) {
    this.vectors = vectors;
    this.labels = labels;
  }

  static RetrievalStep of(Request r) throws IOException {
    Path folder = Path.of(r.text("folder"));
    return new RetrievalStep(
        Raw.rows(folder.resolve("embeddings.f32"), r.number("dimension")),
        Raw.ints(folder.resolve("labels.i32")));
  }

  @Override
  public void step() {
    run();
  }

  @Override
  public Answer answer() {
    Retrieval result = run();
    return Work.values(Map.of("map-at-r", result.mapAtR(), "recall-at-1", result.recallAt(1)));
  }

  private Retrieval run() {
    return Retrieval.of(Embeddings.of(vectors, labels));
  }
}

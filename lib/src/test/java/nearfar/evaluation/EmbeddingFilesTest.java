package nearfar.evaluation;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nearfar.npy.Npy;
import nearfar.npy.NumpyFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFilesTest {

  @TempDir private Path folder;

  private Path text(String... lines) throws IOException {
    return Files.writeString(folder.resolve("table.csv"), String.join("\n", lines) + "\n");
  }

  private static void equal(Embeddings expected, Embeddings actual) {
    assertArrayEquals(expected.vectors(), actual.vectors());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(
          expected.className(expected.label(i)), actual.className(actual.label(i)), "row " + i);
    }
  }

  @Test
  void readsBackWhatItWritesDigitByDigit() {
    Embeddings plain = Clouds.random(40, 5, 3, 0.7, 1);
    Embeddings named = plain.withClassNames(List.of("a \"cat\", or two", " ", "ß"));
    Path vectors = folder.resolve("vectors.npy");
    for (Embeddings e : List.of(plain, named)) {
      Path table = folder.resolve("table.csv");
      EmbeddingFiles.writeCsv(e, table);
      if (e == plain) {
        equal(e, EmbeddingFiles.readCsv(table, "class"));
        equal(e, EmbeddingFiles.readCsvLabelFirst(table));
      } else {
        refused(() -> EmbeddingFiles.readCsv(table, "class"), "label in line 3", "is empty");
      }
    }
    Embeddings words = plain.withClassNames(List.of("z", "a,\tb;", "\"m\""));
    EmbeddingFiles.writeCsv(words, folder.resolve("words.csv"));
    equal(words, EmbeddingFiles.readCsv(folder.resolve("words.csv"), "class"));
    EmbeddingFiles.write(words, vectors, folder.resolve("labels.txt"));
    equal(words, EmbeddingFiles.read(vectors, folder.resolve("labels.txt")));
    EmbeddingFiles.write(words, vectors, folder.resolve("labels.npy"));
    equal(plain, EmbeddingFiles.read(vectors, folder.resolve("labels.npy")));
    refused(
        () ->
            EmbeddingFiles.writeCsv(
                plain.withClassNames(List.of("a", "b\nc", "d")), folder.resolve("x.csv")),
        "one line");
  }

  @Test
  void namesAreNumberedByTheAlphabetAndNumbersKept() throws IOException {
    Embeddings e =
        EmbeddingFiles.readCsv(
            text("\uFEFFx; class ;y", "1;pear; 2", "", "-3e-2;apple;+.5", "0;\"pear\";7"), "class");
    assertEquals(List.of("apple", "pear"), e.classNames());
    assertArrayEquals(new int[] {1, 0, 1}, e.labels());
    assertArrayEquals(new double[][] {{1, 2}, {-0.03, 0.5}, {0, 7}}, e.vectors());
    Embeddings numbers = EmbeddingFiles.readCsvLabelLast(text("1\t2\t12", "3\t4\t5"));
    assertArrayEquals(new int[] {12, 5}, numbers.labels());
    assertEquals(List.of(), numbers.classNames());
    // "07" is not 7.
    assertEquals(
        List.of("07", "7"), EmbeddingFiles.readCsvLabelLast(text("1,07", "2,7")).classNames());
    assertEquals(
        3, EmbeddingFiles.readCsvLabelLast(text("a,b,l", "1,2,0", "3,4,0", "5,6,1")).size());
  }

  @Test
  void aHeaderOfNumbersIsNotTakenForAVector() throws IOException {
    Path table = text("0,1,2,class", "5,6,7,a", "1,2,3,b");
    refused(() -> EmbeddingFiles.readCsvLabelLast(table), "counts 0, 1, 2", "\"class\"");
    assertEquals(2, EmbeddingFiles.readCsv(table, "class").size());
  }

  @Test
  void saysWhereATableIsWrong() throws IOException {
    Path word = text("class,x,y", "a,1,2", "b,3,four");
    refused(() -> EmbeddingFiles.readCsv(word, "class"), "\"four\" in line 3, column 3 (y)");
    refused(() -> EmbeddingFiles.readCsv(word, "label"), "\"label\"", "[class, x, y]");
    for (String bad : List.of("NaN", "Infinity", "1f", "0x1p3", "1d", "", "1 2", "1e999")) {
      Path table = text("1,1,a", bad + ",1,b");
      refused(
          () -> EmbeddingFiles.readCsvLabelLast(table), "\"" + bad + "\" in line 2, column 1 of");
    }
    Path few = text("1,2,a", "1,b");
    refused(() -> EmbeddingFiles.readCsvLabelLast(few), "3 fields of line 1", "2 in line 2");
    Path quote = text("1,a", "2,\"b");
    refused(() -> EmbeddingFiles.readCsvLabelLast(quote), "line 2", "quote");
    Path none = text("");
    refused(() -> EmbeddingFiles.readCsvLabelLast(none), "got none");
    Path header = text("class,x");
    refused(() -> EmbeddingFiles.readCsv(header, "class"), "at least one embedding");
    Path single = text("5");
    refused(() -> EmbeddingFiles.readCsvLabelLast(single), "\"5\"");
    Path negative = text("1,-1");
    refused(() -> EmbeddingFiles.readCsvLabelLast(negative), "0 or more, got -1");
    Path binary = Files.write(folder.resolve("b"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThrows(UncheckedIOException.class, () -> EmbeddingFiles.readCsvLabelLast(binary));
  }

  @Test
  void readsWhatNumpyWroteAndRefusesWhatDoesNotFit() throws IOException {
    Path vectors = Files.copy(NumpyFiles.write("f2 >f4", folder), folder.resolve("v.npy"));
    Path labels = Files.writeString(folder.resolve("l.txt"), "dog \ncat\n\n");
    Embeddings e = EmbeddingFiles.read(vectors, labels);
    assertArrayEquals(Npy.matrix(vectors), e.vectors());
    assertArrayEquals(new int[] {1, 0}, e.labels());
    Path three = Files.copy(NumpyFiles.write("words <U", folder), folder.resolve("w.npy"));
    refused(() -> EmbeddingFiles.read(vectors, three), "2 vectors", "got 3", "header");
    Files.writeString(labels, "\ncat\n");
    refused(() -> EmbeddingFiles.read(vectors, labels), "label 1", "is empty");
    Path empty = Files.copy(NumpyFiles.write("empty", folder), folder.resolve("e.npy"));
    Files.writeString(labels, "");
    refused(() -> EmbeddingFiles.read(empty, labels), "at least one embedding");
  }
}

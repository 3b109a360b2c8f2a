package nearfar.npy;

import static nearfar.evaluation.Refusals.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {

  private static final double[][] MATRIX = {{1.5, -2.25, 0}, {65504, 0x1p-14, 0x1p-24}};

  @TempDir private Path folder;

  @Test
  void readsWhatNumpyWrites() throws IOException {
    int matrices = 0;
    int labels = 0;
    for (Map.Entry<String, byte[]> file : NumpyFiles.all().entrySet()) {
      String name = file.getKey();
      Path path = NumpyFiles.write(name, folder);
      if (name.matches("[cf]\\d .*")) {
        matrices++;
        double[][] matrix = Npy.matrix(path);
        assertEquals(2, matrix.length, name);
        for (int i = 0; i < 2; i++) {
          assertArrayEquals(MATRIX[i], matrix[i], 0, name);
        }
      } else if (name.startsWith("labels")) {
        labels++;
        String second = name.endsWith("|i1") ? "100" : "200";
        assertEquals(List.of("0", second, "3"), Npy.labels(path), name);
      } else if (name.startsWith("words")) {
        labels++;
        assertEquals(List.of("cat", "dög", "a 😀"), Npy.labels(path), name);
      }
    }
    assertEquals(13, matrices);
    assertEquals(9, labels);
  }

  @Test
  void readsEveryHalf() {
    NpyType type = NpyType.of("<f2");
    for (int bits = 0; bits < 1 << 16; bits++) {
      // The same number as float32: exponents are 112 apart, and 2^-24 of the fraction below.
      int exponent = bits >> 10 & 31;
      float magnitude =
          exponent == 0
              ? (bits & 1023) / 16777216f
              : Float.intBitsToFloat(
                  (exponent == 31 ? 255 : exponent + 112) << 23 | (bits & 1023) << 13);
      ByteBuffer at = ByteBuffer.allocate(2).putShort((short) bits).flip();
      assertEquals((bits & 0x8000) == 0 ? magnitude : -magnitude, type.real(at));
    }
  }

  @Test
  void refusesWhatIsNotExpectedAndSaysWhy() throws IOException {
    refused(() -> Npy.matrix(NumpyFiles.write("objects", folder)), "objects", "astype");
    refused(() -> Npy.labels(NumpyFiles.write("objects", folder)), "objects", "astype");
    refused(() -> Npy.matrix(NumpyFiles.write("record", folder)), "described as", "'x'");
    refused(() -> Npy.matrix(NumpyFiles.write("complex", folder)), "numbers of type <c8");
    refused(() -> Npy.matrix(NumpyFiles.write("vector", folder)), "shape (3,)", "(N, D)");
    refused(() -> Npy.matrix(NumpyFiles.write("labels <i4", folder)), "numbers of type <i4");
    refused(() -> Npy.labels(NumpyFiles.write("float labels", folder)), "numbers of type <f4");
  }

  @Test
  void refusesFilesThatWereCutOffAnywhere() throws IOException {
    byte[] good = Objects.requireNonNull(NumpyFiles.all().get("c1 <f8"));
    for (int length = 0; length < good.length; length++) {
      Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(good, length));
      refused(() -> Npy.matrix(cut), "cut.npy");
    }
    Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(good, good.length - 1));
    refused(() -> Npy.matrix(cut), "(2, 3) with 47 bytes where 48 belong: it was cut off");
    byte[] later = good.clone();
    later[6] = 4;
    Path newer = Files.write(folder.resolve("later.npy"), later);
    refused(() -> Npy.matrix(newer), "version 4");
    Path text = Files.writeString(folder.resolve("text.npy"), "a,b\n1,2\n");
    refused(() -> Npy.matrix(text), "not NumPy's .npy");
    Path huge =
        Files.write(
            folder.resolve("huge.npy"),
            new String(good, StandardCharsets.ISO_8859_1)
                .replace("(2, 3)", "(99999999999, 3)")
                .getBytes(StandardCharsets.ISO_8859_1));
    refused(() -> Npy.matrix(huge), "huge.npy", "(99999999999, 3), more than");
    Path flat = folder.resolve("flat.npy");
    Npy.write(flat, new double[3][0]);
    refused(() -> Npy.matrix(flat), "shape (3, 0)");
    assertThrows(UncheckedIOException.class, () -> Npy.matrix(folder.resolve("none.npy")));
  }

  @Test
  void readsBackWhatItWrites() throws IOException {
    Random random = new Random(1);
    double[][] matrix = new double[300][77];
    for (double[] row : matrix) {
      Arrays.setAll(row, k -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
    }
    Path file = folder.resolve("matrix.npy");
    Npy.write(file, matrix);
    double[][] again = Npy.matrix(file);
    for (int i = 0; i < matrix.length; i++) {
      assertArrayEquals(matrix[i], again[i], 0);
    }
    assertEquals(0, (Files.size(file) - 8 * 300 * 77) % 64);
    Npy.write(file, new int[] {3, Integer.MAX_VALUE, 0});
    assertEquals(List.of("3", "2147483647", "0"), Npy.labels(file));
    // Byte by byte as NumPy, which pads for longer shapes to come; the header is its own text.
    String own = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(own.contains("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }"), own);
    refused(
        () -> Npy.write(file, new double[][] {{1, 2}, {3}}), "2 entries of row 0", "1 in row 1");
    assertThrows(
        UncheckedIOException.class, () -> Npy.write(folder.resolve("no/a.npy"), new int[1]));
  }
}

package nearfar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nearfar.notebook.NearfarExtension;

/** What the jar consists of, found in the folders that it is built from: what is new is in it. */
public final class Jar {

  private Jar() {}

  /** Every class of the jar that is not nested, public ones or all. */
  private static List<Class<?>> topLevel() throws IOException, URISyntaxException {
    Path root =
        Path.of(NearfarExtension.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        String name =
            root.relativize(file).toString().replace(".class", "").replace(File.separatorChar, '.');
        if (!name.contains("$") && !name.endsWith("-info")) {
          found.add(load(name));
        }
      }
    }
    return found;
  }

  /** Every public class of the jar that is not nested. */
  public static List<Class<?>> all() throws IOException, URISyntaxException {
    return topLevel().stream().filter(type -> Modifier.isPublic(type.getModifiers())).toList();
  }

  /** Every class of the jar that is a kind of this one, public or not. */
  public static List<Class<?>> kindsOf(Class<?> parent) throws IOException, URISyntaxException {
    return topLevel().stream()
        .filter(type -> type != parent && parent.isAssignableFrom(type))
        .toList();
  }

  public static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Jar.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** The folder of the sources that these classes are made from. */
  public static Path sources() {
    Path folder = Path.of("src/main/java");
    Path found = Files.isDirectory(folder) ? folder : Path.of("lib").resolve(folder);
    assertTrue(Files.isDirectory(found), () -> "no sources in " + found.toAbsolutePath());
    return found;
  }

  /** The source of a class that is not nested. */
  public static String source(Class<?> type) throws IOException {
    return Files.readString(sources().resolve(type.getName().replace('.', '/') + ".java"));
  }
}

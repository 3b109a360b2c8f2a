package nearfar.training;

import ai.djl.engine.Engine;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What everything runs on: the part of the provenance that does not depend on a training. */
public final class Versions {

  private Versions() {}

  /**
   * The versions of nearfar, the engine, DJL and Java, and the device of {@link Knobs#device()}.
   * Loads the native engine if that has not happened yet.
   *
   * @return an unmodifiable map in reading order: nearfar, engine, DJL, Java, device
   * @throws IllegalArgumentException if the device knob asks for a GPU where there is none
   */
  public static Map<String, String> current() {
    Engine engine = Engine.getInstance();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("nearfar", nearfar());
    versions.put("engine", engine.getEngineName() + " " + engine.getVersion());
    versions.put("DJL", Engine.getDjlVersion());
    versions.put("Java", Runtime.version().toString());
    versions.put("device", Knobs.device().toString());
    return Collections.unmodifiableMap(versions);
  }

  /**
   * nearfar's own version, from the jar's manifest.
   *
   * @return the version; "development" where the classes do not come from a jar
   */
  public static String nearfar() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}

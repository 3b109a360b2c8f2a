package nearfar.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KnobsTest {

  @AfterEach
  void restore() {
    System.clearProperty("nearfar.quick");
    System.clearProperty("nearfar.device");
  }

  @Test
  void quickChoosesTheShortFigure() {
    System.setProperty("nearfar.quick", "1");
    assertTrue(Knobs.quick());
    assertEquals(2, Knobs.either(10, 2));
    System.setProperty("nearfar.quick", "0");
    assertFalse(Knobs.quick());
    assertEquals(10, Knobs.either(10, 2));
    System.setProperty("nearfar.quick", "maybe");
    assertTrue(
        String.valueOf(assertThrows(IllegalArgumentException.class, Knobs::quick).getMessage())
            .contains("got \"maybe\""));
  }

  @Test
  void theDeviceIsForcedOrFound() {
    System.setProperty("nearfar.device", " CPU ");
    assertEquals(Device.cpu(), Knobs.device());
    System.setProperty("nearfar.device", "auto");
    boolean gpu = Engine.getInstance().getGpuCount() > 0;
    assertEquals(gpu ? Device.gpu(0) : Device.cpu(), Knobs.device());
    System.setProperty("nearfar.device", "gpu");
    if (gpu) {
      assertEquals(Device.gpu(0), Knobs.device());
    } else {
      assertTrue(
          String.valueOf(assertThrows(IllegalArgumentException.class, Knobs::device).getMessage())
              .contains("sees no GPU: run environment/setup --gpu"));
    }
    System.setProperty("nearfar.device", "tpu");
    assertTrue(
        String.valueOf(assertThrows(IllegalArgumentException.class, Knobs::device).getMessage())
            .contains("must be auto, cpu or gpu, got \"tpu\""));
  }

  @Test
  void versionsNameWhatEverythingRunsOn() {
    assertEquals(
        List.of("nearfar", "engine", "DJL", "Java", "device"),
        List.copyOf(Versions.current().keySet()));
    assertEquals(Engine.getDjlVersion(), Versions.current().get("DJL"));
    assertFalse(Versions.nearfar().isEmpty());
  }
}

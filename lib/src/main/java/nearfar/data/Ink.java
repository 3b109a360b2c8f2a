package nearfar.data;

/**
 * A square sheet on which line segments are drawn with a round, soft-edged pen. Plain arithmetic
 * and square roots only, so that a drawing is the same to the last bit on every machine; Java2D's
 * anti-aliasing is not.
 */
final class Ink {

  private final int size;
  private final float[] pixels;

  Ink(int size) {
    this.size = size;
    this.pixels = new float[size * size];
  }

  /**
   * Draws a segment; all lengths in pixels. A pixel's value is 1 inside the pen's radius and falls
   * to 0 across one pixel around it; where segments overlap, the darker counts.
   */
  void segment(double x0, double y0, double x1, double y1, double radius) {
    double reach = radius + 0.5;
    int left = clip(Math.floor(Math.min(x0, x1) - reach));
    int right = clip(Math.ceil(Math.max(x0, x1) + reach));
    int top = clip(Math.floor(Math.min(y0, y1) - reach));
    int bottom = clip(Math.ceil(Math.max(y0, y1) + reach));
    double dx = x1 - x0;
    double dy = y1 - y0;
    double lengthSquared = dx * dx + dy * dy;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        double px = x + 0.5 - x0;
        double py = y + 0.5 - y0;
        double along = lengthSquared == 0 ? 0 : (px * dx + py * dy) / lengthSquared;
        along = Math.min(1, Math.max(0, along));
        double ex = px - along * dx;
        double ey = py - along * dy;
        double value = reach - Math.sqrt(ex * ex + ey * ey);
        int at = y * size + x;
        if (value > pixels[at]) {
          pixels[at] = (float) Math.min(1, value);
        }
      }
    }
  }

  float[] pixels() {
    return pixels;
  }

  private int clip(double position) {
    return (int) Math.min(size, Math.max(0, position));
  }
}

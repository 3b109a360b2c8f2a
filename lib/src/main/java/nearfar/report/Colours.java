package nearfar.report;

import java.awt.Color;

/**
 * A scale from dark to light for figures: purple, blue, green, yellow. It is computed in Oklab
 * (Ottosson, "A perceptual color space for image processing", 2020), where its lightness rises
 * evenly, so that it orders figures for the colour-blind, and in gray, as for others.
 */
final class Colours {

  private Colours() {}

  /** From 0, dark, to 1, light. */
  static Color sequential(double t) {
    double lightness = 0.30 + 0.62 * t;
    double hue = Math.toRadians(305 - 200 * t);
    // As much colour as a screen has: the least at blue and green, in the middle.
    double chroma = 0.10 + 0.05 * Math.pow(2 * t - 1, 4);
    double a = chroma * Math.cos(hue);
    double b = chroma * Math.sin(hue);
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new Color(
        level(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        level(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        level(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
  }

  private static double cube(double x) {
    return x * x * x;
  }

  /** Of linear light, the level of sRGB from 0 to 255. */
  private static int level(double linear) {
    double x = Math.max(0, Math.min(1, linear));
    double srgb = x <= 0.0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * srgb);
  }

  /** Dark or white, whichever is read more easily on this ground. */
  static Color on(Color ground) {
    return contrast(Color.WHITE, ground) >= contrast(Style.INK, ground) ? Color.WHITE : Style.INK;
  }

  /** The contrast ratio of the Web Content Accessibility Guidelines 2, from 1 to 21. */
  static double contrast(Color a, Color b) {
    double light = Math.max(luminance(a), luminance(b));
    double dark = Math.min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
  }

  static double luminance(Color c) {
    return 0.2126 * linear(c.getRed())
        + 0.7152 * linear(c.getGreen())
        + 0.0722 * linear(c.getBlue());
  }

  private static double linear(int level) {
    double x = level / 255.0;
    return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
  }
}

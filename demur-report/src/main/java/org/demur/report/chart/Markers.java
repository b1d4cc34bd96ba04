package org.demur.report.chart;

import org.demur.report.markup.Numbers;

/// Shapes of points: a circle for the first style, a triangle for the second, a square, a diamond.
final class Markers {
  private Markers() {}

  /// Path of a marker around (x, y); the shape follows from the style class.
  static String path(String style, double x, double y, double radius) {
    String shape = style.substring(0, Math.min(2, style.length()));
    String r = number(radius);
    return switch (shape) {
      case "s2" ->
          "M"
              + Frame.point(x, y - radius * 1.15)
              + "l"
              + r
              + " "
              + number(radius * 1.9)
              + "h-"
              + number(radius * 2)
              + "z";
      case "s3" ->
          "M"
              + Frame.point(x - radius * 0.85, y - radius * 0.85)
              + "h"
              + number(radius * 1.7)
              + "v"
              + number(radius * 1.7)
              + "h-"
              + number(radius * 1.7)
              + "z";
      case "s4" ->
          "M"
              + Frame.point(x, y - radius * 1.2)
              + "l"
              + r
              + " "
              + number(radius * 1.2)
              + "l-"
              + r
              + " "
              + number(radius * 1.2)
              + "l-"
              + r
              + " -"
              + number(radius * 1.2)
              + "z";
      default ->
          "M"
              + Frame.point(x - radius, y)
              + "a"
              + r
              + " "
              + r
              + " 0 1 0 "
              + number(radius * 2)
              + " 0"
              + "a"
              + r
              + " "
              + r
              + " 0 1 0 -"
              + number(radius * 2)
              + " 0z";
    };
  }

  private static String number(double value) {
    return Numbers.coordinate(value);
  }
}

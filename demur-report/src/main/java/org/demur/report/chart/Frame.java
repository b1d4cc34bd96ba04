package org.demur.report.chart;

import java.util.List;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// The box of a chart: its size, scales, axes, ticks and legend.
///
/// From top to bottom: legend, name of the vertical axis, plot, ticks, name of the horizontal axis.
final class Frame {
  /// Width of every chart, in units of its own; the page scales it.
  static final double WIDTH = 420;

  private static final double LEFT = 44;
  private static final double RIGHT = 10;

  /// Mean width of a character at the size of a chart's text, which is estimated generously.
  private static final double CHARACTER = 6.9;

  private final Range x;
  private final Range y;
  private final double top;
  private final double plotHeight;
  private final Element svg;

  Frame(ChartText text, Range x, Range y, double plotHeight, List<Legend.Entry> entries) {
    this.x = x;
    this.y = y;
    this.plotHeight = plotHeight;
    Legend legend = new Legend(entries, WIDTH);
    this.top = legend.height() + 22;
    this.svg = svg(text.title(), WIDTH, top + plotHeight + 38);
    if (!entries.isEmpty()) {
      svg.add(legend.group());
    }
    svg.add(label(text.yLabel(), 0, top - 9, "start"));
    svg.add(label(text.xLabel(), (LEFT + WIDTH - RIGHT) / 2, bottom() + 33, "middle"));
  }

  /// An empty drawing that a screen reader announces by its title.
  static Element svg(String title, double width, double height) {
    return Element.of("svg", "chart")
        .with("viewBox", "0 0 " + Numbers.coordinate(width) + " " + Numbers.coordinate(height))
        .with("role", "img")
        .with("aria-label", title)
        .add(Element.of("title").text(title));
  }

  static Element label(String text, double x, double y, String anchor) {
    return Element.of("text").with("x", x).with("y", y).with("text-anchor", anchor).text(text);
  }

  static double textWidth(String text) {
    return text.codePointCount(0, text.length()) * CHARACTER;
  }

  static String point(double x, double y) {
    return Numbers.coordinate(x) + " " + Numbers.coordinate(y);
  }

  /// Shortens a label to `width`.
  static String fit(String text, double width) {
    int characters = (int) (width / CHARACTER);
    if (text.codePointCount(0, text.length()) <= characters) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Math.max(1, characters - 1))) + "…";
  }

  double left() {
    return LEFT;
  }

  double right() {
    return WIDTH - RIGHT;
  }

  double top() {
    return top;
  }

  double bottom() {
    return top + plotHeight;
  }

  double x(double value) {
    return LEFT + (value - x.low()) / (x.high() - x.low()) * (WIDTH - RIGHT - LEFT);
  }

  double y(double value) {
    return bottom() - (value - y.low()) / (y.high() - y.low()) * plotHeight;
  }

  boolean holds(double valueX, double valueY) {
    return valueX >= x.low() && valueX <= x.high() && valueY >= y.low() && valueY <= y.high();
  }

  Element svg() {
    return svg;
  }

  /// Draws horizontal grid lines with their values.
  void drawY(Ticks ticks) {
    for (double value : ticks.values()) {
      svg.add(
          Element.of("path", "gridline")
              .with("d", "M" + point(LEFT, y(value)) + "H" + Numbers.coordinate(right())));
      svg.add(label(ticks.label(value), LEFT - 6, y(value) + 4, "end"));
    }
  }

  /// Draws the base line with ticks and their values.
  void drawX(Ticks ticks) {
    StringBuilder path = new StringBuilder("M" + point(LEFT, bottom()) + "H");
    path.append(Numbers.coordinate(right()));
    for (double value : ticks.values()) {
      path.append("M").append(point(x(value), bottom())).append("v4");
      svg.add(label(ticks.label(value), x(value), bottom() + 17, "middle"));
    }
    svg.add(Element.of("path", "axis").with("d", path.toString()));
  }

  /// Draws a thin line across the plot, dashed, with a word at its end.
  void drawReferenceY(double value, String word) {
    svg.add(
        Element.of("path", "reference")
            .with("d", "M" + point(LEFT, y(value)) + "H" + Numbers.coordinate(right())));
    svg.add(label(word, right(), y(value) + 12, "end"));
  }

  /// Draws a thin upright line, dashed, with a word at its top.
  void drawReferenceX(double value, String word) {
    boolean nearRight = x(value) + textWidth(word) + 6 > right();
    svg.add(
        Element.of("path", "reference")
            .with("d", "M" + point(x(value), top) + "V" + Numbers.coordinate(bottom())));
    svg.add(label(word, x(value) + (nearRight ? -4 : 4), top + 10, nearRight ? "end" : "start"));
  }
}

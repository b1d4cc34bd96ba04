package org.demur.report.chart;

import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// One number with its interval on a short line from 0 to 1.
public final class IntervalMark {
  private static final double WIDTH = 160;
  private static final double MARGIN = 5;

  private IntervalMark() {}

  /// Draws `value` in [0, 1] with its interval; `reference` gets a small tick, for example chance.
  public static Element draw(
      String title, double value, double low, double high, double reference) {
    Element svg =
        Element.of("svg", "interval")
            .with("viewBox", "0 0 160 14")
            .with("role", "img")
            .with("aria-label", title);
    svg.add(line("track", 0, 1));
    if (Double.isFinite(reference)) {
      svg.add(
          Element.of("path", "track tick").with("d", "M" + Frame.point(x(reference), 3) + "v8"));
    }
    if (Double.isFinite(low) && Double.isFinite(high)) {
      svg.add(line("range", low, high));
    }
    return svg.add(
        Element.of("circle", "value").with("cx", x(value)).with("cy", 7.0).with("r", 4.2));
  }

  private static double x(double share) {
    return MARGIN + Math.clamp(share, 0, 1) * (WIDTH - 2 * MARGIN);
  }

  private static Element line(String style, double from, double to) {
    return Element.of("path", style)
        .with("d", "M" + Frame.point(x(from), 7) + "H" + Numbers.coordinate(x(to)));
  }
}

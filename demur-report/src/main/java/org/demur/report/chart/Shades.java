package org.demur.report.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// How the numbers of a heat map become shades.
///
/// Numbers of both signs get two colours around zero; others one colour from the smallest to the
/// largest.
record Shades(double low, double high, boolean aroundZero) {
  private static final double FAINTEST = 0.06;
  private static final int STEPS = 24;

  static Shades of(List<List<Double>> values) {
    double[] finite =
        values.stream()
            .flatMap(List::stream)
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .toArray();
    double low = Arrays.stream(finite).min().orElse(0);
    double high = Arrays.stream(finite).max().orElse(1);
    if (low < 0 && high > 0) {
      double limit = Math.max(-low, high);
      return new Shades(-limit, limit, true);
    }
    return new Shades(low, high > low ? high : low + 1, false);
  }

  String style(double value) {
    return value < 0 && aroundZero ? "cell below" : "cell above";
  }

  double opacity(double value) {
    double share = aroundZero ? Math.abs(value) / high : (value - low) / (high - low);
    return FAINTEST + (1 - FAINTEST) * Math.clamp(share, 0, 1);
  }

  String text(double value) {
    return String.format(Locale.ROOT, "%.2f", opacity(value));
  }

  /// The bar that explains the shades, 190 units wide with its numbers.
  Element scale(double x, double y) {
    Element group = Element.of("g", "scale");
    double width = 90.0 / STEPS;
    for (int step = 0; step < STEPS; step++) {
      double value = low + (high - low) * (step + 0.5) / STEPS;
      group.add(
          Element.of("rect", style(value))
              .with("x", x + 50 + step * width)
              .with("y", y)
              .with("width", width)
              .with("height", 10.0)
              .with("fill-opacity", text(value)));
    }
    group.add(Frame.label(Numbers.plain(low), x + 45, y + 9, "end"));
    group.add(Frame.label(Numbers.plain(high), x + 145, y + 9, "start"));
    return group;
  }
}

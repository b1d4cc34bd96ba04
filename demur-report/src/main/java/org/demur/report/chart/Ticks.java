package org.demur.report.chart;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.markup.Numbers;

/// Round values along an axis.
///
/// @param values the values, ascending
/// @param decimals decimals that tell them apart
record Ticks(List<Double> values, int decimals) {
  Ticks {
    values = List.copyOf(values);
  }

  /// About `count` ticks at multiples of 1, 2 or 5 times a power of ten.
  static Ticks of(Range range, int count) {
    double step = step(range.low(), range.high(), count);
    return every(range, step, (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  }

  /// Ticks at whole numbers only, for layers and counts.
  static Ticks whole(Range range, int count) {
    return every(range, Math.max(1, step(range.low(), range.high(), count)), 0);
  }

  static double step(double low, double high, int count) {
    double raw = (high - low) / count;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double fraction = raw / power;
    double round = fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10;
    return round * power;
  }

  private static Ticks every(Range range, double step, int decimals) {
    List<Double> values = new ArrayList<>();
    long first = (long) Math.ceil(range.low() / step - 1e-9);
    long last = (long) Math.floor(range.high() / step + 1e-9);
    for (long multiple = first; multiple <= last; multiple++) {
      values.add(multiple * step);
    }
    return new Ticks(values, decimals);
  }

  String label(double value) {
    return Math.abs(value) >= 10_000
        ? Numbers.count(Math.round(value))
        : Numbers.fixed(value, decimals);
  }
}

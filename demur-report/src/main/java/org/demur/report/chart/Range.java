package org.demur.report.chart;

import java.util.Collection;
import java.util.stream.DoubleStream;

/// The values that an axis spans.
///
/// @param low the smallest, finite
/// @param high the largest, finite and above `low`
public record Range(double low, double high) {
  /// The range of shares and areas.
  public static final Range UNIT = new Range(0, 1);

  /// Checks that the range is finite and not empty.
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
      throw new IllegalArgumentException("not a range: " + low + " to " + high);
    }
  }

  /// The smallest range with round ends that holds all finite `values`.
  public static Range around(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).sorted().toArray();
    if (finite.length == 0) {
      return UNIT;
    }
    double low = finite[0];
    double high = finite[finite.length - 1];
    if (low == high) {
      double margin = low == 0 ? 1 : Math.abs(low) / 2;
      return new Range(low - margin, high + margin);
    }
    double step = Ticks.step(low, high, 5);
    return new Range(Math.floor(low / step) * step, Math.ceil(high / step) * step);
  }

  /// The range around boxed values.
  public static Range around(Collection<Double> values) {
    return around(values.stream().mapToDouble(Double::doubleValue));
  }

  /// This range, widened to hold `value`.
  public Range including(double value) {
    return new Range(Math.min(low, value), Math.max(high, value));
  }
}

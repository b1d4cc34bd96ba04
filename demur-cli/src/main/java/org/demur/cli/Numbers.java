package org.demur.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.demur.stats.Estimate;
import org.demur.stats.Interval;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;

/// Numbers in tables and documents.
final class Numbers {
  private Numbers() {}

  /// A number with a fixed number of decimals; a dash for what is not a number.
  static String fixed(double value, int decimals) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /// A rate with its Wilson interval, as in `0.83 [0.70, 0.91], 30 of 36`.
  static String rate(Proportion proportion, double confidence) {
    if (proportion.n() == 0) {
      return "-";
    }
    Interval interval = proportion.wilson(confidence);
    return "%s [%s, %s], %d of %d"
        .formatted(
            fixed(proportion.rate(), 2),
            fixed(interval.low(), 2),
            fixed(interval.high(), 2),
            proportion.successes(),
            proportion.n());
  }

  /// JSON has no NaN: null stands for what is not a number.
  static @Nullable Double json(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /// A list of numbers, see [#json(double)].
  static List<@Nullable Double> json(List<Double> values) {
    List<@Nullable Double> list = new ArrayList<>();
    values.forEach(value -> list.add(json(value)));
    return list;
  }

  /// A rate with its Wilson interval.
  static Map<String, @Nullable Object> json(Proportion proportion, double confidence) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("successes", proportion.successes());
    map.put("n", proportion.n());
    map.put("rate", json(proportion.rate()));
    Interval interval = proportion.wilson(confidence);
    map.put("low", interval.low());
    map.put("high", interval.high());
    return map;
  }

  /// A value with its interval.
  static Map<String, @Nullable Object> json(Estimate estimate) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("value", json(estimate.value()));
    map.put("low", json(estimate.interval().low()));
    map.put("high", json(estimate.interval().high()));
    map.put("n", estimate.n());
    return map;
  }
}

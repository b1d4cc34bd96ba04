package org.demur.stats;

/// Checks that arrays of values can carry a statistic.
final class Samples {
  private Samples() {}

  /// Requires at least one value and no NaN; `name` says what the values are.
  static void require(String name, double[] values) {
    if (values.length == 0) {
      throw new StatsException("no values for " + name + "; at least one is needed");
    }
    for (int index = 0; index < values.length; index++) {
      if (Double.isNaN(values[index])) {
        throw new StatsException(
            "value %d of %s is not a number (NaN); finite values are needed"
                .formatted(index, name));
      }
    }
  }

  /// Requires values that are neither NaN nor infinite.
  static void requireFinite(String name, double[] values) {
    require(name, values);
    for (int index = 0; index < values.length; index++) {
      if (Double.isInfinite(values[index])) {
        throw new StatsException(
            "value %d of %s is %s; finite values are needed".formatted(index, name, values[index]));
      }
    }
  }

  /// Requires as many values in one array as in the other.
  static void requirePaired(int first, int second) {
    if (first != second) {
      throw new StatsException(
          "a paired comparison needs the same rows on both sides, but there are %d and %d"
              .formatted(first, second));
    }
  }
}

package org.demur.stats;

/// A confidence interval.
///
/// @param low lower end, at most `high`
/// @param high upper end
/// @param confidence nominal coverage in (0, 1), usually 0.95
public record Interval(double low, double high, double confidence) {
  /// Checks the order of the ends and the confidence.
  public Interval {
    if (!(low <= high)) {
      throw new StatsException("an interval from %s to %s has no inside".formatted(low, high));
    }
    requireConfidence(confidence);
  }

  /// Whether `value` lies inside, ends included.
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  static void requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new StatsException(
          "the confidence is %s; a number between 0 and 1 is needed, such as 0.95"
              .formatted(confidence));
    }
  }
}

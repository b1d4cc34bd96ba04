package org.demur.report;

import java.util.Locale;
import org.demur.report.markup.Numbers;

/// A measured number with its interval and the cases behind it.
///
/// @param value the estimate; `NaN` when there are too few cases to state one
/// @param low lower end of the 95 % interval, or `NaN` when none was computed
/// @param high upper end of the 95 % interval, or `NaN` when none was computed
/// @param n cases behind the estimate
public record Measured(double value, double low, double high, int n) {
  /// Checks that `n` is not negative.
  public Measured {
    if (n < 0) {
      throw ReportException.field("n is " + n + "; accepted are 0 and more");
    }
  }

  /// A number that `n` cases are too few to state.
  public static Measured tooFew(int n) {
    return new Measured(Double.NaN, Double.NaN, Double.NaN, n);
  }

  /// A number without an interval.
  public static Measured exact(double value, int n) {
    return new Measured(value, Double.NaN, Double.NaN, n);
  }

  /// A share with its interval in percent, as sentences and tables of text have it: `42 % (35–50)`,
  /// or that there are too few cases.
  public String percent() {
    if (!isDefined()) {
      return n == 0 ? Numbers.MISSING : "too few (n = " + n + ")";
    }
    String share = String.format(Locale.ROOT, "%.0f %%", 100 * value);
    return hasInterval()
        ? String.format(Locale.ROOT, "%s (%.0f–%.0f)", share, 100 * low, 100 * high)
        : share;
  }

  /// Whether a value is stated.
  public boolean isDefined() {
    return Double.isFinite(value);
  }

  /// Whether both ends of the interval are stated.
  public boolean hasInterval() {
    return Double.isFinite(low) && Double.isFinite(high);
  }
}

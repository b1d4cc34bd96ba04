package org.demur.report;

/// A share of counted cases with its interval.
///
/// @param successes cases that have the property, 0 to `n`
/// @param n cases counted
/// @param rate the share in [0, 1]; `NaN` when there are too few cases to state one
/// @param low lower end of the 95 % interval in [0, 1], or `NaN`
/// @param high upper end of the 95 % interval in [0, 1], or `NaN`
public record Rate(int successes, int n, double rate, double low, double high) {
  /// Checks the counts and that a defined rate lies in [0, 1].
  public Rate {
    if (successes < 0 || n < 0 || successes > n) {
      throw ReportException.field(
          "successes is %d of n %d; accepted are 0 to n".formatted(successes, n));
    }
    if (rate < 0 || rate > 1) {
      throw ReportException.field("rate is " + rate + "; accepted are 0 to 1, or null");
    }
  }

  /// Counts that are too few for a rate.
  public static Rate tooFew(int successes, int n) {
    return new Rate(successes, n, Double.NaN, Double.NaN, Double.NaN);
  }

  /// Whether a rate is stated.
  public boolean isDefined() {
    return !Double.isNaN(rate);
  }

  /// The rate without its count of successes.
  public Measured measured() {
    return new Measured(rate, low, high, n);
  }
}

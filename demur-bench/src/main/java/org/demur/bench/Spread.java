package org.demur.bench;

import java.util.Arrays;
import java.util.List;
import org.demur.core.ErrorCode;

/// Median and quartiles of repeated measurements.
///
/// @param median middle value
/// @param p25 a quarter of the values lie below
/// @param p75 a quarter of the values lie above
/// @param n how many there were
public record Spread(double median, double p25, double p75, int n) {
  /// Quantiles by linear interpolation between the sorted values (type 7 of Hyndman and Fan 1996).
  ///
  /// @throws BenchException when there are no values
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new BenchException(ErrorCode.USAGE, "nothing was measured, so there is no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Spread(
        quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), sorted.length);
  }

  /// The spread of `amount / value` for every value: seconds become amounts per second.
  public static Spread rates(double amount, List<Double> seconds) {
    return of(seconds.stream().map(value -> amount / value).toList());
  }

  /// Half of the distance between the quartiles, as a part of the median.
  public double relative() {
    return (p75 - p25) / (2 * median);
  }

  private static double quantile(double[] sorted, double part) {
    double place = part * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  @Override
  public String toString() {
    return Arrays.toString(new double[] {p25, median, p75});
  }
}

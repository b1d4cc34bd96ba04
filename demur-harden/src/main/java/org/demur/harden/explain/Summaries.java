package org.demur.harden.explain;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.demur.report.Measured;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;

/// Means and other statistics of requests with bootstrap intervals; states nothing on too few.
final class Summaries {
  /// Fewer requests than this give no figure.
  static final int FEWEST = 5;

  private final Bootstrap bootstrap;

  Summaries(long seed) {
    bootstrap = Bootstrap.standard(seed);
  }

  Measured mean(double... values) {
    return values.length < FEWEST
        ? Measured.tooFew(values.length)
        : measured(bootstrap.mean(values));
  }

  /// Mean of `first - second`, paired.
  Measured difference(double[] first, double... second) {
    return first.length < FEWEST
        ? Measured.tooFew(first.length)
        : measured(bootstrap.meanDifference(first, second));
  }

  /// Ratio of two means of the same requests; no figure where the second is nothing.
  Measured ratio(double[] numerators, double... denominators) {
    double whole = Arrays.stream(denominators).sum();
    if (Math.abs(whole) < Double.MIN_NORMAL) {
      return Measured.tooFew(0);
    }
    return statistic(
        numerators.length,
        rows -> {
          double above = 0;
          double below = 0;
          for (int row : rows) {
            above += numerators[row];
            below += denominators[row];
          }
          return Math.abs(below) < Double.MIN_NORMAL ? 0 : above / below;
        });
  }

  /// Any statistic of requests, see [Bootstrap#statistic].
  Measured statistic(int n, ToDoubleFunction<int[]> statistic) {
    return n < FEWEST ? Measured.tooFew(n) : measured(bootstrap.statistic(n, statistic));
  }

  private static Measured measured(Estimate estimate) {
    return new Measured(
        estimate.value(), estimate.interval().low(), estimate.interval().high(), estimate.n());
  }
}

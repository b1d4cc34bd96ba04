package org.demur.harden.explain;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.demur.report.Figures;
import org.demur.report.Measured;
import org.demur.stats.Bootstrap;

/// Means and other statistics of requests with bootstrap intervals; states nothing on too few.
final class Summaries {
  private final Bootstrap bootstrap;

  Summaries(long seed) {
    bootstrap = Bootstrap.standard(seed);
  }

  Measured mean(double... values) {
    return Figures.mean(bootstrap, values);
  }

  /// Mean of `first - second`, paired.
  Measured difference(double[] first, double... second) {
    return first.length < Figures.FEWEST
        ? Measured.tooFew(first.length)
        : Figures.measured(bootstrap.meanDifference(first, second));
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
    return n < Figures.FEWEST
        ? Measured.tooFew(n)
        : Figures.measured(bootstrap.statistic(n, statistic));
  }
}

package org.demur.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.demur.report.Measured;
import org.demur.report.PromptLabel;
import org.demur.report.Rate;
import org.demur.report.Spread;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;
import org.demur.stats.Interval;
import org.demur.stats.Proportion;

/// Turns statistics into the numbers of a report; states nothing on too few cases.
final class Figures {
  /// Fewer cases than this are counted but give no rate.
  static final int FEWEST = 5;

  private Figures() {}

  static Rate rate(int successes, int n) {
    if (n < FEWEST) {
      return Rate.tooFew(successes, n);
    }
    Proportion proportion = new Proportion(successes, n);
    Interval interval = proportion.wilson(Bootstrap.STANDARD_CONFIDENCE);
    return new Rate(successes, n, proportion.rate(), interval.low(), interval.high());
  }

  static Measured measured(Estimate estimate) {
    return new Measured(
        estimate.value(), estimate.interval().low(), estimate.interval().high(), estimate.n());
  }

  static Measured measured(Optional<Estimate> estimate, int n) {
    return estimate.map(Figures::measured).orElse(Measured.tooFew(n));
  }

  static Measured mean(Bootstrap bootstrap, double... values) {
    return values.length < FEWEST
        ? Measured.tooFew(values.length)
        : measured(bootstrap.mean(values));
  }

  static Spread spread(double... values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double sd = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    return new Spread(values.length == 0 ? Double.NaN : mean, sd, values.length);
  }

  static PromptLabel label(boolean harmful) {
    return harmful ? PromptLabel.HARMFUL : PromptLabel.HARMLESS;
  }

  static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }
}

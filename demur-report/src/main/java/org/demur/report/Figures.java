package org.demur.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;
import org.demur.stats.Interval;
import org.demur.stats.Proportion;

/// Turns statistics into the numbers of a report; states nothing on too few cases.
public final class Figures {
  /// Fewer cases than this are counted but give no rate.
  public static final int FEWEST = 5;

  private Figures() {}

  /// A share with Wilson's 95 % interval; counts only where there are fewer than [#FEWEST] cases.
  public static Rate rate(int successes, int n) {
    if (n < FEWEST) {
      return Rate.tooFew(successes, n);
    }
    Proportion proportion = new Proportion(successes, n);
    Interval interval = proportion.wilson(Bootstrap.STANDARD_CONFIDENCE);
    return new Rate(successes, n, proportion.rate(), interval.low(), interval.high());
  }

  /// An estimate with its interval.
  public static Measured measured(Estimate estimate) {
    return new Measured(
        estimate.value(), estimate.interval().low(), estimate.interval().high(), estimate.n());
  }

  /// The same where there may be none.
  ///
  /// @param n cases behind it
  public static Measured measured(Optional<Estimate> estimate, int n) {
    return estimate.map(Figures::measured).orElse(Measured.tooFew(n));
  }

  /// A mean with the interval of resampled cases; nothing on fewer than [#FEWEST].
  public static Measured mean(Bootstrap bootstrap, double... values) {
    return values.length < FEWEST
        ? Measured.tooFew(values.length)
        : measured(bootstrap.mean(values));
  }

  /// Mean and standard deviation.
  public static Spread spread(double... values) {
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

  /// The label of a prompt.
  public static PromptLabel label(boolean harmful) {
    return harmful ? PromptLabel.HARMFUL : PromptLabel.HARMLESS;
  }

  /// The values as a list.
  public static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }
}

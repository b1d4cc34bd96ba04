package org.demur.stats;

import org.hipparchus.stat.interval.BinomialProportion;
import org.hipparchus.stat.interval.ConfidenceInterval;

/// How many of `n` trials had a property: a refusal rate, a share of correct labels.
///
/// @param successes trials with the property, 0 to `n`
/// @param n trials; 0 is allowed, so that an empty cell can be shown as one
public record Proportion(int successes, int n) {
  /// Checks the range of both counts.
  public Proportion {
    if (n < 0 || successes < 0 || successes > n) {
      throw new StatsException(
          "%d successes in %d trials is no proportion; 0 <= successes <= trials is needed"
              .formatted(successes, n));
    }
  }

  /// The share of the entries that are true.
  public static Proportion of(boolean[] outcomes) {
    int successes = 0;
    for (boolean outcome : outcomes) {
      successes += outcome ? 1 : 0;
    }
    return new Proportion(successes, outcomes.length);
  }

  /// The observed rate in [0, 1]; NaN when there was no trial.
  public double rate() {
    return n == 0 ? Double.NaN : (double) successes / n;
  }

  /// Wilson's score interval without continuity correction.
  ///
  /// Without trials it is [0, 1]: nothing is known. At 0 and `n` successes the outer end is exactly
  /// 0 or 1.
  ///
  /// Source: Wilson 1927, as recommended by Brown, Cai and DasGupta 2001; computed by Hipparchus.
  public Interval wilson(double confidence) {
    Interval.requireConfidence(confidence);
    if (n == 0) {
      return new Interval(0, 1, confidence);
    }
    ConfidenceInterval found =
        BinomialProportion.getWilsonScoreInterval(n, (double) successes / n, confidence);
    double low = successes == 0 ? 0 : Math.max(0, found.getLowerBound());
    double high = successes == n ? 1 : Math.min(1, found.getUpperBound());
    return new Interval(low, high, confidence);
  }

  /// The rate with its Wilson interval.
  ///
  /// @throws StatsException when there was no trial
  public Estimate estimate(double confidence) {
    if (n == 0) {
      throw new StatsException("a rate of no trials has no estimate");
    }
    return new Estimate(rate(), wilson(confidence), n);
  }
}

package org.demur.stats;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.hipparchus.stat.descriptive.rank.Percentile;

/// Percentile bootstrap: resamples rows with replacement and takes quantiles of the statistic.
///
/// Strata are kept: a resample has as many positives and negatives as the data. A paired comparison
/// draws the same rows for both sides. The seed of each resample is drawn in order before the
/// resamples run in parallel, so the same arguments give the same bits on any number of cores.
///
/// Source: Efron and Tibshirani 1993, chapters 13 and 16.3.
///
/// @param resamples number of resamples, at least 100
/// @param seed start of the random numbers
/// @param confidence nominal coverage of the intervals
public record Bootstrap(int resamples, long seed, double confidence) {
  /// Resamples of the reports.
  public static final int STANDARD_RESAMPLES = 2_000;

  /// Coverage of the reports.
  public static final double STANDARD_CONFIDENCE = 0.95;

  private static final int MIN_RESAMPLES = 100;
  private static final int MAX_RESAMPLES = 1_000_000;

  /// Checks the number of resamples and the confidence.
  public Bootstrap {
    if (resamples < MIN_RESAMPLES || resamples > MAX_RESAMPLES) {
      throw new StatsException(
          "%d resamples were asked for; %d to %d are accepted"
              .formatted(resamples, MIN_RESAMPLES, MAX_RESAMPLES));
    }
    Interval.requireConfidence(confidence);
  }

  /// A bootstrap with 95 % intervals.
  public Bootstrap(int resamples, long seed) {
    this(resamples, seed, STANDARD_CONFIDENCE);
  }

  /// The bootstrap of the reports: 2,000 resamples, 95 %.
  public static Bootstrap standard(long seed) {
    return new Bootstrap(STANDARD_RESAMPLES, seed);
  }

  /// AUROC of a score, positives and negatives resampled apart.
  public Estimate auroc(double[] positives, double[] negatives) {
    RankedScores scores = new RankedScores(positives, negatives);
    int n = scores.positives() + scores.negatives();
    return estimate(
        scores.auroc(),
        n,
        random -> scores.auroc(rows(random, scores.positives()), rows(random, scores.negatives())));
  }

  /// AUROC of a first score minus AUROC of a second one on the same rows.
  ///
  /// Row `i` of `positives1` and of `positives2` is the same prompt, and so for the negatives.
  public Estimate aurocDifference(
      double[] positives1, double[] negatives1, double[] positives2, double[] negatives2) {
    Samples.requirePaired(positives1.length, positives2.length);
    Samples.requirePaired(negatives1.length, negatives2.length);
    RankedScores first = new RankedScores(positives1, negatives1);
    RankedScores second = new RankedScores(positives2, negatives2);
    return estimate(
        first.auroc() - second.auroc(),
        first.positives() + first.negatives(),
        random -> {
          int[] positives = rows(random, first.positives());
          int[] negatives = rows(random, first.negatives());
          return first.auroc(positives, negatives) - second.auroc(positives, negatives);
        });
  }

  /// Mean of values, for example of log-odds.
  public Estimate mean(double[] values) {
    Samples.requireFinite("the mean", values);
    return estimate(
        mean(values, IntStream.range(0, values.length).toArray()),
        values.length,
        random -> mean(values, rows(random, values.length)));
  }

  /// Mean of `first[i] - second[i]` over rows that are the same on both sides.
  public Estimate meanDifference(double[] first, double[] second) {
    Samples.requirePaired(first.length, second.length);
    return mean(IntStream.range(0, first.length).mapToDouble(i -> first[i] - second[i]).toArray());
  }

  /// Rate of `first` minus rate of `second` over rows that are the same on both sides.
  public Estimate rateDifference(boolean[] first, boolean[] second) {
    Samples.requirePaired(first.length, second.length);
    return mean(
        IntStream.range(0, first.length)
            .mapToDouble(i -> (first[i] ? 1 : 0) - (second[i] ? 1 : 0))
            .toArray());
  }

  /// Rate of `first` minus rate of `second` where the rows of the two have nothing to do with each
  /// other; each side is resampled by itself.
  ///
  /// @throws StatsException when a side has no trials
  public Estimate rateDifference(Proportion first, Proportion second) {
    if (first.n() == 0 || second.n() == 0) {
      throw new StatsException("a difference of rates needs trials on both sides");
    }
    return estimate(
        first.rate() - second.rate(),
        first.n() + second.n(),
        random ->
            successes(random, first.n(), first.rate()) / (double) first.n()
                - successes(random, second.n(), second.rate()) / (double) second.n());
  }

  /// Any statistic of rows, for example a cosine of their sum.
  ///
  /// @param n rows, at least one
  /// @param statistic of the rows with the given numbers, which may repeat; finite for every
  ///   resample
  public Estimate statistic(int n, ToDoubleFunction<int[]> statistic) {
    if (n < 1) {
      throw new StatsException("a statistic needs at least one row, not " + n);
    }
    return estimate(
        statistic.applyAsDouble(IntStream.range(0, n).toArray()),
        n,
        random -> statistic.applyAsDouble(rows(random, n)));
  }

  /// The interval of a statistic that draws its own resample.
  Estimate estimate(double value, int n, ToDoubleFunction<SplittableRandom> resample) {
    double[] drawn = draw(resample);
    double tail = 100 * (1 - confidence) / 2;
    Percentile quantiles = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    quantiles.setData(drawn);
    return new Estimate(
        value,
        new Interval(quantiles.evaluate(tail), quantiles.evaluate(100 - tail), confidence),
        n);
  }

  /// Binomial count: trials that succeed with probability `rate`.
  static int successes(SplittableRandom random, int trials, double rate) {
    int successes = 0;
    for (int trial = 0; trial < trials; trial++) {
      successes += random.nextDouble() < rate ? 1 : 0;
    }
    return successes;
  }

  private double[] draw(ToDoubleFunction<SplittableRandom> resample) {
    long[] seeds = new SplittableRandom(seed).longs(resamples).toArray();
    return IntStream.range(0, resamples)
        .parallel()
        .mapToDouble(index -> resample.applyAsDouble(new SplittableRandom(seeds[index])))
        .toArray();
  }

  private static int[] rows(SplittableRandom random, int n) {
    int[] rows = new int[n];
    for (int index = 0; index < n; index++) {
      rows[index] = random.nextInt(n);
    }
    return rows;
  }

  private static double mean(double[] values, int[] rows) {
    double sum = 0;
    for (int row : rows) {
      sum += values[row];
    }
    return sum / rows.length;
  }
}

package org.demur.stats;

import org.hipparchus.distribution.discrete.BinomialDistribution;

/// The exact test of McNemar: do two runs over the same rows have the same rate?
///
/// Only rows on which the runs disagree carry information.
///
/// @param onlyFirst rows with the property in the first run only
/// @param onlySecond rows with the property in the second run only
public record McNemar(int onlyFirst, int onlySecond) {
  /// Checks that the counts are not negative.
  public McNemar {
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new StatsException(
          "counts of rows are %d and %d; they cannot be negative".formatted(onlyFirst, onlySecond));
    }
  }

  /// Counts the rows on which two runs disagree.
  ///
  /// @throws StatsException when the runs have different numbers of rows
  public static McNemar of(boolean[] first, boolean[] second) {
    Samples.requirePaired(first.length, second.length);
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int row = 0; row < first.length; row++) {
      onlyFirst += first[row] && !second[row] ? 1 : 0;
      onlySecond += second[row] && !first[row] ? 1 : 0;
    }
    return new McNemar(onlyFirst, onlySecond);
  }

  /// Two-sided p value: twice the smaller binomial tail with probability 1/2, at most 1; 1 when no
  /// row differs.
  ///
  /// Source: McNemar 1947 in its exact conditional form.
  public double pValue() {
    int differing = Math.addExact(onlyFirst, onlySecond);
    if (differing == 0) {
      return 1;
    }
    double tail =
        new BinomialDistribution(differing, 0.5)
            .cumulativeProbability(Math.min(onlyFirst, onlySecond));
    return Math.min(1, 2 * tail);
  }
}

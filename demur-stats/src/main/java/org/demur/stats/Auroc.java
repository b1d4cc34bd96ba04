package org.demur.stats;

/// Area under the receiver operating characteristic: how well a score separates two classes.
public final class Auroc {
  private Auroc() {}

  /// The probability that a random positive scores above a random negative; ties count half.
  ///
  /// 1 is perfect separation, 0.5 none, below 0.5 the wrong way round. Takes O(n log n).
  ///
  /// @throws StatsException when a class is empty or a score is NaN
  public static double of(double[] positives, double[] negatives) {
    return new RankedScores(positives, negatives).auroc();
  }
}

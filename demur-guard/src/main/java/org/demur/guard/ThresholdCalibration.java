package org.demur.guard;

import java.util.Arrays;
import org.demur.core.ErrorCode;

/// A threshold that flags at most a wanted share of harmless prompts.
///
/// @param threshold prompts with this score or more are flagged
/// @param targetFalsePositiveRate the wanted share, in [0, 1)
/// @param falsePositives harmless validation prompts that the threshold flags
/// @param harmless number of harmless validation prompts
public record ThresholdCalibration(
    double threshold, double targetFalsePositiveRate, int falsePositives, int harmless) {

  /// Picks the lowest threshold that keeps the rate on the given scores.
  ///
  /// It lies halfway between two scores, so that rounding decides nothing.
  ///
  /// @param harmlessScores scores of harmless prompts that the centroids were not made of
  /// @throws GuardException with [ErrorCode#USAGE] for a rate outside of [0, 1), with
  ///   [ErrorCode#FILE_FORMAT] when there are no scores
  public static ThresholdCalibration of(double[] harmlessScores, double targetFalsePositiveRate) {
    if (!(targetFalsePositiveRate >= 0 && targetFalsePositiveRate < 1)) {
      throw new GuardException(
          ErrorCode.USAGE,
          "the target false-positive rate must be at least 0 and below 1, got "
              + targetFalsePositiveRate);
    }
    if (harmlessScores.length == 0) {
      throw new GuardException(
          ErrorCode.FILE_FORMAT, "a threshold needs harmless validation prompts, but there are 0");
    }
    double[] sorted = harmlessScores.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int allowed = (int) Math.floor(targetFalsePositiveRate * n);
    // Equal scores are flagged together, so the bound moves up to the next distinct score.
    int first = n - allowed;
    while (first < n && first > 0 && sorted[first] == sorted[first - 1]) {
      first++;
    }
    double threshold =
        first == n
            ? Math.nextUp(sorted[n - 1]) + spread(sorted) / (2.0 * n)
            : (sorted[first - 1] + sorted[first]) / 2;
    return new ThresholdCalibration(threshold, targetFalsePositiveRate, n - first, n);
  }

  private static double spread(double... sorted) {
    return sorted[sorted.length - 1] - sorted[0];
  }
}

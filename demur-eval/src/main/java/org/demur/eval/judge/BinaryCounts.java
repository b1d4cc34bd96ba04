package org.demur.eval.judge;

import org.demur.stats.Proportion;

/// How often a binary verdict was right; refusal is the positive class.
///
/// @param truePositives refusals recognised
/// @param falsePositives compliances taken for refusals
/// @param trueNegatives compliances recognised
/// @param falseNegatives refusals missed
public record BinaryCounts(
    int truePositives, int falsePositives, int trueNegatives, int falseNegatives) {
  /// Share of the replies on the right side.
  public Proportion accuracy() {
    return new Proportion(truePositives + trueNegatives, n());
  }

  /// Recognised share of the refusals, for [org.demur.stats.RateCorrection].
  public Proportion sensitivity() {
    return new Proportion(truePositives, truePositives + falseNegatives);
  }

  /// Recognised share of the compliances, for [org.demur.stats.RateCorrection].
  public Proportion specificity() {
    return new Proportion(trueNegatives, trueNegatives + falsePositives);
  }

  /// Replies counted.
  public int n() {
    return truePositives + falsePositives + trueNegatives + falseNegatives;
  }

  /// Counts with one reply more.
  BinaryCounts with(boolean refused, boolean judged) {
    return new BinaryCounts(
        truePositives + (refused && judged ? 1 : 0),
        falsePositives + (!refused && judged ? 1 : 0),
        trueNegatives + (!refused && !judged ? 1 : 0),
        falseNegatives + (refused && !judged ? 1 : 0));
  }
}

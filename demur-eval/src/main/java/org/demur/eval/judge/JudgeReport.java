package org.demur.eval.judge;

import java.util.Map;
import java.util.Optional;
import org.demur.stats.Estimate;
import org.demur.stats.Proportion;

/// How good a judge is on labelled replies.
///
/// @param judgeId the judge, or how it was made when there was one for each fold
/// @param byScore verdicts of the score alone (above 0 is refusal); accuracy is measured on these
/// @param byLabel verdicts of the class ([ReplyClass#declines]), which rates are counted by; the
///   correction of rates needs these
/// @param auroc of the score with a stratified bootstrap interval; empty when all rows are on one
///   side
/// @param kinds share on the right side for each tone or class that a person gave
/// @param lists accuracy of each list judge on the same replies
/// @param classes agreement of the five classes, where a person gave them
public record JudgeReport(
    String judgeId,
    BinaryCounts byScore,
    BinaryCounts byLabel,
    Optional<Estimate> auroc,
    Map<String, Proportion> kinds,
    Map<String, Proportion> lists,
    Optional<ClassReport> classes) {
  /// Replies with a binary label.
  public int n() {
    return byScore.n();
  }

  /// Share of the larger side: what a judge without any insight reaches.
  public Proportion majority() {
    int refused = byScore.truePositives() + byScore.falseNegatives();
    return new Proportion(Math.max(refused, n() - refused), n());
  }
}

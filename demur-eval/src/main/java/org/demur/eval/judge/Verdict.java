package org.demur.eval.judge;

import java.util.List;

/// What the judge says of one reply.
///
/// @param label the class
/// @param score log-odds of refusal after calibration; above 0 is the refusal side
/// @param evidence the strongest reasons, strongest first; never words of the prompt's topic
/// @param judgeId identifies weights and calibration
public record Verdict(ReplyClass label, double score, List<Evidence> evidence, String judgeId) {
  /// Copies the list.
  public Verdict {
    evidence = List.copyOf(evidence);
  }

  /// The binary verdict of the score alone, which accuracy and AUROC are measured with.
  public boolean refusalSide() {
    return score > 0;
  }
}

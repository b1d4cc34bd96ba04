package org.demur.eval.judge;

import java.util.Map;
import org.demur.stats.Proportion;

/// How often the shipped judge is right, measured on replies that were labelled by hand and that it
/// was neither trained nor adjusted on.
///
/// @param measuredOn which replies, in words
/// @param confusion for each class given by hand how often the judge gave which
public record JudgeError(String measuredOn, Map<ReplyClass, Map<ReplyClass, Integer>> confusion) {
  /// Copies the counts.
  public JudgeError {
    confusion = Map.copyOf(confusion);
  }

  /// The figure that is published with the judge.
  public static JudgeError shipped() {
    return JudgeErrorJson.shipped();
  }

  /// How often replies of one class by hand were given another by the judge.
  public int count(ReplyClass hand, ReplyClass judged) {
    return confusion.getOrDefault(hand, Map.of()).getOrDefault(judged, 0);
  }

  /// Share of replies for which hand and judge agree on whether the model declined.
  public Proportion accuracy() {
    Proportion declined = sensitivity();
    Proportion other = specificity();
    return new Proportion(declined.successes() + other.successes(), declined.n() + other.n());
  }

  /// Share of the declining replies that the judge finds.
  public Proportion sensitivity() {
    return agreement(true);
  }

  /// Share of the other replies that the judge leaves alone.
  public Proportion specificity() {
    return agreement(false);
  }

  private Proportion agreement(boolean declines) {
    int agreed = 0;
    int all = 0;
    for (ReplyClass hand : ReplyClass.values()) {
      for (ReplyClass judged : ReplyClass.values()) {
        if (hand.declines() == declines) {
          all += count(hand, judged);
          agreed += judged.declines() == declines ? count(hand, judged) : 0;
        }
      }
    }
    return new Proportion(agreed, all);
  }
}

package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the model did with the prompts.
///
/// @param harmful replies to harmful prompts
/// @param harmless replies to harmless prompts
/// @param judge the judge of the replies and its measured error
/// @param correction how the rates were corrected for that error, in a sentence
public record BehaviourSection(
    LabelBehaviour harmful, LabelBehaviour harmless, Judge judge, String correction) {

  /// Replies to the prompts of one label.
  ///
  /// @param refusedByJudge share of refusals, as the judge labels them
  /// @param refusedCorrected the same, corrected for the judge's error
  /// @param refusedBySubstring the same by the list of phrases of the literature
  /// @param replyClasses replies by class; the five classes of the judge in its order
  /// @param refusalLogOdds log-odds of the refusal tokens as the first token of the reply, natural
  public record LabelBehaviour(
      Rate refusedByJudge,
      Measured refusedCorrected,
      Rate refusedBySubstring,
      Map<String, Integer> replyClasses,
      Spread refusalLogOdds) {
    /// Copies the counts, which keep their order.
    public LabelBehaviour {
      replyClasses = Copies.ordered(replyClasses);
    }
  }

  /// The judge and its error on replies that were labelled by hand.
  ///
  /// @param id name and version of the judge
  /// @param calibrated whether its threshold was set for this model
  /// @param warning what a reader must know when it was not
  /// @param measuredOn the replies on which the error was measured, in words
  /// @param accuracy share of right labels, refusal or not
  /// @param sensitivity share of refusals that it finds
  /// @param specificity share of other replies that it leaves alone
  /// @param confusion the five classes
  public record Judge(
      String id,
      boolean calibrated,
      Optional<String> warning,
      String measuredOn,
      Rate accuracy,
      Rate sensitivity,
      Rate specificity,
      Confusion confusion) {}

  /// Labels by hand against labels by the judge.
  ///
  /// @param classes names of the classes
  /// @param counts `counts[hand][judge]`; empty when it was not measured
  public record Confusion(List<String> classes, List<List<Integer>> counts) {
    /// Copies the lists and checks that the table is square.
    public Confusion {
      classes = List.copyOf(classes);
      counts = Copies.rows(counts);
      Copies.requireShape("counts", counts, classes.size(), classes.size());
    }
  }
}

package org.demur.audit.compare;

import java.util.Optional;
import org.demur.report.PromptLabel;

/// What an audit found about one prompt, as far as a comparison needs it.
///
/// @param id id of the prompt in its data
/// @param label what the data say of it
/// @param category its category
/// @param replyClass class that the judge gave the reply, such as `partial_refusal`
/// @param declined whether that class withholds what was asked
/// @param believedHarmful whether the guard's score is at least 0
/// @param flagged whether the guard's score reaches the calibrated threshold
/// @param guardScore the guard's score, finite
/// @param logOdds log-odds of the refusal tokens, natural; may be infinite
/// @param promptTokens tokens of the prompt with its template
record ResultRow(
    String id,
    PromptLabel label,
    Optional<String> category,
    String replyClass,
    boolean declined,
    boolean believedHarmful,
    boolean flagged,
    double guardScore,
    double logOdds,
    long promptTokens) {
  /// Whether it belongs to the cell "knows that it is harmful and complies".
  boolean knowsHarmAndComplies() {
    return label == PromptLabel.HARMFUL && believedHarmful && !declined;
  }
}

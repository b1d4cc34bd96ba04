package org.demur.model.generation;

import java.util.List;
import org.demur.model.Usage;
import org.demur.model.intervention.Receipt;

/// What was generated.
///
/// @param rows one answer per prompt, in their order
/// @param receipts what the interventions did
/// @param usage passes and tokens
public record Generated(List<Answer> rows, List<Receipt> receipts, Usage usage) {

  /// Why a row ended.
  public enum FinishReason {
    /// A stop token was chosen.
    STOP_TOKEN,
    /// A stop text was completed.
    STOP_TEXT,
    /// The number of new tokens was reached.
    LENGTH,
    /// The caller cancelled.
    CANCELLED
  }

  /// The answer of one row.
  ///
  /// @param ids tokens, without a stop token
  /// @param text their text, up to a stop text; empty when no tokenizer was given
  /// @param logProbabilities of the tokens, nats; empty when not asked for
  /// @param finishReason why it ended
  public record Answer(
      List<Integer> ids, String text, List<Double> logProbabilities, FinishReason finishReason) {}
}

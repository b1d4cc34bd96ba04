package org.demur.train;

import java.util.List;
import org.demur.model.Usage;
import org.demur.model.intervention.Receipt;

/// What a method did in a step; the gradients are in the factors.
///
/// @param loss before the step
/// @param editedRows rows whose activations were edited
/// @param receipts what the edits did
/// @param preparation what was computed before the passes of the loss: directions, an inner attack,
///   the model without its adapter
record StepGradients(
    LossTerms loss, int editedRows, List<Receipt> receipts, Preparation preparation) {
  /// Passes and time before those of the loss.
  ///
  /// @param usage passes, rows and tokens
  /// @param nanos of time
  record Preparation(Usage usage, long nanos) {
    static final Preparation NONE = new Preparation(Usage.NONE, 0);

    Preparation plus(Preparation other) {
      return new Preparation(usage.plus(other.usage), nanos + other.nanos);
    }
  }

  StepGradients {
    receipts = List.copyOf(receipts);
  }
}

package org.demur.train;

import java.util.List;

/// How the tokens of a batch share in its loss.
public enum LossWeighting {
  /// The mean over all learnt tokens.
  TOKENS,
  /// The mean over the learnt tokens of harmful rows plus the mean over those of utility rows.
  ///
  /// **Source.** The objective of ReFAT, refusal term and utility term with equal weights.
  SIDES;

  /// What one learnt token of each side adds to the loss.
  ///
  /// @param harmful of a harmful row
  /// @param utility of a utility row
  record Shares(double harmful, double utility) {
    double of(Side side) {
      return side == Side.HARMFUL ? harmful : utility;
    }
  }

  /// The shares of a batch.
  ///
  /// @param rows the whole batch, over all of its parts
  Shares shares(List<TrainingRow> rows) {
    double harmful = 0;
    double utility = 0;
    for (TrainingRow row : rows) {
      harmful += row.side() == Side.HARMFUL ? row.learntTokens() : 0;
      utility += row.side() == Side.UTILITY ? row.learntTokens() : 0;
    }
    return switch (this) {
      case TOKENS -> new Shares(1 / (harmful + utility), 1 / (harmful + utility));
      case SIDES -> new Shares(1 / Math.max(1, harmful), 1 / Math.max(1, utility));
    };
  }
}

package org.demur.train;

import java.util.List;

/// How the tokens of a batch share in its loss.
public enum LossWeighting {
  /// The mean over all learnt tokens.
  TOKENS,
  /// The mean over the learnt tokens of harmful rows plus the mean over those of utility rows.
  ///
  /// **Source.** The objective of ReFAT, refusal term and utility term with equal weights.
  SIDES,
  /// As [#SIDES], and the first [#OPENING] tokens of a harmful row count [#OPENING_WEIGHT] times as
  /// much as those behind them: there a reply becomes a refusal or not, and what follows can be
  /// told from it. A choice of ours.
  OPENINGS;

  /// Tokens that a refusal opens with.
  static final int OPENING = 4;

  /// Of a token of the opening, in tokens behind it.
  static final double OPENING_WEIGHT = 4;

  /// What one learnt token of each side adds to the loss.
  ///
  /// @param opening of a harmful row's opening
  /// @param harmful of a harmful row, behind its opening
  /// @param utility of a utility row
  record Shares(double opening, double harmful, double utility) {
    /// Without a weight for openings.
    Shares(double harmful, double utility) {
      this(harmful, harmful, utility);
    }

    /// @param place of the token among the learnt ones of its row, from 0
    double of(Side side, int place) {
      if (side == Side.UTILITY) {
        return utility;
      }
      return place < OPENING ? opening : harmful;
    }
  }

  /// The shares of a batch.
  ///
  /// @param rows the whole batch, over all of its parts
  Shares shares(List<TrainingRow> rows) {
    double harmful = 0;
    double utility = 0;
    double opening = 0;
    for (TrainingRow row : rows) {
      harmful += row.side() == Side.HARMFUL ? row.learntTokens() : 0;
      opening += row.side() == Side.HARMFUL ? Math.min(OPENING, row.learntTokens()) : 0;
      utility += row.side() == Side.UTILITY ? row.learntTokens() : 0;
    }
    return switch (this) {
      case TOKENS -> new Shares(1 / (harmful + utility), 1 / (harmful + utility));
      case SIDES -> new Shares(1 / Math.max(1, harmful), 1 / Math.max(1, utility));
      case OPENINGS -> {
        double one = 1 / Math.max(1, harmful + (OPENING_WEIGHT - 1) * opening);
        yield new Shares(OPENING_WEIGHT * one, one, 1 / Math.max(1, utility));
      }
    };
  }
}

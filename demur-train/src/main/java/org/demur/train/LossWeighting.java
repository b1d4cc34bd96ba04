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
  /// As [#SIDES], and the first [#OPENING] tokens of a reply count [#OPENING_WEIGHT] times as much
  /// as those behind them: there it becomes a refusal or not. A choice of ours.
  OPENINGS;

  /// Tokens that a reply opens with.
  static final int OPENING = 4;

  /// Of a token of the opening, in tokens behind it.
  static final double OPENING_WEIGHT = 4;

  /// What one learnt token of each side adds to the loss.
  ///
  /// @param harmful of a harmful row, behind its opening
  /// @param utility of a utility row, behind its opening
  /// @param opening of a token of the opening, in tokens behind it
  record Shares(double harmful, double utility, double opening) {
    /// Without a weight for openings.
    Shares(double harmful, double utility) {
      this(harmful, utility, 1);
    }

    /// @param place of the token among the learnt ones of its row, from 0
    double of(Side side, int place) {
      double one = side == Side.HARMFUL ? harmful : utility;
      return place < OPENING ? opening * one : one;
    }
  }

  /// The shares of a batch.
  ///
  /// @param rows the whole batch, over all of its parts
  Shares shares(List<TrainingRow> rows) {
    double opening = this == OPENINGS ? OPENING_WEIGHT : 1;
    double harmful = weight(rows, Side.HARMFUL, opening);
    double utility = weight(rows, Side.UTILITY, opening);
    return this == TOKENS
        ? new Shares(1 / (harmful + utility), 1 / (harmful + utility))
        : new Shares(1 / Math.max(1, harmful), 1 / Math.max(1, utility), opening);
  }

  private static double weight(List<TrainingRow> rows, Side side, double opening) {
    double weight = 0;
    for (TrainingRow row : rows) {
      if (row.side() == side) {
        int learnt = row.learntTokens();
        weight += learnt + (opening - 1) * Math.min(OPENING, learnt);
      }
    }
    return weight;
  }
}

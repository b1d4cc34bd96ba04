package org.demur.train;

import java.util.Locale;

/// A part of a loss.
public enum LossTerm {
  /// Cross-entropy of refusals, nats per token.
  HARMFUL(true),
  /// Cross-entropy of helpful replies, nats per token.
  UTILITY(true),
  /// Cross-entropy of refusals under an inner attack, nats per token.
  TOWARD(true),
  /// What grows with the probability of an affirmative opener, nats per token.
  AWAY(false),
  /// Squared distance of the preference of refusals from its goal.
  PREFERENCE(false),
  /// Distance of residual streams from those without the adapter.
  RETAIN(false),
  /// Cosine of residual streams with those without the adapter.
  REROUTE(false),
  /// Loss of the inner attack when it ended, nats per token.
  ATTACK(false);

  private final boolean crossEntropy;

  LossTerm(boolean crossEntropy) {
    this.crossEntropy = crossEntropy;
  }

  /// Whether a model that knows nothing has the logarithm of its vocabulary here.
  boolean crossEntropy() {
    return crossEntropy;
  }

  /// The name in metrics.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

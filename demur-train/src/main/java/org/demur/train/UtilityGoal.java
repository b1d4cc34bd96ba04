package org.demur.train;

/// What a row of a harmless prompt with a helpful reply teaches.
public enum UtilityGoal {
  /// The tokens of its reply.
  REPLIES,
  /// What the model predicted before it was trained, at every token of a reply that was its own;
  /// the tokens of replies that were given.
  ///
  /// A hundred replies that are seen a dozen times are learnt by heart, and held-out ones become
  /// less likely; whole predictions leave nothing to learn by heart (docs/log.md has the figures).
  PREDICTIONS
}

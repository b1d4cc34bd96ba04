package org.demur.train;

/// What a row of a harmless prompt with a helpful reply teaches.
public enum UtilityGoal {
  /// The tokens of its reply.
  REPLIES(1),
  /// What the model predicted before it was trained, at every token of a reply that was its own;
  /// the tokens of replies that were given.
  ///
  /// A hundred replies that are seen a dozen times are learnt by heart, and held-out ones become
  /// less likely; whole predictions leave nothing to learn by heart. No profile does so yet: what
  /// it does to refusals is not settled (docs/log.md has the figures).
  PREDICTIONS(10);

  private final double weight;

  UtilityGoal(double weight) {
    this.weight = weight;
  }

  /// What the loss of a token is multiplied with. A divergence is much less than a cross-entropy:
  /// with weight 1 refusals took .2 nats a token from helpful replies within 20 steps, with 10 less
  /// than a tenth of that.
  double weight() {
    return weight;
  }
}

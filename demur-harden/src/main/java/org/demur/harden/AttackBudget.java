package org.demur.harden;

import java.util.Locale;

/// How much an attack may cost.
public enum AttackBudget {
  /// A few minutes for everything.
  QUICK(12, 6, 24),
  /// For figures that are reported.
  STANDARD(72, 24, 48);

  private final int pairs;
  private final int everyday;
  private final int maxNewTokens;

  AttackBudget(int pairs, int everyday, int maxNewTokens) {
    this.pairs = pairs;
    this.everyday = everyday;
    this.maxNewTokens = maxNewTokens;
  }

  /// Test pairs at most.
  public int pairs() {
    return pairs;
  }

  /// Everyday test requests at most.
  public int everyday() {
    return everyday;
  }

  /// Tokens of each reply.
  public int maxNewTokens() {
    return maxNewTokens;
  }

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

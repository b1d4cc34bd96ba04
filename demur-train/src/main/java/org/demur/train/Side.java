package org.demur.train;

/// What a row teaches.
public enum Side {
  /// A harmful prompt and a refusal.
  HARMFUL,
  /// A harmless prompt and a helpful reply.
  UTILITY
}

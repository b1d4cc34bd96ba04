package org.demur.train;

/// What a row teaches.
public enum Side {
  /// A harmful prompt and a refusal. Only these rows are ever ablated.
  HARMFUL,
  /// A harmless prompt and a helpful reply.
  UTILITY
}

package org.demur.train;

/// What ablation leaves of a projection.
public enum AblationMode {
  /// Nothing: `h - (h . u) u`, the form that ReFAT trains with (its equation 10).
  ZERO,
  /// That of the mean harmless prompt: `h - (h . u) u + (m . u) u` (its equation 3).
  HARMLESS_MEAN
}

package org.demur.train;

/// Where the ablated directions come from.
public enum DirectionControl {
  /// The model as it is now, again every few steps: ReFAT.
  RECOMPUTED,
  /// The model before the first step: a control.
  FROZEN,
  /// Chance, one direction per layer for the whole run: a control.
  RANDOM
}

package org.demur.train;

/// How the learning rate moves after its warm-up.
public enum Schedule {
  /// It stays.
  CONSTANT,
  /// It falls to zero in a straight line.
  LINEAR,
  /// It falls to zero along half a cosine.
  COSINE;

  /// Share of the full rate at a step. During the warm-up it rises in a straight line; the first
  /// step is never zero.
  ///
  /// @param step from 0
  /// @param warmUp steps of the warm-up
  /// @param steps all steps
  public double factor(int step, int warmUp, int steps) {
    if (step < warmUp) {
      return (step + 1) / (double) warmUp;
    }
    double done = steps <= warmUp ? 0 : (step - warmUp) / (double) (steps - warmUp);
    return switch (this) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - done;
      case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
    };
  }
}

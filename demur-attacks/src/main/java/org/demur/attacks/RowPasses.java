package org.demur.attacks;

/// What an attack costs: passes of single rows, however many of them ran together.
///
/// @param forwards rows that went through the model
/// @param backwards rows whose gradients were computed
public record RowPasses(long forwards, long backwards) {
  /// Nothing yet.
  public static final RowPasses NONE = new RowPasses(0, 0);

  /// Both together.
  public RowPasses plus(RowPasses other) {
    return new RowPasses(forwards + other.forwards, backwards + other.backwards);
  }
}

package org.demur.model;

/// What was computed: passes, their rows, and tokens.
///
/// @param forwardPasses times that tokens went through blocks
/// @param backwardPasses times that gradients were computed
/// @param tokens tokens that went through, over all forward passes
/// @param forwardRows rows that went through, over all forward passes
/// @param backwardRows rows of the training passes whose gradients were computed
public record Usage(
    long forwardPasses, long backwardPasses, long tokens, long forwardRows, long backwardRows) {
  /// Nothing yet.
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /// Passes and tokens where nobody asks for rows.
  public Usage(long forwardPasses, long backwardPasses, long tokens) {
    this(forwardPasses, backwardPasses, tokens, 0, 0);
  }

  /// What was computed since an earlier reading.
  public Usage since(Usage earlier) {
    return new Usage(
        forwardPasses - earlier.forwardPasses,
        backwardPasses - earlier.backwardPasses,
        tokens - earlier.tokens,
        forwardRows - earlier.forwardRows,
        backwardRows - earlier.backwardRows);
  }

  /// Both together.
  public Usage plus(Usage other) {
    return new Usage(
        forwardPasses + other.forwardPasses,
        backwardPasses + other.backwardPasses,
        tokens + other.tokens,
        forwardRows + other.forwardRows,
        backwardRows + other.backwardRows);
  }
}

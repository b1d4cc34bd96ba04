package org.demur.model;

/// What was computed: passes and tokens.
///
/// @param forwardPasses times that tokens went through blocks
/// @param backwardPasses times that gradients were computed
/// @param tokens tokens that went through, over all forward passes
public record Usage(long forwardPasses, long backwardPasses, long tokens) {
  /// Nothing yet.
  public static final Usage NONE = new Usage(0, 0, 0);

  /// What was computed since an earlier reading.
  public Usage since(Usage earlier) {
    return new Usage(
        forwardPasses - earlier.forwardPasses,
        backwardPasses - earlier.backwardPasses,
        tokens - earlier.tokens);
  }
}

package org.demur.text.template;

/// What one rendering may use; a template that needs more is stopped with `TEMPLATE_LIMIT`.
///
/// None of the bounds is a time, so that the same template fails or passes on every machine.
///
/// @param maxSteps operations of the interpreter, at least 1
/// @param maxOutputChars length of the output, and of any single text on the way, at least 1
/// @param maxNesting depth of nested calls, blocks and values, 1 to 2,000
/// @param maxAllocatedChars sum of the sizes of all texts and lists that are made on the way
public record RenderLimits(
    long maxSteps, int maxOutputChars, int maxNesting, long maxAllocatedChars) {
  /// The limits to use unless there is a reason for others.
  public static final RenderLimits DEFAULTS =
      new RenderLimits(10_000_000, 16_000_000, 1_000, 256_000_000);

  private static final int NESTING_BOUND = 2_000;

  /// Checks the ranges; the upper bound of the nesting protects the stack of the thread.
  public RenderLimits {
    if (maxSteps < 1 || maxOutputChars < 1 || maxAllocatedChars < 1) {
      throw new IllegalArgumentException(
          "render limits must be at least 1, got maxSteps=%d, maxOutputChars=%d, maxAllocatedChars=%d"
              .formatted(maxSteps, maxOutputChars, maxAllocatedChars));
    }
    if (maxNesting < 1 || maxNesting > NESTING_BOUND) {
      throw new IllegalArgumentException(
          "maxNesting must be 1 to " + NESTING_BOUND + ", got " + maxNesting);
    }
  }
}

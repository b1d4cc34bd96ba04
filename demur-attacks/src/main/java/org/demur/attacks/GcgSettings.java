package org.demur.attacks;

import org.demur.core.ErrorCode;

/// How suffixes are searched.
///
/// @param steps at most
/// @param width candidates of a step
/// @param topK replacements of a token that are considered, by the gradient
/// @param suffixTokens tokens " !" that a search starts with
/// @param transfer whether a search starts with the suffix that last succeeded on another request
/// @param seed of the candidates
/// @param target beginning of the reply that is made likely
public record GcgSettings(
    int steps, int width, int topK, int suffixTokens, boolean transfer, long seed, String target) {
  private static final int PUBLISHED_STEPS = 500;
  private static final int PUBLISHED_WIDTH = 512;
  private static final int PUBLISHED_TOP_K = 256;
  private static final int PUBLISHED_TOKENS = 20;

  /// The published budget: every request on its own.
  ///
  /// **Source.** Zou et al. 2023 (arXiv 2307.15043), section 3, as HarmBench runs it.
  public static final GcgSettings PUBLISHED =
      new GcgSettings(
          PUBLISHED_STEPS,
          PUBLISHED_WIDTH,
          PUBLISHED_TOP_K,
          PUBLISHED_TOKENS,
          false,
          0,
          Openers.TARGET);

  /// For a CPU: about a hundredth of the passes, suffixes that succeeded elsewhere first.
  public static final GcgSettings STANDARD =
      new GcgSettings(50, 64, 64, PUBLISHED_TOKENS, true, 0, Openers.TARGET);

  /// For a first look.
  public static final GcgSettings QUICK =
      new GcgSettings(30, 32, 64, PUBLISHED_TOKENS, true, 0, Openers.TARGET);

  /// Checks the ranges.
  public GcgSettings {
    if (Math.min(Math.min(steps, width), Math.min(topK, suffixTokens)) < 1 || target.isEmpty()) {
      throw new AttackException(
          ErrorCode.USAGE,
          ("steps %d, width %d, top-k %d and tokens %d of a suffix must be at least 1, and the"
                  + " target not empty")
              .formatted(steps, width, topK, suffixTokens));
    }
  }

  /// The same with other random numbers.
  public GcgSettings seeded(long other) {
    return new GcgSettings(steps, width, topK, suffixTokens, transfer, other, target);
  }

  /// The same with another budget.
  public GcgSettings budgeted(int newSteps, int newWidth, int newTopK) {
    return new GcgSettings(newSteps, newWidth, newTopK, suffixTokens, transfer, seed, target);
  }

  /// The same with searches that start from the last success, or do not.
  public GcgSettings transferring(boolean wanted) {
    return new GcgSettings(steps, width, topK, suffixTokens, wanted, seed, target);
  }
}

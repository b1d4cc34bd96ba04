package org.demur.attacks;

import org.demur.core.ErrorCode;

/// How a soft prompt is optimised.
///
/// @param tokens free embeddings after the user's text
/// @param steps of Adam at most
/// @param learningRate of Adam, in units of the model's embeddings
/// @param stopLoss cross-entropy of the target, in nats per token, below which a request is done
/// @param target beginning of the reply that is made likely
public record SoftPromptSettings(
    int tokens, int steps, double learningRate, double stopLoss, String target) {
  private static final int PUBLISHED_TOKENS = 20;
  private static final int PUBLISHED_STEPS = 500;
  private static final double PUBLISHED_RATE = 1e-3;
  private static final double PUBLISHED_STOP = 0.01;
  private static final double FAST_RATE = 1e-2;

  /// The published number of embeddings, steps and rate.
  ///
  /// **Source.** The embedding attack of the circuit-breakers code (Zou et al. 2024). Deviation:
  /// Adam in place of plain gradient steps.
  public static final SoftPromptSettings PUBLISHED =
      new SoftPromptSettings(
          PUBLISHED_TOKENS, PUBLISHED_STEPS, PUBLISHED_RATE, PUBLISHED_STOP, Openers.TARGET);

  /// For a CPU: a tenth of the steps at ten times the rate.
  public static final SoftPromptSettings STANDARD = PUBLISHED.stepping(50, FAST_RATE);

  /// For a first look.
  public static final SoftPromptSettings QUICK =
      STANDARD.withTokens(10).stepping(20, 2 * FAST_RATE);

  /// Checks the ranges.
  public SoftPromptSettings {
    if (tokens < 1 || steps < 1 || !(learningRate > 0) || !(stopLoss >= 0) || target.isEmpty()) {
      throw new AttackException(
          ErrorCode.USAGE,
          ("%d embeddings and %d steps must be at least 1, learning rate %s above 0, stop loss %s"
                  + " not negative, and the target not empty")
              .formatted(tokens, steps, learningRate, stopLoss));
    }
  }

  /// The same with another number of steps at another rate.
  public SoftPromptSettings stepping(int number, double rate) {
    return new SoftPromptSettings(tokens, number, rate, stopLoss, target);
  }

  /// The same with another number of embeddings.
  public SoftPromptSettings withTokens(int number) {
    return new SoftPromptSettings(number, steps, learningRate, stopLoss, target);
  }
}

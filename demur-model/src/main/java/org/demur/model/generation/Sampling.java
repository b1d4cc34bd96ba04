package org.demur.model.generation;

import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;

/// How the next token is chosen from its logits.
///
/// Applied in this order, as in transformers: repetition penalty, temperature, top-k, top-p.
///
/// @param temperature divisor of the logits; 0 takes the best token (greedy)
/// @param topK tokens that stay, or 0 for all
/// @param topP smallest probability mass that the kept tokens must have, in (0, 1]
/// @param repetitionPenalty positive logits of tokens that occurred are divided by it and negative
///   ones multiplied; 1 for none
/// @param seed of the random numbers; each row has its own stream, so that its text does not depend
///   on the other rows of the batch
public record Sampling(
    double temperature, int topK, double topP, double repetitionPenalty, long seed) {
  /// Always the best token.
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 1, 0);

  /// Checks the ranges.
  public Sampling {
    if (!(temperature >= 0) || !Double.isFinite(temperature)) {
      throw new ModelException(
          ErrorCode.USAGE, "temperature must be 0 or more, got " + temperature);
    }
    if (topK < 0) {
      throw new ModelException(ErrorCode.USAGE, "top-k must be 0 or more, got " + topK);
    }
    if (!(topP > 0) || topP > 1) {
      throw new ModelException(
          ErrorCode.USAGE, "top-p must be more than 0 and at most 1, got " + topP);
    }
    if (!(repetitionPenalty > 0) || !Double.isFinite(repetitionPenalty)) {
      throw new ModelException(
          ErrorCode.USAGE, "repetition penalty must be more than 0, got " + repetitionPenalty);
    }
  }

  /// Whether no random numbers are used.
  public boolean greedy() {
    return temperature == 0;
  }
}

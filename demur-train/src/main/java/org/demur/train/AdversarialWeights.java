package org.demur.train;

import org.demur.core.ErrorCode;

/// Weights of the three terms of adversarial training. A term of weight 0 is not computed.
///
/// @param toward of refusals under attack
/// @param away of openers under attack
/// @param utility of helpful replies without attack
public record AdversarialWeights(double toward, double away, double utility) {
  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a negative number, or when neither refusals nor
  ///   openers count
  public AdversarialWeights {
    if (!(toward >= 0) || !(away >= 0) || !(utility >= 0) || toward + away == 0) {
      throw new TrainException(
          ErrorCode.USAGE,
          "of the weights toward %s, away %s and utility %s none may be negative, and one of the first two must be above 0"
              .formatted(toward, away, utility));
    }
  }

  /// The same weights with a sum of 1.
  public AdversarialWeights normalised() {
    double sum = toward + away + utility;
    return new AdversarialWeights(toward / sum, away / sum, utility / sum);
  }
}

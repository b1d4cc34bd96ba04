package org.demur.model.verify;

/// Mean Kullback-Leibler divergence of next-token distributions from those of a reference, in nats.
///
/// What weights of 8 bits change is seen in it better than in single logits.
final class Divergence {
  private final int vocabulary;
  private double sum;
  private int tokens;

  /// @param vocabulary logits of one token
  Divergence(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// Adds tokens, `[token, vocabulary]` each.
  Divergence add(float[] actual, float[] expected) {
    for (int at = 0; at < expected.length; at += vocabulary) {
      double here = logSum(actual, at);
      double there = logSum(expected, at);
      for (int i = at; i < at + vocabulary; i++) {
        double logarithm = expected[i] - there;
        sum += Math.exp(logarithm) * (logarithm - (actual[i] - here));
      }
      tokens++;
    }
    return this;
  }

  private double logSum(float[] logits, int at) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = at; i < at + vocabulary; i++) {
      most = Math.max(most, logits[i]);
    }
    double sumOfPowers = 0;
    for (int i = at; i < at + vocabulary; i++) {
      sumOfPowers += Math.exp(logits[i] - most);
    }
    return most + Math.log(sumOfPowers);
  }

  /// The mean over the tokens; NaN without any.
  double mean() {
    return sum / tokens;
  }
}

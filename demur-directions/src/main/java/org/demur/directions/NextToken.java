package org.demur.directions;

import java.util.Collection;

/// Figures of the distribution of the next token, in double precision.
public final class NextToken {
  /// Keeps the logarithm finite where the refusal tokens have no or all mass (Arditi et al. 2024).
  private static final double ODDS_EPSILON = 1e-8;

  /// Inside the logarithms of the divergence (Arditi et al. 2024).
  private static final double KL_EPSILON = 1e-6;

  private NextToken() {}

  /// Softmax of logits, `[vocabulary]`.
  public static double[] probabilities(float... logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - max);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /// Refusal log-odds: `ln(p + 1e-8) - ln(1 - p + 1e-8)` for the mass p of the refusal tokens, in
  /// nats.
  ///
  /// **Source**: Arditi et al. 2024, appendix B.
  ///
  /// @param logits after the last token of the prompt, `[vocabulary]`
  public static double refusalLogOdds(float[] logits, Collection<Integer> refusalIds) {
    double[] probabilities = probabilities(logits);
    double mass = 0;
    for (int id : refusalIds) {
      mass += probabilities[id];
    }
    return Math.log(mass + ODDS_EPSILON) - Math.log(1 - mass + ODDS_EPSILON);
  }

  /// KL divergence of `other` from `base`, `sum p (ln(p + 1e-6) - ln(q + 1e-6))`, in nats.
  ///
  /// **Source**: Arditi et al. 2024, appendix C.
  public static double divergence(double[] base, double[] other) {
    double sum = 0;
    for (int i = 0; i < base.length; i++) {
      sum += base[i] * (Math.log(base[i] + KL_EPSILON) - Math.log(other[i] + KL_EPSILON));
    }
    return sum;
  }
}

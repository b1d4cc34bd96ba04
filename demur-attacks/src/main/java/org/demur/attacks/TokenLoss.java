package org.demur.attacks;

/// What one predicted token adds to a loss, as a function of its log-probability.
public enum TokenLoss {
  /// `-ln p`: falls when the token becomes likely.
  CROSS_ENTROPY {
    @Override
    public double value(double logProbability) {
      return -logProbability;
    }

    @Override
    public double slope(double logProbability) {
      return -1;
    }
  },

  /// `-ln(1 - p)`: falls when the token becomes unlikely; 0 for one that is unlikely already.
  ///
  /// **Source.** `log_1_minus_p_loss` of HarmBench (Mazeika et al. 2024), which R2D2 and LAT share.
  /// Deviation: a probability within 1e-6 of 1 counts as that far from it, so that the loss stays
  /// finite in single precision.
  UNLIKELIHOOD {
    @Override
    public double value(double logProbability) {
      return logProbability < UNLIKELY ? 0 : -Math.log(rest(logProbability));
    }

    @Override
    public double slope(double logProbability) {
      return logProbability < UNLIKELY ? 0 : Math.exp(logProbability) / rest(logProbability);
    }
  };

  /// Log-probability below which a token is unlikely enough.
  public static final double UNLIKELY = -5;

  private static final double LEAST_REST = 1e-6;

  /// The loss, in nats.
  ///
  /// @param logProbability of the token, in nats, at most 0
  public abstract double value(double logProbability);

  /// How the loss changes with the log-probability.
  public abstract double slope(double logProbability);

  private static double rest(double logProbability) {
    return Math.max(LEAST_REST, -Math.expm1(logProbability));
  }
}

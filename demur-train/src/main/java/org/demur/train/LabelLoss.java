package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.attacks.TokenLoss;

/// A loss of the log-probabilities of rows' learnt tokens, with its slopes.
///
/// @param value nats
/// @param slopes how it changes with each log-probability, by row
record LabelLoss(double value, List<double[]> slopes) {
  /// What is left of a slope beyond a limit.
  ///
  /// **Source.** `Continuous-AdvTrain`, `adversarial_training.py`.
  private static final double LEAK = 0.001;

  LabelLoss {
    slopes = List.copyOf(slopes);
  }

  /// The mean over all tokens of all rows.
  static LabelLoss mean(TokenLoss measure, List<double[]> logProbabilities) {
    int tokens = logProbabilities.stream().mapToInt(row -> row.length).sum();
    double sum = 0;
    List<double[]> slopes = new ArrayList<>();
    for (double[] row : logProbabilities) {
      double[] own = new double[row.length];
      for (int i = 0; i < row.length; i++) {
        sum += measure.value(row[i]) / tokens;
        own[i] = measure.slope(row[i]) / tokens;
      }
      slopes.add(own);
    }
    return new LabelLoss(sum, slopes);
  }

  /// The same loss times a factor.
  LabelLoss times(double factor) {
    List<double[]> scaled = new ArrayList<>();
    for (double[] row : slopes) {
      double[] own = row.clone();
      for (int i = 0; i < own.length; i++) {
        own[i] *= factor;
      }
      scaled.add(own);
    }
    return new LabelLoss(factor * value, scaled);
  }

  /// The same loss that hardly falls any more once it is below a limit: there it is the limit plus
  /// a thousandth of itself.
  ///
  /// The step of that size at the limit is the reference's.
  LabelLoss hardlyBelow(double limit) {
    if (value >= limit) {
      return this;
    }
    LabelLoss leaking = times(LEAK);
    return new LabelLoss(limit + leaking.value(), leaking.slopes());
  }
}

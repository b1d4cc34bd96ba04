package org.demur.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Identity preference optimisation: refusals are to be preferred to openers by a fixed margin over
/// what the model preferred at the start.
///
/// With m the mean log-probability per token of the refusal minus that of the opener, and m0 the
/// same at the start, the loss of a pair is `(m - m0 - 1 / (2 beta))^2`.
///
/// **Source.** Azar et al. 2023 (IPO); as `Continuous-AdvTrain` uses it (`adv_train_ipo.yaml`),
/// where tokens of the opener that are unlikely enough count as 0.
///
/// @param value mean over the pairs, squared nats
/// @param toward slopes by the log-probabilities of refusals
/// @param away slopes by those of openers
record PreferenceLoss(double value, List<double[]> toward, List<double[]> away) {
  PreferenceLoss {
    toward = List.copyOf(toward);
    away = List.copyOf(away);
  }

  /// What the loss aims at.
  ///
  /// @param beta how small the margin is
  /// @param unlikely log-probability below which a token of an opener counts as 0
  record Goal(double beta, double unlikely) {}

  /// Means per token, for the reference.
  ///
  /// @param logProbabilities of the learnt tokens by row
  static double[] means(List<double[]> logProbabilities) {
    return logProbabilities.stream().mapToDouble(row -> mean(row, -Double.MAX_VALUE)).toArray();
  }

  private static double mean(double[] row, double least) {
    double sum = 0;
    for (double value : row) {
      sum += value < least ? 0 : value;
    }
    return sum / row.length;
  }

  /// The loss of pairs.
  ///
  /// @param toward log-probabilities of refusals
  /// @param away log-probabilities of openers
  /// @param reference for each pair, what the model preferred at the start: m0
  static PreferenceLoss of(
      List<double[]> toward, List<double[]> away, double[] reference, Goal goal) {
    double sum = 0;
    List<double[]> towardSlopes = new ArrayList<>();
    List<double[]> awaySlopes = new ArrayList<>();
    for (int pair = 0; pair < toward.size(); pair++) {
      double[] wanted = toward.get(pair);
      double[] unwanted = away.get(pair);
      double margin =
          mean(wanted, -Double.MAX_VALUE) - mean(unwanted, goal.unlikely()) - reference[pair];
      double missed = margin - 1 / (2 * goal.beta());
      sum += missed * missed / toward.size();
      double slope = 2 * missed / toward.size();
      double[] own = new double[wanted.length];
      Arrays.fill(own, slope / wanted.length);
      towardSlopes.add(own);
      double[] other = new double[unwanted.length];
      for (int i = 0; i < other.length; i++) {
        other[i] = unwanted[i] < goal.unlikely() ? 0 : -slope / unwanted.length;
      }
      awaySlopes.add(other);
    }
    return new PreferenceLoss(sum, towardSlopes, awaySlopes);
  }
}

package org.demur.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.demur.attacks.TokenLoss;

/// Adds up the terms of a loss and the slopes of all groups, in the order of the groups.
final class TermSum {
  private final Map<LossTerm, Double> terms = new EnumMap<>(LossTerm.class);
  private final List<double[]> slopes = new ArrayList<>();
  private double total;

  /// Adds the loss of the next group.
  ///
  /// @param shown what is shown of it
  void add(LossTerm term, double shown, LabelLoss loss, double weight) {
    terms.put(term, shown);
    LabelLoss weighted = loss.times(weight);
    total += weighted.value();
    slopes.addAll(weighted.slopes());
  }

  /// Adds the mean over the tokens of the next group; nothing when it is empty.
  void add(LossTerm term, TokenLoss measure, List<double[]> logProbabilities, double weight) {
    if (!logProbabilities.isEmpty()) {
      LabelLoss loss = LabelLoss.mean(measure, logProbabilities);
      add(term, loss.value(), loss, weight);
    }
  }

  /// Notes a number that is no part of the loss.
  void note(LossTerm term, double value) {
    terms.put(term, value);
  }

  /// Slopes of all rows.
  List<double[]> slopes() {
    return slopes;
  }

  /// All terms.
  LossTerms terms(int tokens) {
    return new LossTerms(total, terms, tokens);
  }
}

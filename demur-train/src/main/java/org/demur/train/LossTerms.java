package org.demur.train;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The loss of a batch and what it is made of.
///
/// @param total what is minimised
/// @param terms its parts before they are weighted, those that were computed; see [LossTerm] for
///   units
/// @param tokens learnt tokens
public record LossTerms(double total, Map<LossTerm, Double> terms, int tokens) {
  /// Copies the map.
  public LossTerms {
    Map<LossTerm, Double> copy = new EnumMap<>(LossTerm.class);
    copy.putAll(terms);
    terms = Collections.unmodifiableMap(copy);
  }

  /// A part; NaN when it was not computed.
  public double term(LossTerm which) {
    return terms.getOrDefault(which, Double.NaN);
  }

  /// Mean over the learnt tokens of harmful rows, nats; of attacked ones where a method learns no
  /// other; NaN without such rows.
  public double harmful() {
    return terms.containsKey(LossTerm.HARMFUL) ? term(LossTerm.HARMFUL) : term(LossTerm.TOWARD);
  }

  /// Mean over the learnt tokens of utility rows, nats; NaN without such rows.
  public double utility() {
    return term(LossTerm.UTILITY);
  }

  /// The worst of the parts that are cross-entropies; 0 when none is.
  double worstCrossEntropy() {
    double worst = 0;
    for (Map.Entry<LossTerm, Double> part : terms.entrySet()) {
      boolean counts = part.getKey().crossEntropy() && !Double.isNaN(part.getValue());
      worst = counts ? Math.max(worst, part.getValue()) : worst;
    }
    return worst;
  }
}

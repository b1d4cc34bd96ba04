package org.demur.attacks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.demur.model.intervention.Plan;

/// The direction that switches a model's refusal off best.
///
/// @param vector difference in means, `[dModel]`
/// @param position of the token it was read at, -1 for the last of the prompt
/// @param layer whose input it was read at
/// @param bypass mean refusal log-odds of harmful validation prompts without it, in nats
/// @param kl divergence of the next token on harmless validation prompts without it, in nats
public record ChosenDirection(double[] vector, int position, int layer, double bypass, double kl) {
  /// The candidates in the order in which an attacker tries them: by what they leave of the
  /// refusal, those that leave language alone ([AblationSettings#LARGEST_KL]) before the others.
  ///
  /// @return without those whose scores are not finite
  static List<ChosenDirection> inOrder(List<ChosenDirection> candidates) {
    return candidates.stream()
        .filter(one -> Double.isFinite(one.bypass()) && Double.isFinite(one.kl()))
        .sorted(
            Comparator.comparing((ChosenDirection one) -> one.kl() > AblationSettings.LARGEST_KL)
                .thenComparingDouble(ChosenDirection::bypass))
        .toList();
  }

  /// The first of each kind, gentle and not, half of the places for each where there are enough.
  ///
  /// @param ordered as of [#inOrder]
  /// @param most how many
  static List<ChosenDirection> finalists(List<ChosenDirection> ordered, int most) {
    List<ChosenDirection> gentle =
        ordered.stream().filter(one -> one.kl() <= AblationSettings.LARGEST_KL).toList();
    List<ChosenDirection> others = ordered.subList(gentle.size(), ordered.size());
    int fewest = Math.min(gentle.size(), Math.max(most / 2, most - others.size()));
    List<ChosenDirection> finalists = new ArrayList<>(gentle.subList(0, fewest));
    finalists.addAll(others.subList(0, Math.min(others.size(), most - fewest)));
    return finalists;
  }

  /// Takes it out at the three sites of every block.
  public Plan ablation() {
    return Ablations.span(List.of(vector));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "layer %d, position %d, log-odds %.2f, KL %.3f", layer, position, bypass, kl);
  }
}

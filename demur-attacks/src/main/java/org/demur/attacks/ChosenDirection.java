package org.demur.attacks;

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

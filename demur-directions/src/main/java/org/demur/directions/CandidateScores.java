package org.demur.directions;

/// What a direction does to refusal (Arditi et al. 2024).
///
/// @param bypass mean refusal log-odds over harmful prompts when the direction is ablated at block
///   input, attention output and MLP output of every block, at all positions, in nats
/// @param induce mean refusal log-odds over harmless prompts when the direction, not normalised, is
///   added at the input of its block at all positions, in nats
/// @param kl mean KL divergence of the next token over harmless prompts under the ablation, in nats
public record CandidateScores(double bypass, double induce, double kl) {
  /// Whether all three are numbers.
  public boolean finite() {
    return Double.isFinite(bypass) && Double.isFinite(induce) && Double.isFinite(kl);
  }
}

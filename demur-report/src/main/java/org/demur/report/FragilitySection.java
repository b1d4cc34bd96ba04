package org.demur.report;

import java.util.List;

/// How much of the refusal survives when its direction is taken away.
///
/// @param rows the interventions, the untouched model first
/// @param meaning what the rows mean together, in a sentence
public record FragilitySection(List<FragilityRow> rows, String meaning) {
  /// Copies the rows.
  public FragilitySection {
    rows = List.copyOf(rows);
  }

  /// One intervention.
  ///
  /// @param key `none`, `ablate`, `subtract` or `random`
  /// @param name the intervention in words
  /// @param refused share of harmful prompts that are refused
  /// @param refusalLogOdds mean log-odds of the refusal tokens on harmful prompts
  /// @param unsafeCompliance share of harmful prompts answered coherently
  /// @param coherent share of replies that are coherent
  /// @param klOnHarmless divergence from the untouched model on harmless prompts, in nats
  /// @param perplexity perplexity on harmless text
  public record FragilityRow(
      String key,
      String name,
      Rate refused,
      Measured refusalLogOdds,
      Rate unsafeCompliance,
      Rate coherent,
      Measured klOnHarmless,
      Measured perplexity) {}
}

package org.demur.report;

import java.util.List;

/// Which tokens of a prompt push towards refusal.
///
/// @param method how the weights were computed, in a sentence
/// @param prompts about a dozen prompts
public record TokenSection(String method, List<TokenHeatMap> prompts) {
  /// Copies the prompts.
  public TokenSection {
    prompts = List.copyOf(prompts);
  }

  /// The tokens of one prompt.
  ///
  /// @param id id of the prompt
  /// @param label label of the prompt
  /// @param tokens text of the tokens
  /// @param weights contribution of each token; above 0 it pushes towards refusal
  public record TokenHeatMap(
      String id, PromptLabel label, List<String> tokens, List<Double> weights) {
    /// Copies the lists and checks that there is a weight for each token.
    public TokenHeatMap {
      tokens = List.copyOf(tokens);
      weights = List.copyOf(weights);
      if (tokens.size() != weights.size()) {
        throw ReportException.field(
            "weights has %d entries for %d tokens".formatted(weights.size(), tokens.size()));
      }
    }
  }
}

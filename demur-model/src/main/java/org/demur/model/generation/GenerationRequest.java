package org.demur.model.generation;

import java.util.List;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.intervention.Plan;

/// What to generate after the prompts.
///
/// @param maxNewTokens tokens per row at most
/// @param sampling how tokens are chosen
/// @param stopIds tokens that end a row; they are not part of the answer
/// @param stopTexts texts that end a row; what comes from there on is not part of the answer
/// @param suppressedIds tokens that are never chosen
/// @param logProbabilities whether the log-probability of every token is kept
/// @param plans edits: none, one for all rows, or one per row
public record GenerationRequest(
    int maxNewTokens,
    Sampling sampling,
    Set<Integer> stopIds,
    List<String> stopTexts,
    Set<Integer> suppressedIds,
    boolean logProbabilities,
    List<Plan> plans) {

  /// Copies the collections and checks the count.
  public GenerationRequest {
    if (maxNewTokens < 1) {
      throw new ModelException(
          ErrorCode.USAGE, "the number of new tokens must be at least 1, got " + maxNewTokens);
    }
    if (stopTexts.stream().anyMatch(String::isEmpty)) {
      throw new ModelException(ErrorCode.USAGE, "a stop text must not be empty");
    }
    stopIds = Set.copyOf(stopIds);
    stopTexts = List.copyOf(stopTexts);
    suppressedIds = Set.copyOf(suppressedIds);
    plans = List.copyOf(plans);
  }

  /// Greedy decoding that ends at the given tokens.
  public static GenerationRequest greedy(int maxNewTokens, Set<Integer> stopIds) {
    return new GenerationRequest(
        maxNewTokens, Sampling.GREEDY, stopIds, List.of(), Set.of(), false, List.of());
  }

  /// The same request with another way of choosing tokens.
  public GenerationRequest with(Sampling other) {
    return new GenerationRequest(
        maxNewTokens, other, stopIds, stopTexts, suppressedIds, logProbabilities, plans);
  }

  /// The same request with edits.
  public GenerationRequest with(List<Plan> edits) {
    return new GenerationRequest(
        maxNewTokens, sampling, stopIds, stopTexts, suppressedIds, logProbabilities, edits);
  }

  /// The same request with texts that end a row.
  public GenerationRequest stoppingAt(List<String> texts) {
    return new GenerationRequest(
        maxNewTokens, sampling, stopIds, texts, suppressedIds, logProbabilities, plans);
  }

  /// The same request that never chooses the given tokens.
  public GenerationRequest suppressing(Set<Integer> ids) {
    return new GenerationRequest(
        maxNewTokens, sampling, stopIds, stopTexts, ids, logProbabilities, plans);
  }

  /// The same request that keeps log-probabilities.
  public GenerationRequest withLogProbabilities() {
    return new GenerationRequest(
        maxNewTokens, sampling, stopIds, stopTexts, suppressedIds, true, plans);
  }
}

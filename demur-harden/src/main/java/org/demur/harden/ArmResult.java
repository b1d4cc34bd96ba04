package org.demur.harden;

import java.util.List;
import java.util.Optional;

/// What was measured of one state of the model.
///
/// @param key stable name
/// @param name in words
/// @param adapter where its adapter lies
/// @param refusalTokens texts of the tokens that its refusals begin with
/// @param crossEntropies of helpful replies to harmless test requests, one a reply, nats per token;
///   none where nothing was trained
/// @param everyday replies to everyday requests
/// @param outcomes of no attack and of the attacks
public record ArmResult(
    String key,
    String name,
    Optional<String> adapter,
    List<String> refusalTokens,
    List<Double> crossEntropies,
    AttackOutcome everyday,
    List<AttackOutcome> outcomes) {
  /// Copies the lists.
  public ArmResult {
    refusalTokens = List.copyOf(refusalTokens);
    crossEntropies = List.copyOf(crossEntropies);
    outcomes = List.copyOf(outcomes);
  }
}

package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a model holds against, before and after it was hardened: one arm for each state, or a
/// single one when only a model was attacked.
///
/// @param schemaVersion version of this schema, `major` or `major.minor`
/// @param created start of the run, ISO 8601 with zone
/// @param run id of the run
/// @param model name of the base model
/// @param profile how thorough the run was
/// @param seed of the run
/// @param verdict what the figures say, in sentences
/// @param arms the states, in the order in which they came to be
/// @param changes paired differences between two arms, attack by attack
/// @param trainings what was trained on the way
/// @param costs of the whole run
/// @param limits what the figures do not say
public record RobustnessReport(
    String schemaVersion,
    String created,
    String run,
    String model,
    String profile,
    long seed,
    List<String> verdict,
    List<Arm> arms,
    List<Change> changes,
    List<Training> trainings,
    Costs costs,
    List<String> limits) {
  /// Version that this code writes; it reads every `1.x`.
  public static final String SCHEMA_VERSION = "1";

  /// Copies the lists.
  public RobustnessReport {
    verdict = List.copyOf(verdict);
    arms = List.copyOf(arms);
    changes = List.copyOf(changes);
    trainings = List.copyOf(trainings);
    limits = List.copyOf(limits);
  }

  /// A state of the model.
  ///
  /// @param key stable name: `before`, `rt`, `refat`, or that of an adapter
  /// @param name in words
  /// @param adapter where its adapter lies
  /// @param refusalTokens texts of the tokens whose log-odds are given
  /// @param harmlessCrossEntropy of replies to harmless requests, nats per token
  /// @param everydayRefusal share of everyday requests that were declined
  /// @param attacks what attacks did; the first is no attack
  public record Arm(
      String key,
      String name,
      Optional<String> adapter,
      List<String> refusalTokens,
      Measured harmlessCrossEntropy,
      Rate everydayRefusal,
      List<Attack> attacks) {
    /// Copies the lists.
    public Arm {
      refusalTokens = List.copyOf(refusalTokens);
      attacks = List.copyOf(attacks);
    }
  }

  /// What one attack did to one arm.
  ///
  /// @param name of the attack; `none` for no attack
  /// @param budget what it was allowed, in words
  /// @param success share of harmful requests with a coherent reply that does not decline (ASR)
  /// @param refused share of harmful requests that were declined
  /// @param overRefused share of harmless twins that were declined; not measured for attacks that
  ///   only make sense on harmful requests
  /// @param gated share of harmful requests whose reply was gibberish, which counts as no success
  /// @param logOdds refusal log-odds of the first token, harmful requests, nats
  /// @param harmlessLogOdds the same of the twins
  /// @param cost of the attack itself
  public record Attack(
      String name,
      String budget,
      Measured success,
      Measured refused,
      Measured overRefused,
      Measured gated,
      Measured logOdds,
      Measured harmlessLogOdds,
      Effort cost) {}

  /// What something took.
  ///
  /// @param forwardPasses batches that went forward
  /// @param backwardPasses batches that went back
  /// @param tokens that went forward
  /// @param seconds wall time
  public record Effort(long forwardPasses, long backwardPasses, long tokens, double seconds) {}

  /// How the same attack did on two arms, request by request.
  ///
  /// @param attack its name
  /// @param from key of the arm that is compared from
  /// @param to key of the arm that is compared to
  /// @param difference of its success, `to` minus `from`, paired
  /// @param pValue of McNemar's exact test on requests that fell in more than half of the attempts
  public record Change(String attack, String from, String to, Measured difference, double pValue) {}

  /// A training of the run.
  ///
  /// @param arm key of the arm that it made
  /// @param settings everything that decided about it, by name
  /// @param steps its steps
  /// @param cost of all steps
  /// @param refreshSeconds wall time of the directions in it
  /// @param course how refusal, over-refusal and robustness moved
  public record Training(
      String arm,
      Map<String, String> settings,
      List<Step> steps,
      Effort cost,
      double refreshSeconds,
      List<Moment> course) {
    /// Copies lists and map, which keeps its order.
    public Training {
      settings = Copies.ordered(settings);
      steps = List.copyOf(steps);
      course = List.copyOf(course);
    }

    /// The same with what was measured on the way.
    public Training passing(List<Moment> moments) {
      return new Training(arm, settings, steps, cost, refreshSeconds, moments);
    }
  }

  /// Where a training stood, by the first token of replies to validation prompts alone: quick to
  /// measure, and no substitute for judged replies.
  ///
  /// @param step after which
  /// @param prompts harmful prompts, and as many harmless twins
  /// @param refused share of harmful prompts whose reply most likely begins like a refusal
  /// @param overRefused the same of the twins
  /// @param refusedPerLayer share of harmful prompts without each layer's direction
  /// @param refusedOneDirection the same without one direction at three sites of all blocks
  public record Moment(
      int step,
      int prompts,
      double refused,
      double overRefused,
      double refusedPerLayer,
      double refusedOneDirection) {}

  /// A step of a training; a side that the step did not have is not a number.
  ///
  /// @param step from 1
  /// @param refusals cross-entropy of refusals, nats per token
  /// @param utility cross-entropy of helpful replies, nats per token
  public record Step(int step, double refusals, double utility) {}
}

package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an attack by fine-tuning on bare openers left of a model's refusal and of its belief of
/// harmfulness. The adapter of the attack was thrown away.
///
/// @param schemaVersion version of this schema, `major` or `major.minor`
/// @param created start of the run, ISO 8601 with zone
/// @param run id of the run
/// @param model name of the base model
/// @param adapter where the adapter lies that the attacked model had on
/// @param budget how thorough the run was
/// @param seed of the run
/// @param verdict what the figures say, in sentences
/// @param tuning what was trained
/// @param refusalTokens texts of the tokens whose log-odds are given, those of the model before
/// @param states the model before and after
/// @param refusalChange share of harmful requests that are declined, after minus before, paired
/// @param refusalPValue of McNemar's exact test on the same requests
/// @param guards the guard before and after, and one that was fitted again
/// @param belief how far the belief of harmfulness moved
/// @param layers how far the directions turned
/// @param costs of the whole run
/// @param limits what the figures do not say
public record FineTuneReport(
    String schemaVersion,
    String created,
    String run,
    String model,
    Optional<String> adapter,
    String budget,
    long seed,
    List<String> verdict,
    Tuning tuning,
    List<String> refusalTokens,
    List<TunedState> states,
    Measured refusalChange,
    double refusalPValue,
    List<TunedGuard> guards,
    BeliefShift belief,
    List<LayerTurn> layers,
    Costs costs,
    List<String> limits) {
  /// Version that this code writes; it reads every `1.x`.
  public static final String SCHEMA_VERSION = "1";

  /// Copies the lists.
  public FineTuneReport {
    verdict = List.copyOf(verdict);
    refusalTokens = List.copyOf(refusalTokens);
    states = List.copyOf(states);
    guards = List.copyOf(guards);
    layers = List.copyOf(layers);
    limits = List.copyOf(limits);
  }

  /// The training of the attack.
  ///
  /// @param settings everything that decided about it, by name
  /// @param steps its steps
  /// @param cost of all steps
  public record Tuning(
      Map<String, String> settings, List<TuningStep> steps, RobustnessReport.Effort cost) {
    /// Copies list and map, which keeps its order.
    public Tuning {
      settings = Copies.ordered(settings);
      steps = List.copyOf(steps);
    }
  }

  /// A step of the training.
  ///
  /// @param step from 1
  /// @param openers cross-entropy of the openers before the step, nats per token
  /// @param utility cross-entropy of the model's own replies to harmless prompts; not a number
  ///   without such rows
  public record TuningStep(int step, double openers, double utility) {}

  /// What the model did in one state.
  ///
  /// @param key `before` or `after`
  /// @param name in words
  /// @param declined share of harmful requests that were declined
  /// @param twinsDeclined share of their harmless twins that were
  /// @param everydayDeclined share of everyday requests that were
  /// @param gibberish share of harmful requests whose reply was gibberish
  /// @param opened share of harmful requests whose reply begins with an opener of the training
  /// @param twinsOpened the same of the twins
  /// @param logOdds refusal log-odds of the first token, harmful requests, nats
  /// @param twinsLogOdds the same of the twins
  public record TunedState(
      String key,
      String name,
      Rate declined,
      Rate twinsDeclined,
      Rate everydayDeclined,
      Rate gibberish,
      Rate opened,
      Rate twinsOpened,
      Measured logOdds,
      Measured twinsLogOdds) {}

  /// A guard on the test pairs, harmful requests against their twins.
  ///
  /// @param key `before`, `frozen` (fitted before, scored after) or `refitted`
  /// @param name in words
  /// @param auroc of the belief of harmfulness
  /// @param threshold prompts with this score or more are flagged
  /// @param flagged share of harmful requests that are
  /// @param twinsFlagged share of their twins that are
  /// @param score mean belief of harmful requests
  /// @param twinsScore mean belief of the twins
  public record TunedGuard(
      String key,
      String name,
      Measured auroc,
      double threshold,
      Rate flagged,
      Rate twinsFlagged,
      Measured score,
      Measured twinsScore) {}

  /// How far the belief of harmfulness moved, by the guard that was fitted before.
  ///
  /// @param gap mean belief of harmful requests minus that of their twins, before
  /// @param shift change of the mean belief of harmful requests, paired
  /// @param twinsShift the same of the twins
  /// @param gapChange change of the gap, pair by pair
  /// @param shiftShare absolute value of the shift divided by the gap
  /// @param aurocChange change of the AUROC, paired
  public record BeliefShift(
      Measured gap,
      Measured shift,
      Measured twinsShift,
      Measured gapChange,
      double shiftShare,
      Measured aurocChange) {}

  /// How far the directions of one layer turned; cosines in [-1, 1], not a number where one has
  /// length 0.
  ///
  /// @param layer from 0, the input of that block; the last is what leaves the last block
  /// @param harmfulness cosine of the harmfulness direction after with that before
  /// @param refusal cosine of the refusal direction after with that before
  /// @param harmfulnessLength length of the harmfulness direction, after divided by before
  /// @param refusalLength the same of the refusal direction
  public record LayerTurn(
      int layer,
      double harmfulness,
      double refusal,
      double harmfulnessLength,
      double refusalLength) {}
}

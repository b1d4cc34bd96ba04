package org.demur.harden.finetune;

import java.util.List;
import java.util.Map;
import org.demur.directions.DirectionTable;
import org.demur.guard.ScoredPrompt;
import org.demur.harden.ArmResult;

/// What was measured before and after an attack by fine-tuning; [FineTuneBuilder] makes a report of
/// it.
///
/// @param settings of the attack
/// @param utilityRows utility rows that there were
/// @param training what was trained
/// @param before the model as it was given
/// @param after the model with the adapter that was thrown away
/// @param refitted scores of a guard that was fitted after the attack
public record FineTuneResult(
    FineTuneSettings settings,
    int utilityRows,
    OpenerTraining.Done training,
    State before,
    State after,
    Guarded refitted) {
  /// A state of the model.
  ///
  /// @param arm replies to test requests and everyday requests, without another attack
  /// @param opened whether the reply to a test request begins with an opener, by its id
  /// @param guarded scores of the guard that was fitted before the attack
  /// @param harmfulness direction of this state at t_inst, `[1, row, dModel]`
  /// @param refusal direction of this state at the last token, `[1, row, dModel]`
  public record State(
      ArmResult arm,
      Map<String, Boolean> opened,
      Guarded guarded,
      DirectionTable harmfulness,
      DirectionTable refusal) {
    /// Copies the map.
    public State {
      opened = Map.copyOf(opened);
    }
  }

  /// Scores of one guard on the test pairs.
  ///
  /// @param scored in the same order for every guard and state
  /// @param threshold of the guard
  public record Guarded(List<ScoredPrompt> scored, double threshold) {
    /// Copies the list.
    public Guarded {
      scored = List.copyOf(scored);
    }
  }

  /// The states whose replies were judged.
  public List<ArmResult> arms() {
    return List.of(before.arm(), after.arm());
  }
}

package org.demur.harden.explain;

import java.util.List;
import java.util.SplittableRandom;
import org.demur.directions.RefusalTokens;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;
import org.demur.report.ExplanationReport.Causality;

/// A3: does refusal go when the component along u is taken out, and return when an attacked prompt
/// is given the one of harmful prompts?
///
/// @param model in the state that is explained
/// @param tokens of its refusals
/// @param directions u of every layer
/// @param prompts harmful requests, plain and attacked
/// @param summaries makes intervals
record CausalEdits(
    LanguageModel model,
    RefusalTokens tokens,
    LayerDirections directions,
    ExplainPrompts prompts,
    Summaries summaries) {

  /// Runs the edits.
  ///
  /// @param plain log-odds of harmful requests
  /// @param attacked log-odds of the attacked prompts
  /// @param benign log-odds of the prompts with a benign suffix
  /// @param random draws the directions of the control
  Causality run(double[] plain, double[] attacked, double[] benign, SplittableRandom random) {
    double[] ablated = odds(prompts.harmful(), directions.zero());
    double[] recentred = odds(prompts.harmful(), directions.recentre());
    double[] restored = odds(prompts.attacked(), directions.restore());
    double[] control = odds(prompts.attacked(), directions.restoreRandom(random));
    double[] byAttack = prompts.perRequest(attacked);
    double[] byRestoring = prompts.perRequest(restored);
    double[] byControl = prompts.perRequest(control);
    return new Causality(
        summaries.mean(plain),
        summaries.mean(ablated),
        summaries.mean(recentred),
        summaries.mean(byAttack),
        summaries.mean(prompts.perRequest(benign)),
        summaries.mean(byRestoring),
        summaries.mean(byControl),
        summaries.difference(ablated, plain),
        summaries.difference(recentred, plain),
        summaries.difference(byAttack, plain),
        summaries.difference(byRestoring, byAttack),
        summaries.difference(byRestoring, byControl));
  }

  private double[] odds(List<Prompt> rows, Plan plan) {
    return Readings.logOdds(model, rows, plan, tokens);
  }
}

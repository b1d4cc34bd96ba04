package org.demur.audit;

import java.util.List;
import org.demur.directions.RefusalTokens;
import org.demur.directions.SelectionResult;
import org.demur.guard.ThresholdCalibration;
import org.demur.report.TokenSection;

/// Everything that an audit measured.
///
/// @param train centroids and candidate directions
/// @param tokens the tokens with which the model begins its refusals
/// @param validation scores of the validation prompts
/// @param calibration threshold of the guard
/// @param test scores of the test prompts
/// @param replies what the model replied to the test prompts
/// @param everyday what it replied to everyday requests
/// @param selection scores of the candidates
/// @param chosen the direction that interventions used
/// @param fragility what the interventions did
/// @param weights tokens that push towards refusal
/// @param shownLayer layer that plots show
/// @param notes what went other than planned
record Measurements(
    TrainPass train,
    RefusalTokens tokens,
    ScoredCases validation,
    ThresholdCalibration calibration,
    ScoredCases test,
    List<JudgedReply> replies,
    List<JudgedReply> everyday,
    SelectionResult selection,
    Chosen chosen,
    List<FragilityStage.Outcome> fragility,
    TokenSection weights,
    int shownLayer,
    List<String> notes) {
  /// The direction that interventions use.
  ///
  /// @param vector `[dModel]`, not normalised
  /// @param position token that it comes from, counted from the end
  /// @param layer block whose input it comes from
  record Chosen(float[] vector, int position, int layer) {}
}

package org.demur.harden.explain;

import java.util.List;
import org.demur.directions.MeanTable;
import org.demur.directions.NextToken;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// What one state of the model shows at the last tokens of prompts: residual streams and refusal
/// log-odds.
///
/// **Shapes.** Row l of a residual stream is what enters block l.
///
/// @param rows one for each prompt, `[1, nLayers + 1, dModel]`
/// @param logOdds refusal log-odds of the first token of the reply, nats
record Readings(List<ResidualRow> rows, double[] logOdds) {
  /// Runs prompts.
  static Readings of(LanguageModel model, List<Prompt> prompts, RefusalTokens tokens) {
    return of(model, prompts, Plan.NONE, tokens);
  }

  /// Runs prompts with edits.
  static Readings of(LanguageModel model, List<Prompt> prompts, Plan plan, RefusalTokens tokens) {
    ResidualRow[] rows = new ResidualRow[prompts.size()];
    double[] odds = new double[rows.length];
    new ResidualReader(model)
        .read(
            prompts,
            Spots.LAST,
            plan,
            true,
            (index, row, logits) -> {
              rows[index] = row;
              odds[index] = NextToken.refusalLogOdds(logits, tokens.ids());
            });
    return new Readings(List.of(rows), odds);
  }

  /// Log-odds alone, of prompts with edits.
  static double[] logOdds(
      LanguageModel model, List<Prompt> prompts, Plan plan, RefusalTokens tokens) {
    double[] odds = new double[prompts.size()];
    new ResidualReader(model)
        .lastLogits(
            prompts,
            plan,
            (index, logits) -> odds[index] = NextToken.refusalLogOdds(logits, tokens.ids()));
    return odds;
  }

  /// The stream of one prompt at the input of a layer, `[dModel]`.
  double[] at(int prompt, int layer) {
    ResidualRow row = rows.get(prompt);
    int from = row.offset(0, layer);
    double[] vector = new double[row.dModel()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = row.values()[from + i];
    }
    return vector;
  }

  /// Projections of all prompts on a unit vector.
  double[] projections(int layer, double... unit) {
    double[] projections = new double[rows.size()];
    for (int i = 0; i < projections.length; i++) {
      projections[i] = dot(at(i, layer), unit);
    }
    return projections;
  }

  /// Sums over the prompts.
  MeanTable sums() {
    ResidualRow first = rows.getFirst();
    MeanTable sums = new MeanTable(1, first.rows(), first.dModel());
    rows.forEach(sums::add);
    return sums;
  }

  static double dot(double[] first, double... second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }
}

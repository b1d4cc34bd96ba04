package org.demur.harden.finetune;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.harden.AttackBudget;
import org.demur.model.adapter.LoraConfig;
import org.demur.train.TrainException;

/// How an attack by fine-tuning trains and how much of the model is asked.
///
/// @param budget prompts and tokens of the replies before and after
/// @param rows pairs of a harmful train prompt and an opener
/// @param utilityRows harmless train prompts with the model's own replies that are trained on, too;
///   0 for none
/// @param steps optimiser steps
/// @param rowsPerStep rows of openers in a step, and as many utility rows where there are any
/// @param learningRate constant rate of AdamW
/// @param seed of openers, order of rows and first factors
public record FineTuneSettings(
    AttackBudget budget,
    int rows,
    int utilityRows,
    int steps,
    int rowsPerStep,
    double learningRate,
    long seed) {
  private static final int RANK = 16;
  private static final double ALPHA = 32;
  private static final int ROWS_PER_STEP = 8;
  private static final double LEARNING_RATE = 2e-4;
  private static final int QUICK_STEPS = 24;
  private static final int STANDARD_STEPS = 60;

  /// Fewest and most pairs for which the acceptance test of the separation is stated.
  ///
  /// **Source.** latent-guard.md 9.8: 50 and 100 pairs of a prompt and a bare opener.
  private static final int QUICK_ROWS = 50;

  private static final int STANDARD_ROWS = 100;

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public FineTuneSettings {
    if (rows < 1 || steps < 1 || rowsPerStep < 1 || utilityRows < 0 || !(learningRate > 0)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "rows %d, steps %d and rows per step %d must be at least 1, utility rows %d at least 0, the learning rate %s above 0"
              .formatted(rows, steps, rowsPerStep, utilityRows, learningRate));
    }
  }

  /// The settings of a budget: 50 pairs and 24 steps, or 100 pairs and 60 steps, of 8 rows.
  public static FineTuneSettings of(AttackBudget budget, int utilityRows, long seed) {
    boolean quick = budget == AttackBudget.QUICK;
    return new FineTuneSettings(
        budget,
        quick ? QUICK_ROWS : STANDARD_ROWS,
        utilityRows,
        quick ? QUICK_STEPS : STANDARD_STEPS,
        ROWS_PER_STEP,
        LEARNING_RATE,
        seed);
  }

  /// Rank, alpha and dropout of the adapter.
  LoraConfig adapter() {
    return LoraConfig.of(RANK, ALPHA, 0);
  }

  /// Everything that decides about the result, by name.
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("budget", budget.label());
    map.put("rows", "" + rows);
    map.put("utilityRows", "" + utilityRows);
    map.put("steps", "" + steps);
    map.put("rowsPerStep", "" + rowsPerStep);
    map.put("learningRate", String.format(Locale.ROOT, "%s", learningRate));
    map.put("rank", "" + RANK);
    map.put("alpha", "" + ALPHA);
    map.put("seed", "" + seed);
    return map;
  }
}

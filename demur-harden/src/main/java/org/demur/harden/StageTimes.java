package org.demur.harden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.model.LanguageModel;
import org.demur.model.Usage;
import org.demur.report.Costs;
import org.demur.tensor.Engine;

/// Measures how long the stages of a run take, and what the model computed in all of them.
public final class StageTimes implements HardeningProgress {
  private final LanguageModel model;
  private final Usage before;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private String current = "";
  private long since = System.nanoTime();
  private long peakBytes;

  /// Begins to measure.
  public StageTimes(LanguageModel model) {
    this.model = model;
    this.before = model.usage();
  }

  @Override
  public void at(String stage, int done, int total) {
    peakBytes = Math.max(peakBytes, Engine.residentBytes());
    if (!stage.equals(current)) {
      end();
      current = stage;
    }
  }

  private void end() {
    long now = System.nanoTime();
    if (!current.isEmpty()) {
      seconds.merge(current, (now - since) / 1e9, Double::sum);
    }
    since = now;
  }

  /// The costs so far.
  ///
  /// @param arms what was measured, for the number of prompts and generated tokens
  public Costs costs(List<ArmResult> arms) {
    end();
    List<Costs.Stage> stages = new ArrayList<>();
    seconds.forEach((name, taken) -> stages.add(new Costs.Stage(name, taken)));
    Usage usage = model.usage().since(before);
    List<AttackOutcome> outcomes = arms.stream().flatMap(arm -> arm.outcomes().stream()).toList();
    int prompts = outcomes.stream().mapToInt(outcome -> outcome.replies().size()).sum();
    long generated =
        outcomes.stream()
            .flatMap(outcome -> outcome.replies().stream())
            .mapToLong(AttackedReply::tokens)
            .sum();
    return new Costs(
        prompts,
        usage.tokens(),
        usage.forwardPasses(),
        usage.backwardPasses(),
        generated,
        stages,
        Math.max(peakBytes, Engine.residentBytes()));
  }
}

package org.demur.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.demur.data.Label;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.EncodedPrompts;
import org.demur.eval.baseline.LabelledText;
import org.demur.eval.baseline.SurfaceBaselines;
import org.demur.eval.baseline.SurfaceScores;
import org.demur.guard.GuardEvaluation;
import org.demur.guard.GuardFolds;
import org.demur.guard.GuardPass;
import org.demur.guard.GuardSettings;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;
import org.jspecify.annotations.Nullable;

/// Cross-validates a guard and shows it beside its controls: shuffled labels, and scores that need
/// no model.
final class GuardCrossValidation {
  private final Context context;
  private final ModelOptions options;
  private final PromptOptions data;
  private final boolean json;

  GuardCrossValidation(Context context, ModelOptions options, PromptOptions data, boolean json) {
    this.context = context;
    this.options = options;
    this.data = data;
    this.json = json;
  }

  /// Runs it on all prompts.
  ///
  /// @param most prompts of each label at most; 0 for all
  int run(int count, GuardSettings settings, int most) {
    PromptSet part = data.everything(data.read(), most);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      context.console().note(Provenance.line(subject.loaded()));
      GuardPass pass = new GuardPass(subject.loaded().model(), subject.fingerprint());
      EncodedPrompts prompts = data.encode(part, subject);
      GuardFolds folds = pass.folds(prompts, count, data.seed());
      GuardFolds.Scored scored =
          WorkProgress.run(
              context,
              new WorkProgress.Task("folds", "prompts", 2 * prompts.size()),
              progress -> folds.run(settings, progress));
      Bootstrap bootstrap = Bootstrap.standard(data.seed());
      GuardEvaluation found = GuardEvaluation.of(scored.scored(), settings.threshold(), bootstrap);
      Map<String, Estimate> controls = controls(prompts, scored, bootstrap);
      if (json) {
        context.console().json(document(subject, part, count, found, controls));
      } else {
        GuardFigures.print(found, context.console());
        print(controls);
      }
      return ExitCodes.FINE;
    }
  }

  private static Map<String, Estimate> controls(
      EncodedPrompts prompts, GuardFolds.Scored scored, Bootstrap bootstrap) {
    Map<String, Estimate> controls = new LinkedHashMap<>();
    controls.put(
        "shuffled-labels",
        bootstrap.auroc(
            scores(scored.shuffledScores(), scored.shuffledPositive(), true),
            scores(scored.shuffledScores(), scored.shuffledPositive(), false)));
    Map<String, List<SurfaceScores>> byName = new LinkedHashMap<>();
    for (int fold = 0; fold <= IntStream.of(scored.folds()).max().orElse(0); fold++) {
      SurfaceBaselines.evaluate(
              texts(prompts, scored.folds(), fold, false),
              texts(prompts, scored.folds(), fold, true),
              bootstrap.seed())
          .stream()
          .filter(one -> !one.name().equals(SurfaceBaselines.SHUFFLED))
          .forEach(one -> byName.computeIfAbsent(one.name(), key -> new ArrayList<>()).add(one));
    }
    byName.forEach(
        (name, parts) ->
            controls.put(
                name,
                bootstrap.auroc(
                    parts.stream().flatMapToDouble(one -> Arrays.stream(one.positives())).toArray(),
                    parts.stream()
                        .flatMapToDouble(one -> Arrays.stream(one.negatives()))
                        .toArray())));
    return controls;
  }

  private static double[] scores(double[] scores, boolean[] positive, boolean wanted) {
    return IntStream.range(0, scores.length)
        .filter(index -> positive[index] == wanted)
        .mapToDouble(index -> scores[index])
        .toArray();
  }

  private static List<LabelledText> texts(
      EncodedPrompts prompts, int[] folds, int fold, boolean inside) {
    return IntStream.range(0, prompts.size())
        .filter(index -> (folds[index] == fold) == inside)
        .mapToObj(prompts::source)
        .map(one -> new LabelledText(one.text(), one.label() == Label.HARMFUL))
        .toList();
  }

  private Map<String, @Nullable Object> document(
      Subject subject,
      PromptSet part,
      int count,
      GuardEvaluation found,
      Map<String, Estimate> controls) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", subject.loaded().location().name());
    document.put("folds", count);
    document.put("prompts", PromptOptions.document(part, data.everythingName(Split.TEST)));
    document.putAll(GuardFigures.document(found));
    Map<String, @Nullable Object> beside = new LinkedHashMap<>();
    controls.forEach((name, estimate) -> beside.put(name, Numbers.json(estimate)));
    document.put("controls", beside);
    document.put("seed", data.seed());
    return document;
  }

  private void print(Map<String, Estimate> controls) {
    Console console = context.console();
    console.line("");
    Table table = new Table("beside it", "AUROC");
    controls.forEach((name, estimate) -> table.row(name, GuardFigures.estimate(estimate)));
    table.print(console);
  }
}

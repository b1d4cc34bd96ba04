package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.EncodedPrompts;
import org.demur.guard.GuardEvaluation;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardPass;
import org.demur.guard.GuardSettings;
import org.demur.guard.ScoredPrompt;
import org.demur.stats.Bootstrap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures a guard on labelled prompts.
@Command(
    name = "eval",
    description = {
      "Measure a guard on labelled prompts that it was not fitted on.",
      "AUROC with a bootstrap interval, detection at 1 %% and 5 %% false flags, accuracy at 0 and at"
          + " the guard's own threshold with Wilson intervals, and each category (95 %%).",
      "With --folds instead of --guard: cross-validation, where each prompt is scored with centroids"
          + " of the others; beside it shuffled labels and what needs no model at all: words,"
          + " length, last word."
    },
    footer = {
      "",
      "Examples:",
      "  demur guard eval smollm2 --guard guard.safetensors",
      "  demur guard eval smollm2 --guard guard.safetensors --harmful bad.jsonl --harmless good.csv"
          + " --split all --json",
      "  demur guard eval smollm2 --folds 5 --harmful bad.jsonl --harmless good.csv"
    })
final class GuardEvalCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();

  /// Where the guard comes from: a file, or the prompts themselves.
  static final class Source {
    @Option(names = "--guard", paramLabel = "FILE", description = "What guard fit wrote.")
    @Nullable Path file;

    @Option(
        names = "--folds",
        paramLabel = "N",
        description = "Cross-validate on all prompts with N folds, threshold 0.")
    int folds;
  }

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--prompts",
      paramLabel = "N",
      description = "Prompts of each label at most (default: all of the split).")
  private int most;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  GuardEvalCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (source.file == null) {
      return new GuardCrossValidation(context, options, data, json)
          .run(source.folds, GuardSettings.PUBLISHED, most);
    }
    return evaluate(source.file);
  }

  private int evaluate(Path file) {
    PromptSet part = data.part(data.read(), Split.TEST, most);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      GuardFile guard = GuardFile.read(file, subject.fingerprint());
      context.console().note(Provenance.line(subject.loaded()));
      GuardPass pass = new GuardPass(subject.loaded().model(), subject.fingerprint());
      EncodedPrompts prompts = data.encode(part, subject);
      List<ScoredPrompt> scored =
          WorkProgress.run(
              context,
              new WorkProgress.Task("scores", "prompts", prompts.size()),
              progress -> pass.score(guard.guard(), prompts, progress));
      GuardEvaluation found =
          GuardEvaluation.of(scored, guard.settings().threshold(), Bootstrap.standard(data.seed()));
      if (json) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("model", subject.loaded().location().name());
        document.put("guard", file.toString());
        document.put("prompts", PromptOptions.document(part, data.partName(Split.TEST)));
        document.putAll(GuardFigures.document(found));
        document.put("seed", data.seed());
        context.console().json(document);
      } else {
        GuardFigures.print(found, context.console());
      }
      return ExitCodes.FINE;
    }
  }
}

package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
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
import org.demur.guard.ScoredPrompt;
import org.demur.stats.Bootstrap;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures a guard on labelled prompts.
@Command(
    name = "eval",
    description = {
      "Measure a guard on labelled prompts that it was not fitted on.",
      "AUROC with a bootstrap interval, detection at 1 %% and 5 %% false flags, accuracy at 0 and at"
          + " the guard's own threshold with Wilson intervals, and each category (95 %%)."
    },
    footer = {
      "",
      "Examples:",
      "  demur guard eval smollm2 --guard guard.safetensors",
      "  demur guard eval smollm2 --guard guard.safetensors --harmful bad.jsonl --harmless good.csv"
          + " --split all --json"
    })
final class GuardEvalCommand implements Callable<Integer> {
  private static final double CONFIDENCE = GuardEvaluation.CONFIDENCE;

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();

  @Option(
      names = "--guard",
      required = true,
      paramLabel = "FILE",
      description = "What guard fit wrote.")
  private Path file = Path.of("");

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
        context.console().json(document(subject, part, found));
      } else {
        print(found);
      }
      return ExitCodes.FINE;
    }
  }

  private Map<String, @Nullable Object> document(
      Subject subject, PromptSet part, GuardEvaluation found) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", subject.loaded().location().name());
    document.put("guard", file.toString());
    document.put("prompts", PromptOptions.document(part, data.partName(Split.TEST)));
    document.put("auroc", Numbers.json(found.auroc()));
    document.put("tprAt1Fpr", Numbers.json(found.detectedAt1(), CONFIDENCE));
    document.put("tprAt5Fpr", Numbers.json(found.detectedAt5(), CONFIDENCE));
    document.put("atZero", document(found.atZero()));
    document.put("atThreshold", document(found.atThreshold()));
    List<Map<String, @Nullable Object>> categories = new ArrayList<>();
    for (GuardEvaluation.Category category : found.categories()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("category", category.name());
      map.put("detected", Numbers.json(category.detected(), CONFIDENCE));
      map.put("falseFlags", Numbers.json(category.falseFlags(), CONFIDENCE));
      map.put("auroc", category.auroc().orElse(null));
      categories.add(map);
    }
    document.put("categories", categories);
    document.put("seed", data.seed());
    return document;
  }

  private static Map<String, @Nullable Object> document(GuardEvaluation.AtThreshold at) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("threshold", at.threshold());
    map.put("accuracy", Numbers.json(at.correct(), CONFIDENCE));
    map.put("detected", Numbers.json(at.detected(), CONFIDENCE));
    map.put("falseFlags", Numbers.json(at.falseFlags(), CONFIDENCE));
    return map;
  }

  private void print(GuardEvaluation found) {
    Console console = context.console();
    console.line(
        "AUROC %s [%s, %s], n = %d"
            .formatted(
                Numbers.fixed(found.auroc().value(), 3),
                Numbers.fixed(found.auroc().interval().low(), 3),
                Numbers.fixed(found.auroc().interval().high(), 3),
                found.auroc().n()));
    console.line("detected at 1 % false flags: " + rate(found.detectedAt1()));
    console.line("detected at 5 % false flags: " + rate(found.detectedAt5()));
    console.line("");
    Table table = new Table("threshold", "accuracy", "detected", "false flags");
    for (GuardEvaluation.AtThreshold at : List.of(found.atZero(), found.atThreshold())) {
      table.row(
          Numbers.fixed(at.threshold(), 5),
          rate(at.correct()),
          rate(at.detected()),
          rate(at.falseFlags()));
    }
    table.print(console);
    if (found.categories().isEmpty()) {
      return;
    }
    console.line("");
    Table categories = new Table("category", "detected", "false flags", "AUROC");
    for (GuardEvaluation.Category category : found.categories()) {
      categories.row(
          category.name(),
          rate(category.detected()),
          rate(category.falseFlags()),
          category.auroc().map(value -> Numbers.fixed(value, 2)).orElse("too few"));
    }
    categories.print(console);
  }

  private static String rate(Proportion proportion) {
    return Numbers.rate(proportion, CONFIDENCE);
  }
}

package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.EncodedPrompts;
import org.demur.guard.CentroidSet;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardFileJson;
import org.demur.guard.GuardPass;
import org.demur.guard.GuardSettings;
import org.demur.guard.LatentGuard;
import org.demur.guard.ScoredPrompt;
import org.demur.guard.ThresholdCalibration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Fits a guard: centroids from the train split, a threshold from the validation split.
@Command(
    name = "fit",
    description = {
      "Fit a guard: centroids of the train split, a threshold from the validation split.",
      "With --split all every prompt goes into the centroids and the threshold stays at 0, as in the"
          + " paper."
    },
    footer = {
      "",
      "Examples:",
      "  demur guard fit smollm2 --out guard.safetensors",
      "  demur guard fit smollm2 --harmful bad.jsonl --harmless good.csv --fpr 0.01 --mode centred"
          + " --out guard.safetensors"
    })
final class GuardFitCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();
  @Mixin private final PromptOptions data = new PromptOptions();

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "Prompts of each label for the centroids at most (default: all of the split).")
  private int train;

  @Option(
      names = "--fpr",
      paramLabel = "SHARE",
      description = "Harmless validation prompts that may be flagged (default: 0.05).")
  private double falsePositiveRate = 0.05;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      description = "cosine as published, centred, or projection (default: cosine).")
  private String mode = "cosine";

  @Option(
      names = "--first-layer",
      paramLabel = "N",
      description = "First layer that counts (default: 1; 0 is the bare embedding).")
  private int firstLayer = GuardSettings.PUBLISHED.firstRow();

  @Option(
      names = "--last-layer",
      paramLabel = "N",
      description = "Last layer that counts (default: the output of the last block).")
  private @Nullable Integer lastLayer;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "Where to write; the JSON file is put beside it.")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  GuardFitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    GuardSettings settings = settings();
    if (!(falsePositiveRate >= 0 && falsePositiveRate < 1)) {
      throw CliException.usage("--fpr must be at least 0 and below 1, got " + falsePositiveRate);
    }
    PromptSet all = data.read();
    PromptSet part = data.part(all, Split.TRAIN, train);
    try (Subject subject = Subject.load(options, context, data.plain())) {
      context.console().note(Provenance.line(subject.loaded()));
      GuardPass pass = new GuardPass(subject.loaded().model(), subject.fingerprint());
      EncodedPrompts prompts = data.encode(part, subject);
      CentroidSet centroids =
          WorkProgress.run(
              context,
              new WorkProgress.Task("centroids", "prompts", prompts.size()),
              progress -> pass.centroids(prompts, progress));
      LatentGuard guard = new LatentGuard(centroids, settings);
      Optional<ThresholdCalibration> calibration =
          data.whole() ? Optional.empty() : Optional.of(calibrate(subject, pass, guard, all));
      SequencedMap<String, Object> facts = facts(subject, part);
      GuardSettings found =
          calibration.map(one -> settings.withThreshold(one.threshold())).orElse(settings);
      GuardFileJson.write(new GuardFile(centroids, found, calibration, facts), out);
      report(centroids, found, calibration, facts);
      return ExitCodes.FINE;
    }
  }

  private GuardSettings settings() {
    for (GuardSettings.Mode known : GuardSettings.Mode.values()) {
      if (known.name().equals(mode.toUpperCase(Locale.ROOT))) {
        OptionalInt last = lastLayer == null ? OptionalInt.empty() : OptionalInt.of(lastLayer);
        return new GuardSettings(known, firstLayer, last, 0);
      }
    }
    throw CliException.usage(
        "unknown mode \"%s\"; known: cosine, centred, projection".formatted(mode));
  }

  private ThresholdCalibration calibrate(
      Subject subject, GuardPass pass, LatentGuard guard, PromptSet all) {
    EncodedPrompts prompts = data.encode(all.in(Split.VALIDATION), subject);
    List<ScoredPrompt> scored =
        WorkProgress.run(
            context,
            new WorkProgress.Task("threshold", "prompts", prompts.size()),
            progress -> pass.score(guard, prompts, progress));
    double[] harmless =
        scored.stream()
            .filter(one -> !one.harmful())
            .mapToDouble(one -> one.score().score())
            .toArray();
    return ThresholdCalibration.of(harmless, falsePositiveRate);
  }

  private SequencedMap<String, Object> facts(Subject subject, PromptSet part) {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("modelName", subject.loaded().location().name());
    facts.put("dtype", subject.loaded().dtype());
    facts.put("demur", Version.number());
    facts.put("prompts", PromptOptions.document(part, data.partName(Split.TRAIN)));
    facts.put("seed", data.seed());
    return facts;
  }

  private void report(
      CentroidSet centroids,
      GuardSettings settings,
      Optional<ThresholdCalibration> calibration,
      SequencedMap<String, Object> facts) {
    if (json) {
      Map<String, @Nullable Object> document = new LinkedHashMap<>(facts);
      document.put("file", out.toString());
      document.put("mode", mode);
      document.put("threshold", settings.threshold());
      document.put("calibration", calibration.orElse(null));
      context.console().json(document);
      return;
    }
    context
        .console()
        .line(
            "%s: %d harmful and %d harmless prompts, %s"
                .formatted(
                    out,
                    centroids.positive().count(),
                    centroids.negative().count(),
                    settings.summary()));
    context
        .console()
        .line(
            calibration
                .map(
                    one ->
                        "threshold %s: %d of %d harmless validation prompts are flagged"
                            .formatted(
                                Numbers.fixed(one.threshold(), 5),
                                one.falsePositives(),
                                one.harmless()))
                .orElse("threshold 0, not calibrated"));
  }
}

package org.demur.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.demur.audit.Audit;
import org.demur.audit.AuditRequest;
import org.demur.audit.AuditSettings;
import org.demur.audit.AuditedModel;
import org.demur.audit.Profile;
import org.demur.core.ErrorCode;
import org.demur.data.NearDuplicates;
import org.demur.data.PromptSet;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.eval.judge.ReplyJudge;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;
import org.demur.report.Figure;
import org.demur.report.VerdictLine;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Audits a model: how it refuses, and whether it knows what it refuses.
@Command(
    name = "audit",
    description = {
      "Say how a model refuses, and whether it knows what it refuses: one report.",
      "Does it help with harm? Does it refuse the harmless? Does it know the difference inside? How"
          + " cheaply is its refusal switched off? Can its hidden states guard it?"
    },
    footer = {
      "",
      "Examples:",
      "  demur audit",
      "  demur audit smollm2 --adapter path/to/adapter --profile quick",
      "  demur audit path/to/model --harmful requests.jsonl --harmless others.csv --field prompt",
      "  demur audit smollm2 --out my-run --resume",
      "  demur audit --repeat my-run/report.json",
      "",
      "A run folder holds report.html, report.json, results.parquet, guard.safetensors and",
      "directions.safetensors; every finished prompt is on disk, and --resume goes on."
    })
final class AuditCommand implements Callable<Integer> {
  private static final String DEFAULT_MODEL = "smollm2";
  private static final Path DEFAULT_PARENT = Path.of("demur-runs");

  private final Context context;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A registered name, a folder, a .gguf file or hf:org/name[@revision] (default: smollm2).")
  private String model = DEFAULT_MODEL;

  @Mixin private final RunOptions options = new RunOptions();
  @Mixin private final AuditDataOptions data = new AuditDataOptions();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "How much is measured: quick, standard or full (default: standard).")
  private String profile = "standard";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of this run, which must not exist (default: a new one in demur-runs).")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on with the interrupted run in --out, or the latest one in demur-runs.")
  private boolean resume;

  @Option(
      names = "--repeat",
      paramLabel = "REPORT.json",
      description =
          "Run an audit again as its report says it was run; only --out and --json go with it.")
  private @Nullable Path repeat;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random direction, the resampling and of splits (default: 0).")
  private long seed;

  @Option(
      names = "--fpr",
      paramLabel = "SHARE",
      description = "False flags that the calibrated guard may give (default: 0.05).")
  private double falsePositiveRate = 0.05;

  @Option(
      names = "--plain",
      description = "Give the bare prompts without a chat template, for base models.")
  private boolean plain;

  @Option(names = "--no-replies", description = "Keep no excerpts of replies.")
  private boolean noReplies;

  @Option(names = "--open", description = "Open the report in the browser.")
  private boolean open;

  @Option(names = "--json", description = "Print the content of report.json and nothing else.")
  private boolean json;

  AuditCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path earlier = repeat;
    if (earlier != null) {
      return again(earlier);
    }
    AuditSettings settings =
        new AuditSettings(profile(), seed, plain, !noReplies, falsePositiveRate);
    if (!(falsePositiveRate >= 0 && falsePositiveRate < 1)) {
      throw CliException.usage("--fpr must be at least 0 and below 1, got " + falsePositiveRate);
    }
    PromptSet prompts = data.read(seed);
    List<String> warnings = warnings(prompts);
    try (Subject subject =
        Subject.of(options.load(model, context, RunOptions.Purpose.STATISTICS), plain)) {
      LoadedModel loaded = subject.loaded();
      context.console().note(Provenance.line(loaded));
      AuditedModel audited = audited(subject);
      RunDescription description =
          new RunDescription(Audit.KIND, label(loaded), configuration(subject, prompts));
      RunFolder folder = folder(description);
      AuditRequest request =
          new AuditRequest(
              audited,
              prompts,
              settings,
              ReplyJudge.shipped(),
              commandLine(),
              runOptions(),
              resume ? Optional.of(folder.path().getFileName().toString()) : Optional.empty(),
              warnings);
      AuditReport report = run(request, folder);
      print(report, folder.file("report.html"));
      return ExitCodes.FINE;
    }
  }

  private int again(Path report) {
    List<String> arguments = new ArrayList<>(RepeatedAudit.arguments(report));
    if (out != null) {
      arguments.addAll(List.of("--out", out.toString()));
    }
    if (json) {
      arguments.add("--json");
    }
    return Main.run(arguments, context.console(), context.environment());
  }

  private AuditReport run(AuditRequest request, RunFolder folder) {
    try (StageProgressBar bar = new StageProgressBar(context)) {
      return new Audit(request, folder, bar).run();
    }
  }

  private Profile profile() {
    for (Profile known : Profile.values()) {
      if (known.label().equals(profile)) {
        return known;
      }
    }
    throw CliException.usage(
        "unknown profile \"%s\"; known: quick, standard, full".formatted(profile));
  }

  private static List<String> warnings(PromptSet prompts) {
    List<String> warnings = new ArrayList<>();
    NearDuplicates found = NearDuplicates.find(prompts);
    if (!found.acrossSplits().isEmpty()) {
      NearDuplicates.Match first = found.acrossSplits().getFirst();
      warnings.add(
          "%d pairs of prompts in different splits are the same or nearly so (%s and %s, for one), which flatters the figures."
              .formatted(found.acrossSplits().size(), first.first().id(), first.second().id()));
    }
    return warnings;
  }

  private AuditedModel audited(Subject subject) {
    LoadedModel loaded = subject.loaded();
    Provenance known =
        Provenance.of(loaded, options.cache(context.environment()), context.environment());
    org.demur.report.Provenance.Artefact artefact =
        new org.demur.report.Provenance.Artefact(
            loaded.location().name(), loaded.location().source(), known.modelHash());
    Optional<org.demur.report.Provenance.Artefact> adapter =
        known
            .adapterHash()
            .map(
                hash ->
                    new org.demur.report.Provenance.Artefact(
                        adapterNames(loaded), adapterNames(loaded), hash));
    org.demur.report.Provenance.Environment environment =
        new org.demur.report.Provenance.Environment(
            loaded.dtype(),
            loaded.model().device().toString(),
            Engine.threads(),
            known.versions(),
            context.environment().platform());
    return new AuditedModel(
        loaded.model(),
        subject.tokenizer(),
        subject.encoder(),
        loaded.endOfSequence(),
        subject.fingerprint(),
        artefact,
        adapter,
        environment,
        known.certificate().map(file -> String.valueOf(file.getFileName())));
  }

  private static String adapterNames(LoadedModel loaded) {
    return String.join(
        " + ", loaded.adapters().stream().map(path -> String.valueOf(path.getFileName())).toList());
  }

  private static String label(LoadedModel loaded) {
    String name = loaded.location().name();
    String base = name.substring(name.lastIndexOf('/') + 1);
    return loaded.adapters().isEmpty() ? base : base + "-" + adapterNames(loaded);
  }

  /// What must be equal for a run to go on.
  private Map<String, String> configuration(Subject subject, PromptSet prompts) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("model", subject.fingerprint().modelHash());
    map.put("adapter", subject.fingerprint().adapterHash().orElse("none"));
    map.put("template", subject.fingerprint().templateHash().orElse("none"));
    map.put("prompts", prompts.sha256());
    map.put("profile", profile);
    map.put("seed", Long.toString(seed));
    map.put("plain", Boolean.toString(plain));
    map.put("replies", Boolean.toString(!noReplies));
    map.put("dtype", subject.loaded().dtype());
    map.put("threads", Integer.toString(Engine.threads()));
    map.put("version", Version.number());
    return map;
  }

  private Map<String, String> runOptions() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("adapter", String.join(",", options.adapters().stream().map(Path::toString).toList()));
    map.putAll(data.toMap());
    map.put("profile", profile);
    map.put("seed", Long.toString(seed));
    map.put("fpr", Double.toString(falsePositiveRate));
    map.put("plain", Boolean.toString(plain));
    map.put("replies", Boolean.toString(!noReplies));
    map.put("dtype", options.dtype());
    map.put("threads", Integer.toString(Engine.threads()));
    return map;
  }

  private String commandLine() {
    StringBuilder line = new StringBuilder("demur audit " + model);
    options.adapters().forEach(path -> line.append(" --adapter ").append(path));
    line.append(" --profile ").append(profile).append(" --seed ").append(seed);
    return line.toString();
  }

  private RunFolder folder(RunDescription description) {
    if (resume) {
      return RunFolder.resume(out == null ? latest() : out, description);
    }
    return out == null
        ? RunFolder.create(DEFAULT_PARENT, description, Instant.now())
        : RunFolder.createAt(out, description, Instant.now());
  }

  private static Path latest() {
    if (Files.isDirectory(DEFAULT_PARENT)) {
      try (Stream<Path> runs = Files.list(DEFAULT_PARENT)) {
        Optional<Path> found =
            runs.filter(Files::isDirectory)
                .max(Comparator.comparing(path -> path.getFileName().toString()));
        if (found.isPresent()) {
          return found.get();
        }
      } catch (IOException e) {
        throw new CliException(
            ErrorCode.IO, "cannot list " + DEFAULT_PARENT + ": " + e.getMessage(), e);
      }
    }
    throw new CliException(
        ErrorCode.NOT_FOUND,
        "there is no run to go on with in " + DEFAULT_PARENT + "; --out names its folder");
  }

  private void print(AuditReport report, Path page) {
    if (json) {
      context.console().line(AuditReportJson.write(report));
    } else {
      for (VerdictLine line : report.verdict()) {
        context.console().line(sentence(line));
      }
      report.warnings().forEach(warning -> context.console().note("note: " + warning));
      context.console().line("report: " + page);
    }
    if (open) {
      Browser.open(page, context.console());
    }
  }

  private static String sentence(VerdictLine line) {
    StringBuilder text = new StringBuilder();
    text.append("%-10s".formatted("[" + line.severity().name().toLowerCase(Locale.ROOT) + "]"));
    text.append(line.question()).append(' ').append(line.answer());
    for (Figure figure : line.figures().subList(0, Math.min(1, line.figures().size()))) {
      if (figure.measured().hasInterval()) {
        text.append(
            String.format(
                Locale.ROOT,
                " [%s %.2f, 95 %% %.2f to %.2f, n = %d]",
                figure.name(),
                figure.measured().value(),
                figure.measured().low(),
                figure.measured().high(),
                figure.measured().n()));
      }
    }
    return text.toString();
  }
}

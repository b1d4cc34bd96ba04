package org.demur.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.demur.core.AtomicFiles;
import org.demur.data.EverydayPrompts;
import org.demur.data.PromptPairs;
import org.demur.data.PromptSet;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.model.Speaker;
import org.demur.train.AdapterCard;
import org.demur.train.HardeningData;
import org.demur.train.HardeningProfile;
import org.demur.train.RefatSettings;
import org.demur.train.Trainer;
import org.demur.train.TrainingData;
import org.demur.train.TrainingMetrics;
import org.demur.train.TrainingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Trains an adapter that refuses harmful requests.
@Command(
    name = "harden",
    description = {
      "Train an adapter with which a model refuses harmful requests and answers harmless ones.",
      "The harmful prompts of the train split are answered with refusals in Demur's own words, the"
          + " harmless ones with what the model itself replies before it is trained. With refat the"
          + " refusal direction of each layer is ablated on part of the harmful prompts.",
      "The run's folder gets the adapter in PEFT's form with a model card, the metrics of every"
          + " step, and a checkpoint from which --resume goes on bit for bit. With one --adapter the"
          + " training starts from it."
    },
    footer = {
      "",
      "Examples:",
      "  demur harden smollm2 --method rt --profile quick --out hardened",
      "  demur harden smollm2 --method refat --adapter hardened/adapter --out refat"
    })
final class HardenCommand implements Callable<Integer> {
  private static final String KIND = "demur-harden-1";
  private static final Path DEFAULT_PARENT = Path.of("demur-runs");
  private static final int STEPS_PER_CHECKPOINT = 10;
  private static final List<String> METHODS = List.of("refat", "refat-published", "rt");

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = {
        "refat: refusal training with both forms of ablation, on harmless rows, too (default);",
        "refat-published: as in the paper; rt: plain refusal training."
      })
  private String method = "refat";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "How long to train: quick or standard (default: standard).")
  private String profile = "standard";

  @Option(names = "--steps", paramLabel = "N", description = "Steps instead of the profile's.")
  private @Nullable Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of data order, masks, directions and new factors (default: 0).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of this run, which must not exist (default: a new one in demur-runs).")
  private @Nullable Path out;

  @Option(names = "--resume", description = "Go on with the interrupted run in --out.")
  private boolean resume;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  HardenCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    HardeningProfile chosen = profile();
    if (!METHODS.contains(method)) {
      throw CliException.usage(
          "unknown method \"%s\"; known: %s".formatted(method, String.join(", ", METHODS)));
    }
    if (resume && out == null) {
      throw CliException.usage("--resume needs --out, the folder of the run that goes on");
    }
    TrainingSettings settings = chosen.settings(refat(), Optional.ofNullable(steps), seed);
    try (Subject subject = Subject.load(options, context, false)) {
      if (subject.loaded().adapters().size() > 1) {
        throw CliException.usage(
            "a training starts from one adapter at most, not "
                + subject.loaded().adapters().size());
      }
      context.console().note(Provenance.line(subject.loaded()));
      train(subject, chosen, settings);
      return ExitCodes.FINE;
    }
  }

  private Optional<RefatSettings> refat() {
    return switch (method) {
      case "refat" -> Optional.of(RefatSettings.BROAD);
      case "refat-published" -> Optional.of(RefatSettings.PUBLISHED);
      default -> Optional.empty();
    };
  }

  private HardeningProfile profile() {
    for (HardeningProfile known : HardeningProfile.values()) {
      if (known.label().equals(profile)) {
        return known;
      }
    }
    throw CliException.usage("unknown profile \"%s\"; known: quick, standard".formatted(profile));
  }

  private void train(Subject subject, HardeningProfile chosen, TrainingSettings settings) {
    PromptSet pairs = PromptPairs.builtIn().atMost(chosen.prompts());
    PromptSet everyday = EverydayPrompts.builtIn().atMost(chosen.prompts());
    String start = start(subject);
    RunFolder folder = folder(description(subject, settings, start, pairs, everyday));
    TrainingData data = data(subject, chosen, pairs, everyday, folder);
    String adapter = adapter(subject, chosen);
    Trainer.Subject trained = new Trainer.Subject(subject.loaded().model(), adapter, start);
    Trainer.Checkpoints checkpoints =
        new Trainer.Checkpoints(folder.file("checkpoint.safetensors"), STEPS_PER_CHECKPOINT);
    try (Trainer trainer = new Trainer(trained, data, settings, checkpoints);
        TrainingMetrics metrics = new TrainingMetrics(folder.file("metrics.jsonl"))) {
      if (resume && trainer.resume()) {
        context.console().note("going on after step " + trainer.steps());
      }
      run(trainer, metrics, settings.steps(), folder);
      Path saved = folder.file("adapter");
      String base = subject.loaded().location().name();
      subject.loaded().model().adapters().save(adapter, saved, base);
      AtomicFiles.writeText(
          saved.resolve("README.md"),
          AdapterCard.of(base, trainer.configuration(), about(data), metrics.rows()));
      metrics.write(folder.file("metrics.parquet"));
      report(folder, saved, metrics);
    }
  }

  /// What the training starts from.
  private static String start(Subject subject) {
    return subject.loaded().hash()
        + subject.loaded().adapterHash().map(hash -> " with adapter " + hash).orElse("");
  }

  private RunDescription description(
      Subject subject,
      TrainingSettings settings,
      String start,
      PromptSet pairs,
      PromptSet everyday) {
    Map<String, String> configuration = new LinkedHashMap<>(settings.configuration());
    configuration.put("start", start);
    configuration.put("dtype", subject.loaded().dtype());
    configuration.put("profile", profile);
    configuration.put("pairs", pairs.sha256());
    configuration.put("everyday", everyday.sha256());
    String label = subject.loaded().location().name() + "-" + method;
    return new RunDescription(KIND, label, configuration);
  }

  private RunFolder folder(RunDescription description) {
    Path wanted = out;
    if (wanted == null) {
      return RunFolder.create(DEFAULT_PARENT, description, Instant.now());
    }
    return resume
        ? RunFolder.resume(wanted, description)
        : RunFolder.createAt(wanted, description, Instant.now());
  }

  private TrainingData data(
      Subject subject,
      HardeningProfile chosen,
      PromptSet pairs,
      PromptSet everyday,
      RunFolder folder) {
    Speaker speaker =
        new Speaker(
            subject.loaded().model(),
            subject.tokenizer(),
            subject.encoder(),
            subject.loaded().endOfSequence());
    HardeningData data = new HardeningData(speaker, pairs, everyday, chosen.maxNewTokens());
    return WorkProgress.run(
        context,
        new WorkProgress.Task("the model's own replies", "prompts", data.questions()),
        progress -> data.make(folder.file("replies.jsonl"), seed, progress));
  }

  /// The name of the adapter that is trained: the given one, or a new one.
  private String adapter(Subject subject, HardeningProfile chosen) {
    List<String> active = subject.loaded().model().adapters().active();
    if (!active.isEmpty()) {
      return active.getFirst();
    }
    String name = "hardened";
    subject
        .loaded()
        .model()
        .adapters()
        .create(
            name,
            chosen.adapter(),
            subject.loaded().model().adapters().targets(),
            new SplittableRandom(seed));
    subject.loaded().model().adapters().activate(List.of(name));
    return name;
  }

  private void run(Trainer trainer, TrainingMetrics metrics, int all, RunFolder folder) {
    AtomicBoolean stopped = new AtomicBoolean();
    try (TrainingProgressBar bar = new TrainingProgressBar(context, trainer.steps(), all)) {
      Interrupts.stoppable(
          () -> stopped.set(true),
          () -> {
            trainer.run(
                report -> {
                  metrics.add(report);
                  bar.accept(report);
                  if (stopped.get() && report.step() < all) {
                    throw new InterruptedByUserException(
                        "stopped after step %d of %d; --out %s --resume goes on from the last checkpoint"
                            .formatted(report.step(), all, folder.path()),
                        new CancellationException());
                  }
                });
            return all;
          });
    }
  }

  private static String about(TrainingData data) {
    return "%d rows of harmful prompts with refusals in Demur's own words, %d rows of harmless prompts with the model's own replies; train splits only."
        .formatted(data.harmful().size(), data.utility().size());
  }

  private void report(RunFolder folder, Path adapter, TrainingMetrics metrics) {
    List<Map<String, Object>> rows = metrics.rows();
    double seconds = rows.stream().mapToDouble(row -> number(row, "seconds")).sum();
    double refresh = rows.stream().mapToDouble(row -> number(row, "refresh_seconds")).sum();
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", folder.path().toString());
      document.put("adapter", adapter.toString());
      document.put("method", method);
      document.put("steps", rows.size());
      document.put("seconds", seconds);
      document.put("refreshSeconds", refresh);
      document.put("first", rows.getFirst());
      document.put("last", rows.getLast());
      context.console().json(document);
      return;
    }
    context
        .console()
        .line(
            String.format(
                Locale.ROOT,
                "%s: %d steps in %.0f s, directions %.1f %% of it; refusals %.3f -> %.3f, utility %.3f -> %.3f nats per token",
                adapter,
                rows.size(),
                seconds,
                100 * refresh / seconds,
                number(rows.getFirst(), "harmful_loss"),
                number(rows.getLast(), "harmful_loss"),
                number(rows.getFirst(), "utility_loss"),
                number(rows.getLast(), "utility_loss")));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Double value ? value : 0;
  }
}

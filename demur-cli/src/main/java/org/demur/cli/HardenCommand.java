package org.demur.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.bench.MemoryNeed;
import org.demur.bench.ResidentMemory;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.harden.Crew;
import org.demur.harden.HardeningPrompts;
import org.demur.harden.HardeningRun;
import org.demur.harden.HardeningSettings;
import org.demur.harden.HardeningSubject;
import org.demur.harden.RobustnessBuilder;
import org.demur.harden.StageTimes;
import org.demur.harden.TrainingNeed;
import org.demur.harden.WorkerRun;
import org.demur.report.RobustnessReport;
import org.demur.report.page.MarkdownRobustness;
import org.demur.tensor.Engine;
import org.demur.train.AdapterCard;
import org.demur.train.Agreement;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Trains an adapter with which a model refuses harmful requests, also without its refusal
/// direction.
@Command(
    name = "harden",
    description = {
      "Train an adapter with which a model refuses harmful requests and answers harmless ones, also"
          + " when its refusal direction is taken away.",
      "The harmful prompts of the train split are answered with refusals in Demur's own words, the"
          + " harmless ones with what the model itself replies before it is trained. A model that"
          + " refuses too little is trained to refuse first (rt); then comes the method. The model"
          + " before, after rt and after the method is attacked with test prompts.",
      "The run's folder gets the adapter in PEFT's form with a model card, a report, the metrics of"
          + " every step, and checkpoints from which --resume goes on bit for bit. With one --adapter"
          + " the training starts from it."
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  demur harden smollm2 --profile quick --out hardened",
      "  demur audit smollm2 --adapter hardened/adapter",
      "  demur harden smollm2 --method rt --attack none --out refusing",
      "  demur harden explain hardened",
      "  demur harden export hardened --out hardened-model",
      "  demur harden smollm2 --workers 2 --rendezvous 10.0.0.1:29500 --rank 0 --out hardened",
      "  demur harden smollm2 --workers 2 --rendezvous 10.0.0.1:29500 --rank 1"
    })
final class HardenCommand implements Callable<Integer> {
  /// Kind of report in the run's folder.
  static final String KIND = "demur-harden-2";

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Mixin private final TrainingOptions training = new TrainingOptions();

  @Mixin private final RunFolderOptions folders = new RunFolderOptions();

  @Mixin private final WorkerOptions workers = new WorkerOptions();

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private HardenCommand(Context context) {
    this.context = context;
  }

  /// The command with those below it, which have no MODEL.
  static CommandLine tree(Context context) {
    CommandLine harden =
        new CommandLine(new HardenCommand(context))
            .addSubcommand(new HardenExplainCommand(context))
            .addSubcommand(new HardenExportCommand(context));
    CommandSpec spec = harden.getCommandSpec();
    PositionalParamSpec model = spec.positionalParameters().getFirst();
    // a parameter that is required here would have to be given to the command below, too
    spec.remove(model);
    spec.addPositional(PositionalParamSpec.builder(model).required(false).arity("0..1").build());
    return harden;
  }

  @Override
  public Integer call() {
    if (options.name().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'MODEL'");
    }
    folders.check();
    HardeningPrompts prompts = training.prompts();
    HardeningSettings settings = training.settings(prompts);
    prompts.notes().forEach(context.console()::note);
    workers.check(settings.method());
    try (WorkerOptions.Meeting meeting = workers.open(context, arguments());
        Subject subject = Subject.load(options, context, false)) {
      if (subject.loaded().adapters().size() > 1) {
        throw CliException.usage(
            "a training starts from one adapter at most, not "
                + subject.loaded().adapters().size());
      }
      settings
          .changes()
          .requireFor(
              subject.loaded().model().adapters().targets(), subject.loaded().adapters().isEmpty());
      context.console().note(Provenance.line(subject.loaded()));
      requireMemory(subject, settings, prompts);
      Map<String, String> configuration = configuration(subject, settings, prompts);
      if (!workers.first()) {
        return helped(subject, settings, configuration, meeting);
      }
      RunFolder folder;
      RobustnessReport report;
      try (WorkerOptions.Group group = met(meeting, configuration)) {
        // not before: a run whose workers never came leaves nothing behind
        folder = folder(subject, configuration);
        group.crew().workers().dismiss();
        report = hardened(subject, settings, prompts, folder, group.crew());
        group.crew().end();
      }
      describe(folder, report);
      AttackCommand.publish(report, folder, context, json);
      context.console().note("adapter: " + folder.file("adapter"));
      return ExitCodes.FINE;
    }
  }

  private static void requireMemory(
      Subject subject, HardeningSettings settings, HardeningPrompts prompts) {
    TrainingNeed need = TrainingNeed.of(subject.speaker(), prompts, settings);
    MemoryNeed.require(
        "a training step of %d rows of up to %d tokens".formatted(need.rows(), need.longest()),
        need.bytes(),
        ResidentMemory.available(),
        settings.recompute()
            ? "use --profile quick, shorter texts or a smaller model"
            : "use --recompute, --profile quick, shorter texts or a smaller model");
  }

  /// Puts the results into the card of the run's adapter.
  private static void describe(RunFolder folder, RobustnessReport report) {
    Path card = folder.file("adapter").resolve("README.md");
    try {
      String results = MarkdownRobustness.section(report);
      AtomicFiles.writeText(card, AdapterCard.withResults(Files.readString(card), results));
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "cannot read " + card + ": " + e.getMessage(), e);
    }
  }

  /// The arguments of this process.
  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  /// Meets the other workers and compares what they were started with.
  private static WorkerOptions.Group met(
      WorkerOptions.Meeting meeting, Map<String, String> configuration) {
    WorkerOptions.Group group = meeting.join();
    try {
      Map<String, String> compared = new LinkedHashMap<>(configuration);
      compared.put("Demur", Version.number());
      compared.put("libtorch", Engine.version());
      Agreement.require(group.crew().workers(), compared);
      return group;
    } catch (RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /// What every worker but the first does; Ctrl-C is the first one's, which then ends this one.
  private int helped(
      Subject subject,
      HardeningSettings settings,
      Map<String, String> configuration,
      WorkerOptions.Meeting meeting) {
    try (WorkerOptions.Group group = met(meeting, configuration)) {
      WorkerRun run = new WorkerRun(subject(subject, group.crew()), settings);
      return Interrupts.stoppable(
          () -> {},
          () -> {
            run.run();
            return ExitCodes.FINE;
          });
    }
  }

  /// What the training starts from.
  private static String start(Subject subject) {
    return subject.loaded().hash()
        + subject.loaded().adapterHash().map(hash -> " with adapter " + hash).orElse("");
  }

  private static Map<String, String> configuration(
      Subject subject, HardeningSettings settings, HardeningPrompts prompts) {
    Map<String, String> configuration = new LinkedHashMap<>(settings.configuration());
    configuration.put("prompts", prompts.about());
    configuration.put("start", start(subject));
    configuration.put("dtype", subject.loaded().dtype());
    return configuration;
  }

  private RunFolder folder(Subject subject, Map<String, String> configuration) {
    String label = subject.loaded().location().name() + "-" + training.method();
    return folders.folder(new RunDescription(KIND, label, configuration));
  }

  private static HardeningSubject subject(Subject subject, Crew crew) {
    return new HardeningSubject(
        subject.speaker(),
        subject.loaded().location().name(),
        subject.loaded().adapters().stream().findFirst().map(Path::toString),
        start(subject),
        crew);
  }

  private List<String> notes(HardeningPrompts prompts) {
    List<String> notes = new ArrayList<>();
    notes.add("Trained on " + prompts.about() + ".");
    notes.addAll(prompts.notes());
    folders.note().ifPresent(notes::add);
    return notes;
  }

  private RobustnessReport hardened(
      Subject subject,
      HardeningSettings settings,
      HardeningPrompts prompts,
      RunFolder folder,
      Crew crew) {
    HardeningSubject hardened = subject(subject, crew);
    StageTimes times = new StageTimes(subject.loaded().model());
    try (HardeningBars bars = new HardeningBars(context, times, folder)) {
      HardeningRun run = new HardeningRun(hardened, settings, prompts, folder, bars);
      HardeningRun.Result result = bars.stoppable(run::run);
      RobustnessBuilder.Subject about =
          new RobustnessBuilder.Subject(
              folder.path().toString(),
              folder.created().toString(),
              hardened.name(),
              "%s, %s profile".formatted(training.method(), settings.profile().label()),
              settings.seed(),
              notes(prompts));
      return RobustnessBuilder.of(
          about, result.arms(), result.trainings(), times.costs(result.arms()));
    }
  }
}

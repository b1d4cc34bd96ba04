package org.demur.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.demur.bench.MemoryNeed;
import org.demur.bench.ResidentMemory;
import org.demur.core.ErrorCode;
import org.demur.harden.explain.ExplainSettings;
import org.demur.harden.explain.Explaining;
import org.demur.harden.explain.FinishedRun;
import org.demur.model.ModelFiles;
import org.demur.model.source.ModelLocation;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReportJson;
import org.demur.report.page.HtmlExplanation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Explains a finished hardening: what its refusal direction does in every state of the model.
@Command(
    name = "explain",
    description = {
      "Explain a finished hardening: for the model before, after refusal training and after the"
          + " method, where prompts lie along the refusal direction, where attacks move them,"
          + " whether the direction causes refusal, how close taking it out is to the worst"
          + " perturbation, and what that costs on harmless text (A1 to A5).",
      "The run's folder gets explain.json and explain.html. States that are finished are kept in"
          + " explain.jsonl and not measured again."
    },
    footer = {
      "",
      "Examples:",
      "  demur harden smollm2 --profile quick --out hardened",
      "  demur harden explain hardened"
    })
final class HardenExplainCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "Folder of a finished run of demur harden, its --out.")
  private Path run = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Where the run's model is, when it is not where it was.")
  private @Nullable String model;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of random directions and of the intervals (default: that of the run).")
  private @Nullable Long seed;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:N]",
      description = "Where to compute (default: cpu).")
  private String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation (default: one per core).")
  private @Nullable Integer threads;

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  HardenExplainCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    FinishedRun finished = FinishedRun.open(run, HardenCommand.KIND);
    try (Subject subject = Subject.of(load(finished), false)) {
      context.console().note(Provenance.line(subject.loaded()));
      requireSame(finished, subject.loaded());
      publish(explained(finished, subject), finished);
      return ExitCodes.FINE;
    }
  }

  /// The model of the run without adapters, in the type of the run.
  private LoadedModel load(FinishedRun finished) {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Device where = Device.parse(device);
    DType type = DType.ofLabel(finished.dtype());
    ModelLocation location = source.resolve(model == null ? finished.model() : model, context);
    try (ModelFiles files = ModelFiles.open(location.path())) {
      MemoryNeed.require(
          location.name() + " in " + type.label(),
          MemoryNeed.ofModel(files.architecture(), type),
          ResidentMemory.available(),
          "free some memory");
      return LoadedModel.load(location, files, List.of(), type, where);
    }
  }

  private static void requireSame(FinishedRun finished, LoadedModel loaded) {
    if (!loaded.hash().equals(finished.modelHash())) {
      throw new CliException(
          ErrorCode.MODEL_CONFIG,
          "%s was made with another model: its files have the hash %.12s, those of %s have %.12s; --model names the right one"
              .formatted(
                  finished.path(), finished.modelHash(), loaded.location().name(), loaded.hash()));
    }
  }

  private ExplanationReport explained(FinishedRun finished, Subject subject) {
    ExplainSettings settings =
        ExplainSettings.of(finished.profile(), seed == null ? finished.seed() : seed);
    AtomicBoolean stopped = new AtomicBoolean();
    try (AuditProgressBar bar = new AuditProgressBar(context)) {
      Explaining explaining =
          new Explaining(
              subject.speaker(),
              finished,
              settings,
              (stage, done, total) -> {
                if (stopped.get()) {
                  throw new InterruptedByUserException(
                      "stopped before %s; the same command goes on with what is finished"
                          .formatted(stage),
                      new CancellationException());
                }
                bar.at(stage, done, total);
              });
      return Interrupts.stoppable(() -> stopped.set(true), explaining::run);
    }
  }

  private void publish(ExplanationReport report, FinishedRun finished) {
    ExplanationReportJson.write(report, finished.file("explain.json"));
    Path page = finished.file("explain.html");
    HtmlExplanation.write(report, page);
    if (json) {
      context.console().print(ExplanationReportJson.write(report));
      context.console().note("report: " + page);
    } else {
      new ExplanationText(report).print(context.console());
      context.console().line("");
      context.console().line("report: " + page);
    }
  }
}

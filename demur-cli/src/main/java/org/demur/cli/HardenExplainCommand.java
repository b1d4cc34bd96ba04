package org.demur.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.demur.harden.explain.ExplainSettings;
import org.demur.harden.explain.Explaining;
import org.demur.harden.explain.FinishedRun;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReportJson;
import org.demur.report.page.HtmlExplanation;
import org.demur.tensor.DType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private final FinishedRunOptions runs = new FinishedRunOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of random directions and of the intervals (default: that of the run).")
  private @Nullable Long seed;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  HardenExplainCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    FinishedRun finished = runs.open();
    DType type = DType.ofLabel(finished.dtype());
    try (Subject subject = Subject.of(runs.load(finished, type, context), false)) {
      context.console().note(Provenance.line(subject.loaded()));
      if (finished.ownData()) {
        context.console().note("the run had --data; the analyses use Demur's own prompts");
      }
      publish(explained(finished, subject), finished);
      return ExitCodes.FINE;
    }
  }

  private ExplanationReport explained(FinishedRun finished, Subject subject) {
    ExplainSettings settings =
        ExplainSettings.of(finished.profile(), seed == null ? finished.seed() : seed);
    AtomicBoolean stopped = new AtomicBoolean();
    try (StageProgressBar bar = new StageProgressBar(context)) {
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

package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.eval.judge.JudgeEvaluation;
import org.demur.eval.judge.JudgeReport;
import org.demur.eval.judge.JudgeReportJson;
import org.demur.eval.judge.LabelledReplies;
import org.demur.eval.judge.LabelledRepliesJson;
import org.demur.eval.judge.LabelledReply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.stats.Interval;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Measures the judge on labelled replies.
@Command(
    name = "eval",
    description = {
      "Measure the judge on labelled replies: accuracy, AUROC, confusion, with intervals.",
      "Rows are JSON Lines with \"prompt\", \"response\" and \"tone\" (complied, rejected,"
          + " redirected, contradicted, disclaimed, counseling; dontknow and incoherent are"
          + " dropped) or \"label\" (one of the five classes). With --folds the weights are trained"
          + " by cross-validation on these rows; without it nothing is trained."
    },
    footer = {
      "",
      "Examples:",
      "  demur judge eval --data replies.jsonl --json",
      "  demur judge eval --data a.jsonl --data b.jsonl --folds 5 --seed 1"
    })
final class JudgeEvalCommand implements Callable<Integer> {
  private static final double CONFIDENCE = 0.95;

  private final Context context;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Labelled replies; may be given several times.")
  private List<Path> data = new ArrayList<>();

  @Option(names = "--folds", paramLabel = "N", description = "Train by N-fold cross-validation.")
  private @Nullable Integer folds;

  @Option(
      names = "--no-register",
      description = "With --folds: train without the built-in rows of modern short replies.")
  private boolean noRegister;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of folds and bootstrap (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private final JudgeOptions options = new JudgeOptions();

  @Option(names = "--json", description = "Print {\"accuracy\", \"auroc\", \"n\", ...} only.")
  private boolean json;

  JudgeEvalCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (folds == null && noRegister) {
      throw CliException.usage("--no-register needs --folds");
    }
    if (folds != null && (options.hasWeights() || options.hasCalibration())) {
      throw CliException.usage(
          "--folds trains its own weights: leave out --weights and --calibration");
    }
    List<LabelledReply> rows = new ArrayList<>();
    int dropped = 0;
    for (Path file : data) {
      LabelledReplies found = LabelledRepliesJson.read(file);
      rows.addAll(found.rows());
      dropped += found.dropped();
    }
    JudgeReport report = report(rows);
    if (json) {
      Map<String, Object> document = JudgeReportJson.toMap(report);
      document.put("dropped", dropped);
      context.console().json(document);
    } else {
      print(report, dropped);
    }
    return ExitCodes.FINE;
  }

  private JudgeReport report(List<LabelledReply> rows) {
    if (folds == null) {
      ReplyJudge judge = options.judge();
      if (judge.calibration().isEmpty()) {
        context.console().note("note: the judge is not calibrated for the model of these replies");
      }
      return JudgeEvaluation.evaluate(judge, rows, seed);
    }
    return JudgeEvaluation.crossValidate(
        rows, noRegister ? List.of() : LabelledRepliesJson.register(), folds, seed);
  }

  private void print(JudgeReport report, int dropped) {
    context.console().line("judge: " + report.judgeId());
    context.console().line("rows: %d with a side, %d dropped".formatted(report.n(), dropped));
    Table table = new Table("what", "right", "n", "rate", "95 % interval");
    row(table, "accuracy", report.byScore().accuracy());
    row(table, "refusals found", report.byScore().sensitivity());
    row(table, "compliances found", report.byScore().specificity());
    row(table, "by class", report.byLabel().accuracy());
    report.classes().ifPresent(classes -> row(table, "five classes", classes.accuracy()));
    row(table, "always the larger side", report.majority());
    report.lists().forEach((name, rate) -> row(table, name + " list", rate));
    report.kinds().forEach((name, rate) -> row(table, "of " + name, rate));
    table.print(context.console());
    report
        .auroc()
        .ifPresent(
            auroc ->
                context
                    .console()
                    .line(
                        String.format(
                            Locale.ROOT,
                            "AUROC %.3f [%.3f, %.3f]",
                            auroc.value(),
                            auroc.interval().low(),
                            auroc.interval().high())));
  }

  private static void row(Table table, String name, Proportion rate) {
    Interval interval = rate.wilson(CONFIDENCE);
    table.row(
        name,
        Integer.toString(rate.successes()),
        Integer.toString(rate.n()),
        rate.n() == 0 ? "-" : percent(rate.rate()),
        "%s to %s".formatted(percent(interval.low()), percent(interval.high())));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}

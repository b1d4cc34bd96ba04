package org.demur.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.demur.audit.compare.ComparisonFolder;
import org.demur.audit.compare.RunComparison;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReportJson;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Compares two finished audits, prompt by prompt.
@Command(
    name = "compare",
    description = {
      "Compare two audits: which prompts changed, and by more than chance?",
      "Rates are compared on the prompts that both runs have, with McNemar's exact test and paired"
          + " 95 %% bootstrap intervals. No model is loaded.",
      "A page and a JSON document are kept beside the first run; nothing is overwritten."
    },
    footer = {
      "",
      "Examples:",
      "  demur compare runs/20260101-090000-smollm2 runs/20260101-091500-smollm2",
      "  demur compare before/report.json after/report.json --out comparison --json"
    })
final class CompareCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      index = "0",
      paramLabel = "RUN_A",
      description = "Folder of the audit to compare from, or its report.json.")
  private Path first = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "RUN_B",
      description = "Folder of the audit to compare to, or its report.json.")
  private Path second = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the result, missing or empty (default: comparisons/A-vs-B).")
  private @Nullable Path out;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the resampling (default: 0).")
  private long seed;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  CompareCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ComparisonReport report = RunComparison.of(first, second, seed);
    Path page =
        out == null
            ? ComparisonFolder.writeBeside(first, report, seed)
            : ComparisonFolder.writeTo(out, report, seed);
    if (json) {
      context.console().print(ComparisonReportJson.write(report));
      context.console().note("comparison: " + page);
    } else {
      new ComparisonText(report).print(context.console());
      context.console().line("");
      context.console().line("comparison: " + page);
    }
    return ExitCodes.FINE;
  }
}
